"""A notification, its states, and every way from one state to another.

Pure: each transition takes a `Notification` and gives the next one; `notification_table.save` writes the difference
under the condition that nobody changed it meanwhile. No other place sets a state, a turn, a lane or a due time.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from herald.domain.attempt import Attempt
from herald.domain.clock import DAY, SECOND
from herald.domain.ladder import Ladder
from herald.domain.notification_id import NotificationId
from herald.domain.transitions import TRANSITIONS, Action, State, next_state

LOG_LIMIT = 40  # attempts kept whole in the item; the older ones are only counted
HISTORY_LIMIT = 100  # changes kept: an item holds 400 KB (DynamoDB limit), and one that is full could never settle
SHARDS = 8  # of each lane: a partition of an index takes 1,000 writes/s (DynamoDB limit)
LONGEST_DELAY = 900 * SECOND  # SQS's limit for the delay of one message
HERALD = "herald"  # who acted, where no person did


class Lane(StrEnum):
    """The part of the due index in which a notification stands, by who queues its next message."""

    NEW = "new"  # received, no message yet: the next poll sends it
    PARKED = "parked"  # due later than a message can be delayed: the poll before it is due sends it
    SENT = "sent"  # a message with its own delay is out
    ALERT = "alert"  # failed, and nobody has been told yet


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryEntry:
    """Who changed the state, when (ms), to what and why."""

    at: int
    by: str
    action: str
    reason: str
    from_state: State
    to_state: State
    job: str | None = None  # the job by which it was done, where it was one


@dataclass(frozen=True, slots=True)
class Due:
    """The next attempt of a notification: in which turn, and when (ms since the epoch). A queue message says this."""

    id: NotificationId
    turn: int
    due_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """What is to be told to one partner, and how far that has come. Moments are ms since the epoch.

    `attempt` is the number of the attempt that comes next while it waits, of the last one afterwards.
    `due_at` and `lane` stand together in the due index, `since` and `reason` in the list of what needs a person.
    """

    id: NotificationId
    payload: str  # the text as accepted, never changed
    accepted_at: int
    state: State
    turn: int  # grows by one at each transition; messages and operators name the one they saw
    round: int
    attempt: int
    due_at: int | None = None
    lane: Lane | None = None
    since: int | None = None
    reason: str | None = None
    expires_at: int | None = None
    attempts: tuple[Attempt, ...] = ()
    logged: int = 0  # attempts ever logged; those before the last LOG_LIMIT are only counted
    history: tuple[HistoryEntry, ...] = ()
    claim_id: str | None = None
    claim_until: int | None = None
    claims: int = 0  # claims of the present turn

    @property
    def due(self) -> Due:
        """What the due index says of it. Only for one that stands there."""
        if self.due_at is None:
            message = f"{self.id} is {self.state.value}: nothing is due"
            raise ValueError(message)
        return Due(self.id, self.turn, self.due_at)


def receive(notification_id: NotificationId, payload: str, now: int, *, at_once: bool) -> Notification:
    """A notification as it is first stored: waiting, due now, for the next poll or for the receiver's own message."""
    return Notification(
        id=notification_id,
        payload=payload,
        accepted_at=now,
        state=State.WAITING,
        turn=1,
        round=1,
        attempt=1,
        due_at=now,
        lane=Lane.SENT if at_once else Lane.NEW,
    )


def settle(current: Notification, attempt: Attempt, ladder: Ladder, now: int, retention_days: int) -> Notification:
    """The attempt in the log, and what follows from it: delivered, the next rung, or the end of the ladder.

    Where somebody changed the notification while the POST was on its way, the attempt is logged and no more, except
    that a `success` still delivers what waits, is held or failed; what a person resolved or cancelled stays so.
    """
    logged = _log(current, attempt)
    if attempt.outcome.delivered and (current.state, Action.DELIVER) in TRANSITIONS:
        return _transition(logged, Action.DELIVER, expires_at=now + retention_days * DAY)
    if attempt.outcome.delivered or not _awaits(current, attempt):
        return logged
    wait = ladder.wait_after(attempt.number)
    return _exhaust(logged, attempt, now) if wait is None else _retry(logged, attempt, wait, now)


def is_logged(notification: Notification, claim_id: str) -> bool:
    """Whether the attempt made under this claim stands in the log already (a retried call took effect)."""
    return any(attempt.claim_id == claim_id for attempt in notification.attempts)


