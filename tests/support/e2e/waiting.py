"""Waiting for what another process does: looked at again and again, until it is so or the time is up."""

import time
from collections.abc import Callable

LOOK_EVERY = 0.05  # seconds


def wait_until[T](look: Callable[[], T], is_so: Callable[[T], bool], timeout: float = 20) -> T:
    """What `look` gave when it was so. Fails with what it gave last."""
    ends = time.monotonic() + timeout
    while not is_so(seen := look()):
        assert time.monotonic() < ends, f"not so within {timeout:g} s: {seen}"
        time.sleep(LOOK_EVERY)
    return seen
