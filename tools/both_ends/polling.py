"""Polls of a stack every few seconds, as a schedule would make them."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from botocore.exceptions import BotoCoreError, ClientError

from tools.demo.environment import DemoEnvironment, PollFailed

POLL_EVERY = 2.0  # seconds


@contextmanager
def polls(environment: DemoEnvironment) -> Iterator[None]:
    """Meanwhile a thread polls this stack, the first time at once."""
    over = threading.Event()
    poller = threading.Thread(target=_poll, args=(environment, over))
    poller.start()
    try:
        yield
    finally:
        over.set()
        poller.join()


def _poll(environment: DemoEnvironment, over: threading.Event) -> None:
    while True:
        with suppress(BotoCoreError, ClientError, PollFailed):  # the next poll repeats what this one did not do
            environment.poll()
        if over.wait(POLL_EVERY):
            return
