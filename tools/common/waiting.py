"""Polling for a condition that another process fulfils, with a time limit."""

import time
from collections.abc import Callable

STEP = 0.05  # seconds between two polls


class NotInTime(Exception):
    """The condition did not hold within the time limit; the text has the last value."""


def wait_until[T](look: Callable[[], T], is_so: Callable[[T], bool], timeout: float = 20) -> T:
    """The first value of `look` for which `is_so` holds. Raises `NotInTime` after `timeout` seconds."""
    end = time.monotonic() + timeout
    while not is_so(seen := look()):
        if time.monotonic() > end:
            raise NotInTime(f"not so within {timeout:g} s: {seen}")
        time.sleep(STEP)
    return seen


def becomes(condition: Callable[[], bool], within: float) -> bool:
    """Whether the condition holds within so many seconds."""
    try:
        return wait_until(condition, bool, within)
    except NotInTime:
        return False
