"""What is made at its first use and then kept for the life of the process, also where threads ask at the same time.

`functools.cache` lets each of them make one; and boto3's session, behind its clients, must not be used by two at once.
"""

from collections.abc import Callable
from threading import Lock

_making = Lock()


class Lazy[Thing]:
    """A decorator for a function without arguments; `cache_clear` forgets what it made, for tests."""

    def __init__(self, make: Callable[[], Thing]) -> None:
        self._make = make
        self._made: Thing | None = None

    def __call__(self) -> Thing:
        """The one thing; whoever comes while it is being made waits."""
        with _making:
            if self._made is None:
                self._made = self._make()
            return self._made

    def cache_clear(self) -> None:
        """The next call makes another one."""
        self._made = None
