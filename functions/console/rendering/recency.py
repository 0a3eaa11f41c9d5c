"""Whether something has just happened, so that a page says so."""

from typing import Final

from herald.domain.clock import MINUTE, iso

_RECENT: Final = 5 * MINUTE


def is_recent(moment: str, now: int) -> bool:
    """Whether the moment (RFC 3339, as the API writes it; empty: never) is in the five minutes before `now` (ms)."""
    return moment >= iso(now - _RECENT)