def hold(before: Notification, reason: str, now: int) -> Notification:
    """Not now: the partner may not receive. Round and rung stay; no attempt is counted."""
    held = _transition(before, Action.HOLD, since=now, reason=reason, claim_id=None, claim_until=None)
    return _append_history(before, held, Action.HOLD, HERALD, reason, now)


def release(before: Notification, reason: str, now: int, due_at: int) -> Notification:
    """The partner may receive again: the same round and rung, due at `due_at`, whose message the caller sends."""
    released = _transition(before, Action.RELEASE, due_at=due_at, lane=Lane.SENT)
    return _append_history(before, released, Action.RELEASE, HERALD, reason, now)


def redrive(before: Notification, by: str, reason: str, now: int, due_at: int | None = None) -> Notification:
    """The whole ladder again, in the next round, from `due_at` or from now; the caller sends what is in lane `sent`."""
    due_at = now if due_at is None else due_at
    again = _transition(
        before, Action.REDRIVE, round=before.round + 1, attempt=1, due_at=due_at, lane=_lane(due_at, now)
    )
    return _append_history(before, again, Action.REDRIVE, by, reason, now)


def close(before: Notification, action: Action, by: str, reason: str, now: int, retention_days: int) -> Notification:
    """Resolved or cancelled by a person: it is not sent again, and expires like a delivered one."""
    closed = _transition(before, action, expires_at=now + retention_days * DAY)
    return _append_history(before, closed, action, by, reason, now)


def tag_with_job(job: str, after: Notification) -> Notification:
    """What was just decided was decided for many at once, by this job: its history says so."""
    *older, newest = after.history
    return replace(after, history=(*older, replace(newest, job=job)))


def is_done_by(notification: Notification, job: str) -> bool:
    """Whether this job has changed it already."""
    return any(entry.job == job for entry in notification.history)


def mark_alerted(before: Notification) -> Notification:
    """Failed, and its alert is assured: out of the due index. Not a transition, so the turn stays."""
    return replace(before, due_at=None, lane=None)


def _awaits(current: Notification, attempt: Attempt) -> bool:
    """Whether this attempt decides what comes next: the rung is still its own, and so is the claim."""
    rung = (current.round, current.attempt) == (attempt.round, attempt.number)
    return rung and current.state is State.WAITING and current.claim_id == attempt.claim_id


def _retry(logged: Notification, attempt: Attempt, wait: int, now: int) -> Notification:
    due_at = attempt.outcome.ended_at + wait
    return _transition(logged, Action.RETRY, attempt=attempt.number + 1, due_at=due_at, lane=_lane(due_at, now))


def _lane(due_at: int, now: int) -> Lane:
    """A message of its own, or, where no message can wait so long, the poll before it is due."""
    return Lane.SENT if due_at - now <= LONGEST_DELAY else Lane.PARKED


def _exhaust(logged: Notification, attempt: Attempt, now: int) -> Notification:
    return _transition(logged, Action.EXHAUST, due_at=now, lane=Lane.ALERT, since=now, reason=attempt.outcome.reason)


def _transition(before: Notification, action: Action, **changes: Any) -> Notification:  # noqa: ANN401 - as for `replace`
    """The one step between states: what belongs to the old state goes, the turn grows, the claims count anew."""
    after = next_state(before.state, action)
    cleared: dict[str, Any] = dict.fromkeys(("due_at", "lane", "since", "reason", "expires_at"))
    return replace(before, **{**cleared, **changes}, state=after, turn=before.turn + 1, claims=0)


def _log(before: Notification, attempt: Attempt) -> Notification:
    """The attempt at the end of the log; its claim, if it still stands, has done its work."""
    own = before.claim_id == attempt.claim_id
    return replace(
        before,
        attempts=(*before.attempts, attempt)[-LOG_LIMIT:],
        logged=before.logged + 1,
        claim_id=None if own else before.claim_id,
        claim_until=None if own else before.claim_until,
    )


def _append_history(
    before: Notification, after: Notification, action: Action, by: str, reason: str, now: int
) -> Notification:
    entry = HistoryEntry(
        at=now, by=by, action=action.value, reason=reason, from_state=before.state, to_state=after.state
    )
    return replace(after, history=(*before.history, entry)[-HISTORY_LIMIT:])
