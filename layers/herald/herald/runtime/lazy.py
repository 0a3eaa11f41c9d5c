"""A value that is made at its first use and kept for the life of the process, also with several threads.

`functools.cache` can call the function once in each thread, and boto3's session is not safe for two threads.
"""

from collections.abc import Callable
from threading import Lock

_lock = Lock()


class Lazy[Value]:
    """A decorator for a function without arguments; `cache_clear` drops the value, for tests."""

    def __init__(self, make: Callable[[], Value]) -> None:
        self._make = make
        self._value: Value | None = None

    def __call__(self) -> Value:
        """The value; a second thread waits while the first one makes it."""
        with _lock:
            if self._value is None:
                self._value = self._make()
            return self._value

    def cache_clear(self) -> None:
        """The next call makes a new value."""
        self._value = None
