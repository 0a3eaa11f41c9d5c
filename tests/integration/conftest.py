"""AWS in memory, as template.yaml describes it, fresh for each test that asks for `aws`."""

import sys
from collections.abc import Iterator
from threading import RLock
from typing import Any

import pytest
from moto import mock_aws
from moto.core.botocore_stubber import BotocoreStubber

from tests.integration.aws import CREDENTIALS, Aws

_KEPT = {"runner"}  # an event loop: it belongs to the process, and would have to be closed


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Aws]:
    """The tables, queues and topic of the template; the functions' environment is set, and they know nothing yet."""
    for name in ("AWS_ENDPOINT_URL", "AWS_PROFILE", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    one_at_a_time(monkeypatch)
    with mock_aws():
        forget()
        stack = Aws()
        stack.create()
        for name, value in stack.environment().items():
            monkeypatch.setenv(name, value)
        yield stack
    forget()


def one_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """DynamoDB's writes are atomic; moto's are so only if no two threads are in it."""
    lock, process = RLock(), BotocoreStubber.process_request

    def process_alone(self: BotocoreStubber, request: Any) -> Any:
        with lock:
            return process(self, request)

    monkeypatch.setattr(BotocoreStubber, "process_request", process_alone)


def forget() -> None:
    """Empties what the functions keep between invocations (clients, settings, cached partners)."""
    ours = [name for name in sys.modules if name.startswith("herald.") or name.endswith("_app")]
    for kept in [value for name in ours for value in vars(sys.modules[name]).values()]:
        if hasattr(kept, "cache_clear") and kept.__name__ not in _KEPT:
            kept.cache_clear()
