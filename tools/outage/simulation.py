"""One partner's server is down for many hours, second by second, by the rules of `herald.domain`. Pure.

It leaves out what only delays: the queue, the polls' five minutes, the processes. Moments are ms from the beginning.
"""

from dataclasses import dataclass, field, replace
from enum import StrEnum

from herald.domain.attempt import Attempt, Outcome, Verdict
from herald.domain.breakers.breaker import (
    FIRST_RATE,
    Breaker,
    Contact,
    contact_of,
    held_too_long,
    is_held_too_long,
    mark_of,
    next_rate,
    opened,
    probe_wait,
    recovering,
)
from herald.domain.clock import HOUR, SECOND
from herald.domain.ladder import DEFAULT_LADDER
from herald.domain.notification import Notification, bring_forward, exhaust, receive, settle
from herald.domain.notification_id import NotificationId
from herald.domain.transitions import State
from herald.languages.reason import Reason

TIMEOUT = 10 * SECOND
SLICE = 5 * SECOND


class What(StrEnum):
    """What happened to a notification."""

    FAILED_ATTEMPT = "attempt without an answer"
    PROBE = "probe without an answer"
    DELIVERED = "delivered"
    EXHAUSTED = "failed"


@dataclass(frozen=True, slots=True)
class Event:
    """What happened to the notification with this place, and when."""

    at: int
    place: int
    what: What


@dataclass
class Simulation:
    """`count` notifications, accepted one after the other in the first hour; the server is down until `repaired_at`."""

    count: int
    repaired_at: int
    events: list[Event] = field(default_factory=list)
    open_from_to: list[tuple[int, int]] = field(default_factory=list)
    breaker: Breaker = Breaker()  # noqa: RUF009 - immutable
    rate: float = FIRST_RATE
    slice_ends: int = 0

    def run(self, until: int) -> list[Notification]:
        """Every second until then; gives the notifications as they are at the end."""
        space = HOUR // self.count
        those = [receive(_id(n), "{}", n * space, at_once=True) for n in range(self.count)]
        for moment in range(0, until, SECOND):
            due = [n for n, one in enumerate(those) if one.state is State.WAITING and (one.due_at or 0) <= moment]
            if self.breaker.is_open:
                self._open(those, due, moment)
            elif self.breaker.recovering_since is not None:
                self._recover(those, moment)
            else:
                for n in due:
                    self._attempt(those, n, moment)
        return those

    def _open(self, those: list[Notification], due: list[int], moment: int) -> None:
        for n in due:
            if is_held_too_long(self.breaker, those[n].due_at or 0, DEFAULT_LADDER.length, moment):
                those[n] = exhaust(those[n], held_too_long(those[n].due_at or 0), moment)
                self.events.append(Event(moment, n, What.EXHAUSTED))
        left = [n for n in due if those[n].state is State.WAITING]
        if left and self.breaker.probe_is_due(moment):
            self._attempt(those, min(left, key=lambda n: those[n].due_at or 0), moment, probe=True)

    def _recover(self, those: list[Notification], moment: int) -> None:
        """What waits, the oldest first, so many a second."""
        waiting = [n for n, one in enumerate(those) if one.state is State.WAITING]
        for n in waiting[: round(self.rate)]:
            those[n] = bring_forward(those[n], moment, moment)
            self._attempt(those, n, moment)
        if moment >= self.slice_ends:
            self.slice_ends, self.rate = moment + SLICE, next_rate(self.rate, 1, 0)
        if not waiting:
            self.breaker = Breaker()

    def _attempt(self, those: list[Notification], n: int, moment: int, *, probe: bool = False) -> None:
        outcome = _outcome(moment, works=moment >= self.repaired_at)
        one = replace(those[n], claim_id="c")
        attempt = Attempt(round=one.round, number=one.attempt, claim_id="c", outcome=outcome)
        those[n] = settle(one, attempt, DEFAULT_LADDER, outcome.ended_at, 90)
        self.events.append(Event(moment, n, _what(those[n], probe=probe)))
        if contact_of(outcome) is Contact.ANSWER:
            if self.breaker.is_open:
                self.open_from_to.append((self.breaker.opened_at or 0, moment))
                self.breaker = recovering(self.breaker, moment)
        elif probe:
            failed = self.breaker.probes + 1
            self.breaker = replace(self.breaker, probes=failed, probe_at=outcome.ended_at + probe_wait(failed))
        else:
            self._count(one, outcome)

    def _count(self, one: Notification, outcome: Outcome) -> None:
        first = outcome.at if self.breaker.first_outage_at is None else self.breaker.first_outage_at
        self.breaker = replace(
            self.breaker,
            outages=self.breaker.outages + 1,
            first_outage_at=first,
            last_outage_at=outcome.ended_at,
            outage_marks=self.breaker.outage_marks | {mark_of(one.id)},
        )
        if self.breaker.should_open:
            self.breaker = opened(self.breaker, outcome.ended_at)


def _id(place: int) -> NotificationId:
    return NotificationId(1, f"order-{place}", f"{place:032x}"[::-1])


def _outcome(moment: int, *, works: bool) -> Outcome:
    verdict, reason = (Verdict.SUCCESS, Reason("success", {"status": 200})) if works else (Verdict.TIMEOUT, _SLOW)
    duration = 50 if works else TIMEOUT
    return Outcome(
        at=moment,
        duration_ms=duration,
        address=None,
        status=200 if works else None,
        verdict=verdict,
        reason=reason,
        excerpt="",
    )


def _what(one: Notification, *, probe: bool) -> What:
    if one.state is State.DELIVERED:
        return What.DELIVERED
    if one.state is State.FAILED:
        return What.EXHAUSTED
    return What.PROBE if probe else What.FAILED_ATTEMPT


_SLOW = Reason.sentence("no answer within 10 s")
