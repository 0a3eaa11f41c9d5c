"""Moments, waits and the contract's terms, in words for people."""

from datetime import UTC, datetime, tzinfo

from herald.contract.methods import METHODS
from herald.domain.clock import DAY, HOUR, MINUTE, SECOND

MEANINGS = {
    **{method.name: method.meaning for method in METHODS.values()},
    "testNotify": "a test of the endpoint",
}
VERDICTS = {
    "success": "acknowledged",
    "not_success": "not acknowledged",
    "bad_status": "turned down",
    "redirect": "sent elsewhere",
    "timeout": "too slow",
    "too_large": "too large",
    "broken_answer": "broken off",
    "not_resolved": "name not found",
    "forbidden_address": "address not allowed",
    "not_connected": "not reached",
    "tls": "TLS failed",
    "our_fault": "our own fault",
}
_UNITS = ((DAY, "d"), (HOUR, "h"), (MINUTE, "min"), (SECOND, "s"))


class Formatter:
    """Speaks of moments as seen from `now` (ms since the epoch), in the reader's time zone."""

    def __init__(self, now: int, zone: tzinfo | None = None) -> None:
        self._now = now
        self._zone = zone

    def at(self, text: str) -> str:
        """The API's moment as the reader's clock shows it; with its date unless that is today."""
        there, here = self._local(_ms(text)), self._local(self._now)
        return f"{there:%H:%M:%S}" if there.date() == here.date() else f"{there:%Y-%m-%d %H:%M:%S}"

    def distance(self, text: str) -> str:
        """`3 min 5 s ago`, `in 41 s`, `just now`."""
        gap = _ms(text) - self._now
        if abs(gap) < SECOND:
            return "just now"
        return f"in {duration(gap)}" if gap > 0 else f"{duration(-gap)} ago"

    def is_past(self, text: str) -> bool:
        """Whether the moment has come."""
        return _ms(text) <= self._now

    def _local(self, moment: int) -> datetime:
        return datetime.fromtimestamp(moment / SECOND, UTC).astimezone(self._zone)


def duration(ms: int) -> str:
    """The two largest units that count: `41 ms`, `2.5 s`, `3 min 5 s`, `2 d 1 h`."""
    if ms < SECOND:
        return f"{ms} ms"
    if ms < 10 * SECOND:
        return f"{ms / SECOND:.1f} s".replace(".0 ", " ")
    parts: list[str] = []
    for unit, name in _UNITS:
        count, ms = divmod(ms, unit)
        if count or parts:
            parts.append(f"{count} {name}" if count else "")
    return " ".join(part for part in parts[:2] if part)


def many(count: int, noun: str) -> str:
    """`1 attempt`, `2 attempts`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def partner(name: str | None, partner_id: int) -> str:
    """`Lakeside Travel (partner 3528)`."""
    return f"{name} (partner {partner_id})" if name else f"partner {partner_id}"


def verdict(name: str) -> str:
    """The verdict in two or three words; its own name when this command line is older than the API."""
    return VERDICTS.get(name, name.replace("_", " "))


def _ms(text: str) -> int:
    return round(datetime.fromisoformat(text).timestamp() * SECOND)
