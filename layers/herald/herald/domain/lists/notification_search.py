"""A search among the notifications of one partner, in the order of acceptance. Pure; moments are ms since the epoch."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from typing import Final

from herald.domain.attempt import Verdict
from herald.domain.clock import DAY, MINUTE, SECOND, iso
from herald.domain.notification import Notification
from herald.domain.transitions import State
from herald.languages.message import Message
from herald.languages.refusal import Refusal

LONGEST_RANGE: Final = 92 * DAY  # a quarter of a year: longer than notifications are kept by default
USUAL_RANGE: Final = 7 * DAY  # where the beginning is left out
_TOLERANCE: Final = MINUTE  # who asks for the last 92 days has counted them some moments ago, by another clock


class RangeRefused(Refusal):
    """The times of a search do not go together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What a notification must be besides the partner's; None where that does not matter."""

    state: State | None = None
    method: str | None = None
    verdict: Verdict | None = None  # of its last attempt
    sncode: str | None = None  # one of the voucher codes in its payload

    def admit(self, one: Notification) -> bool:
        """Whether the notification is one of those."""
        if self.state not in {None, one.state} or self.verdict not in {None, _last_verdict(one)}:
            return False
        return (self.method is None and self.sncode is None) or self._admit_payload(json.loads(one.payload))

    def _admit_payload(self, payload: dict[str, object]) -> bool:
        codes = {code.strip() for code in _codes(payload)}
        return self.method in {None, payload["method"]} and (self.sncode is None or self.sncode in codes)

    @property
    def fingerprint(self) -> str:
        """A short text that differs for other filters, for page tokens."""
        return sha256(repr(self).encode(errors="surrogatepass")).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Range:
    """The moments from `since` on and before `until` (ms)."""

    since: int
    until: int


def range_of(since: int | None, until: int | None, now: int) -> Range:
    """The range that is meant: to now, and from seven days before its end or before now, where nothing else is said.

    Raises `RangeRefused` for one that is empty or longer than 92 days. A range in the future has no days.
    """
    end = now + SECOND  # the present second belongs to it
    until = end if until is None else until
    since = max(0, min(until, end) - USUAL_RANGE if since is None else since)
    if since >= until:
        raise RangeRefused(
            Message("`from` must be before `to`: {since:moment} is not before {until:moment}", **_moments(since, until))
        )
    if until - since > LONGEST_RANGE + _TOLERANCE:
        raise RangeRefused(
            Message(
                "from {since:moment} to {until:moment} is longer than {days} days, the longest range: "
                "bring `from` and `to` closer together",
                days=LONGEST_RANGE // DAY,
                **_moments(since, until),
            )
        )
    return Range(since, max(since, min(until, now + DAY)))  # nothing is accepted later, whatever clocks differ


def days_of(times: Range) -> Iterator[Range]:
    """The part of the range in each UTC day, the last day first."""
    until = times.until
    while until > times.since:
        begin = max((until - 1) // DAY * DAY, times.since)
        yield Range(begin, until)
        until = begin


def utc_day(moment: int) -> str:
    """The UTC day of a moment, e.g. `2026-11-26`."""
    return _written_day(moment // DAY)


@lru_cache(maxsize=100)  # each write of a notification asks for the day of its acceptance
def _written_day(days: int) -> str:
    """The day that began so many days after the epoch."""
    return f"{datetime.fromtimestamp(days * DAY // SECOND, UTC):%Y-%m-%d}"


def _last_verdict(one: Notification) -> Verdict | None:
    return one.attempts[-1].outcome.verdict if one.attempts else None


def _codes(payload: dict[str, object]) -> list[str]:
    body = payload.get("body")
    codes = body.get("sncode") if isinstance(body, dict) else None
    return codes.split(",") if isinstance(codes, str) else []


def _moments(since: int, until: int) -> dict[str, str]:
    return {"since": iso(since), "until": iso(until)}
