"""The breaker of a partner: whether its server is out of order, so that what is due is held back. Pure.

closed → open: so many attempts in a row were outages. open → recovering: a server that answers, or a person. While it
recovers, what waits is sent at a rate. recovering → closed: all of it was sent. recovering → open: outages again.
Moments and waits are ms. docs/decisions.md, "The breaker", says why.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from herald.domain.attempt import Outcome, Verdict
from herald.domain.clock import MINUTE, SECOND, iso
from herald.domain.limits.bounds import USUAL_RATE
from herald.domain.notification_id import NotificationId
from herald.languages.reason import Reason

OPENS_AFTER: Final = 20  # outages in a row
OPENS_OVER: Final = 30 * SECOND  # from the start of the first one to the end of the last one
OPENS_WITH: Final = 2  # notifications: one that the partner's server cannot process is no outage
FIRST_PROBE: Final = 30 * SECOND  # the wait before the first probe; each failed probe doubles it
LONGEST_PROBE: Final = 5 * MINUTE
PROBE_TIME: Final = MINUTE  # as the claim of a notification: longer than an attempt, and it ends after a crash
RESERVE: Final = 8  # notifications that are known to be due, to be the next probes

_TOO_BUSY: Final = {408, 429}  # of the statuses 4xx: the server did not look at the request
_OUTAGES: Final = {
    Verdict.NOT_RESOLVED,
    Verdict.NOT_CONNECTED,
    Verdict.TLS,
    Verdict.TIMEOUT,
    Verdict.BROKEN_ANSWER,
}
_NO_CONTACT: Final = {Verdict.FORBIDDEN_ADDRESS, Verdict.OUR_FAULT}


class Contact(StrEnum):
    """What an attempt says about the partner's server."""

    ANSWER = "answer"  # it works, whatever it answered
    OUTAGE = "outage"  # unreachable or out of order
    NONE = "none"  # it was not asked


class BreakerState(StrEnum):
    """Whether attempts are made."""

    CLOSED = "closed"  # as due
    OPEN = "open"  # one at a time, as a probe
    RECOVERING = "recovering"  # as due, and what waits is brought forward at a rate


@dataclass(frozen=True, slots=True)
class Reserved:
    """A due notification that was held back, with its turn."""

    id: NotificationId
    turn: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Breaker:
    """The state of one partner's breaker. All of it is empty for a partner that answers."""

    # The attempts since the last answer, all of them outages
    outages: int = 0
    first_outage_at: int | None = None  # its start
    last_outage_at: int | None = None  # its end
    outage_marks: frozenset[str] = frozenset()  # one of each notification (`mark_of`)
    # Since it opened
    opened_at: int | None = None
    unanswered_since: int | None = None  # when the first outage began
    probe_at: int | None = None  # before that no probe is made, unless a person asks for it
    probes: int = 0  # that failed
    probe_id: str | None = None  # the probe under way, until `probe_until`
    probe_until: int | None = None
    reserve: tuple[Reserved, ...] = ()  # the next probes; the message of the first one is in the queue
    waiting: int | None = None  # how many were due at the last poll
    # From the first opening to the end of the recovery
    held_since: int | None = None
    recovering_since: int | None = None
    recovery_id: str | None = None  # the recovery's worker, until `recovery_until`
    recovery_until: int | None = None

    @property
    def state(self) -> BreakerState:
        """Closed, open or recovering."""
        if self.opened_at is not None:
            return BreakerState.OPEN
        return BreakerState.CLOSED if self.recovering_since is None else BreakerState.RECOVERING

    @property
    def is_open(self) -> bool:
        """Whether only probes are made."""
        return self.opened_at is not None

    @property
    def is_blank(self) -> bool:
        """Whether nothing is stored of it, as for a partner that answers."""
        return self == _BLANK

    @property
    def should_open(self) -> bool:
        """Whether the outages since the last answer are enough to open it."""
        first, last = self.first_outage_at, self.last_outage_at
        if self.is_open or first is None or last is None:
            return False
        return self.outages >= OPENS_AFTER and last - first >= OPENS_OVER and len(self.outage_marks) >= OPENS_WITH

    @property
    def is_suspect(self) -> bool:
        """Whether there were enough outages in a row, but not yet for long enough to open it."""
        return not self.is_open and self.outages >= OPENS_AFTER

    def probe_is_due(self, now: int) -> bool:
        """Whether the next probe may be made now."""
        return not self.is_probing(now) and (self.probe_at or 0) <= now

    def is_probing(self, now: int) -> bool:
        """Whether a probe is under way."""
        return self.probe_until is not None and now < self.probe_until

    def has_recovery_worker(self, now: int) -> bool:
        """Whether a worker has the recovery in hand."""
        return self.recovery_until is not None and now < self.recovery_until


