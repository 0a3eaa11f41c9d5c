"""The only module that reads the system clock, so that tests can freeze it.

A moment is an `int`: milliseconds since 1970-01-01T00:00:00Z. The API formats it as RFC 3339 in UTC.
"""

import time
from datetime import UTC, datetime

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
END_OF_TIME = 10**14  # the year 5138: later than every stored moment


def now() -> int:
    """The present moment, in milliseconds since the epoch."""
    return time.time_ns() // 1_000_000


def iso(moment: int) -> str:
    """The moment as RFC 3339 in UTC, e.g. `2026-11-23T04:05:06.123Z`."""
    text = datetime.fromtimestamp(moment / SECOND, UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")
