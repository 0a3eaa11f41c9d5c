"""Waiting for a condition, with an end."""

import time
from collections.abc import Callable

STEP = 0.05  # seconds between two looks


def becomes(condition: Callable[[], bool], within: float) -> bool:
    """Whether the condition holds within so many seconds."""
    end = time.monotonic() + within
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(STEP)
    return True