_BLANK = Breaker()
NO_OUTAGES: Final[Mapping[str, Any]] = {
    "outages": 0,
    "first_outage_at": None,
    "last_outage_at": None,
    "outage_marks": frozenset(),
}


def contact_of(outcome: Outcome) -> Contact:
    """What the attempt says about the server. An answer is one that was read and is neither 408, 429 nor 5xx."""
    if outcome.verdict in _NO_CONTACT:
        return Contact.NONE
    status = outcome.status or 0
    refused = outcome.verdict is Verdict.BAD_STATUS and (status in _TOO_BUSY or status >= 500)  # noqa: PLR2004 - HTTP
    return Contact.OUTAGE if refused or outcome.verdict in _OUTAGES else Contact.ANSWER


def mark_of(notification_id: NotificationId) -> str:
    """A short text that differs between notifications, to count those with an outage without storing their ids."""
    return notification_id.digest[:4]


def opened(before: Breaker, now: int) -> Breaker:
    """Open, with the first probe after `FIRST_PROBE`. What was held back in a recovery is so since it first opened."""
    return Breaker(
        outages=before.outages,
        opened_at=now,
        unanswered_since=before.first_outage_at,
        probe_at=now + FIRST_PROBE,
        held_since=now if before.held_since is None else before.held_since,
    )


def recovering(before: Breaker, now: int) -> Breaker:
    """No longer open: what waits is to be brought forward."""
    return Breaker(held_since=before.held_since, recovering_since=now)


def probe_wait(failed: int) -> int:
    """The wait (ms) before the next probe after so many failed ones."""
    return min(FIRST_PROBE << min(failed, 10), LONGEST_PROBE)


def without(reserve: tuple[Reserved, ...], notification_id: NotificationId) -> tuple[Reserved, ...]:
    """The reserve without this notification."""
    return tuple(one for one in reserve if one.id != notification_id)


def is_held_too_long(breaker: Breaker, due_at: int, longest: int, now: int) -> bool:
    """Whether a notification that was due at `due_at` was held back longer than `longest`, its ladder's length."""
    return breaker.is_open and now - max(due_at, breaker.held_since or now) > longest


def opening_reason(before: Breaker) -> Reason:
    """Why it opens, for the partner's history."""
    return Reason("breaker.opened", {"outages": before.outages})


def held_too_long(since: int) -> Reason:
    """Why a notification failed that was held back since that moment."""
    return Reason("breaker.exhausted", {"since": iso(since)})


CLOSING_REASON: Final = Reason("breaker.answered")
FIRST_RATE: Final = 2.0  # notifications a second, at the beginning of a recovery
LEAST_RATE: Final = 1.0
RATE_PER_SECOND: Final = float(USUAL_RATE)  # the most, so that a server that was just repaired is not overloaded


def next_rate(rate: float, delivered: int, failed: int, most: float = RATE_PER_SECOND) -> float:
    """The rate (notifications a second) after a part of a recovery: doubled where all of it was delivered.

    A quarter where nothing was, half where one in ten failed; unchanged where nothing is known yet. Never above `most`,
    the partner's own rate where it has one.
    """
    if failed and not delivered:
        return max(LEAST_RATE, rate / 4)
    if failed * 10 > delivered:
        return max(LEAST_RATE, rate / 2)
    return min(most, rate * 2) if delivered else rate
