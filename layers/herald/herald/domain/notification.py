"""A notification, and each function that changes one. Pure.

Each function takes a `Notification` and returns the next one; `NotificationTable.save` writes the differences on the
condition that the stored turn has not changed. Only this module sets a state, a turn, a lane or a due time; what people
decide is in `decisions` and goes through `change_state`.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from herald.domain.attempt import Attempt
from herald.domain.clock import DAY, HOUR, SECOND
from herald.domain.ladder import Ladder
from herald.domain.notification_id import NotificationId
from herald.domain.transitions import TRANSITIONS, Action, State, next_state
from herald.languages.reason import Reason

LOG_LIMIT = 40  # attempts kept in the item; older ones are only counted
HISTORY_LIMIT = 100  # changes kept: an item has at most 400 KB (DynamoDB), and a larger one could not be settled
SHARDS = 8  # of each lane: an index partition accepts 1,000 writes/s (DynamoDB)
LONGEST_DELAY = 900 * SECOND  # SQS's limit for the delay of one message
LONGEST_PUT_OFF = 2 * HOUR  # beyond the rung, for a partner that asks for it (`Retry-After`)
_OF_A_STATE = ("due_at", "lane", "reserved_at", "since", "reason", "expires_at")  # the attributes of one state only
HERALD = "herald"  # the actor of changes that no person made


class Lane(StrEnum):
    """The part of the due index with this notification; it depends on what sends the next message."""

    NEW = "new"  # received, no message yet: the next poll sends one
    PARKED = "parked"  # due later than a message can be delayed: the last poll before the due time sends one
    SENT = "sent"  # a message has been sent, delayed until the due time
    ALERT = "alert"  # failed, and the alert is not yet assured


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryEntry:
    """A change of state: who, when (ms), from and to which state, and why."""

    at: int
    by: str
    action: str
    reason: Reason
    from_state: State
    to_state: State
    job: str | None = None  # the id of the job that made the change, if one did


@dataclass(frozen=True, slots=True)
class Due:
    """The next attempt of a notification: its turn, and when (ms since the epoch). The content of a queue message."""

    id: NotificationId
    turn: int
    due_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """A notification for one partner, and the state of its delivery. Moments are ms since the epoch.

    `attempt` is the number of the next attempt while it is waiting, otherwise of the last one.
    `due_at` and `lane` are set while it is in the due index, `since` and `reason` while it is in the attention list.
    """

    id: NotificationId
    payload: str  # the text as accepted, never changed; after a deletion what `content_left` leaves
    accepted_at: int
    state: State
    turn: int  # grows by one with each transition; messages and operators name the turn they mean
    round: int
    attempt: int
    due_at: int | None = None
    lane: Lane | None = None
    reserved_at: int | None = None  # for the attempt that is due, by the partner's rate; `due_at` is shortly before
    since: int | None = None
    reason: Reason | None = None
    expires_at: int | None = None
    attempts: tuple[Attempt, ...] = ()
    logged: int = 0  # the number of all attempts, also of those no longer kept
    history: tuple[HistoryEntry, ...] = ()
    claim_id: str | None = None
    claim_until: int | None = None
    claims: int = 0  # claims of the present turn
    deleted_at: int | None = None  # its content was deleted on request
    source: str | None = None  # the id of the source that submitted it; None for a publisher

    @property
    def due(self) -> Due:
        """Its entry in the due index. Raises `ValueError` when it has none."""
        if self.due_at is None:
            message = f"{self.id} is {self.state.value}: nothing is due"
            raise ValueError(message)
        return Due(self.id, self.turn, self.due_at)


def receive(
    notification_id: NotificationId, payload: str, now: int, *, at_once: bool, source: str | None = None
) -> Notification:
    """A new notification: waiting, due now. `at_once`: the caller sends the message, otherwise the next poll does."""
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
        source=source,
    )


def settle(current: Notification, attempt: Attempt, ladder: Ladder, now: int, retention_days: int) -> Notification:
    """Logs the attempt and applies its result: delivered, the next rung, or failed at the end of the ladder.

    The next attempt is due at its rung, or later where the partner asked for that: by two hours at most.
    If the notification was changed during the POST, a failed attempt is only logged. A successful one still delivers a
    waiting, held or failed notification; a resolved or cancelled one does not change.
    """
    logged = _log(current, attempt)
    if attempt.outcome.delivered and (current.state, Action.DELIVER) in TRANSITIONS:
        return change_state(logged, Action.DELIVER, expires_at=now + retention_days * DAY)
    if attempt.outcome.delivered or not _is_expected(current, attempt):
        return logged
    wait = ladder.wait_after(attempt.number)
    return _exhaust(logged, attempt, now) if wait is None else _retry(logged, attempt, wait, now)


def is_logged(notification: Notification, claim_id: str) -> bool:
    """Whether the attempt of this claim is in the log already (a retried write took effect)."""
    return any(attempt.claim_id == claim_id for attempt in notification.attempts)


def put_off(before: Notification, due_at: int, now: int, *, reserved_at: int | None = None) -> Notification:
    """Its claim is given up without an attempt, because of a limit of its partner: it is due again at `due_at`.

    Turn, round and rung stay, so it is no transition. `reserved_at`: its moment by the partner's rate.
    """
    return replace(
        before,
        due_at=due_at,
        lane=lane_until(due_at, now),
        reserved_at=reserved_at,
        claim_id=None,
        claim_until=None,
        claims=max(0, before.claims - 1),
    )


def hold(before: Notification, reason: Reason, now: int) -> Notification:
    """The partner may not receive now. Round and rung do not change; no attempt is counted."""
    held = change_state(before, Action.HOLD, since=now, reason=reason, claim_id=None, claim_until=None)
    return append_history(before, held, Action.HOLD, HERALD, reason, now)


def release(before: Notification, now: int, due_at: int) -> Notification:
    """The partner may receive again: same round and rung, due at `due_at`. The caller sends the message."""
    released = change_state(before, Action.RELEASE, due_at=due_at, lane=Lane.SENT)
    return append_history(before, released, Action.RELEASE, HERALD, Reason("released"), now)


def bring_forward(before: Notification, due_at: int, now: int) -> Notification:
    """Due earlier than its rung says, because its partner answers again: same round and rung.

    In lane `sent` the caller sends the message.
    """
    return change_state(before, Action.FORWARD, due_at=due_at, lane=lane_until(due_at, now))


def exhaust(before: Notification, reason: Reason, now: int) -> Notification:
    """Failed without an attempt: it was held back for longer than its whole ladder takes."""
    failed = change_state(before, Action.EXHAUST, due_at=now, lane=Lane.ALERT, since=now, reason=reason)
    return append_history(before, failed, Action.EXHAUST, HERALD, reason, now)


def tag_with_job(job: str, after: Notification) -> Notification:
    """Adds the job to the last history entry, for a change that a job made."""
    *older, newest = after.history
    return replace(after, history=(*older, replace(newest, job=job)))


def is_done_by(notification: Notification, job: str) -> bool:
    """Whether this job has changed the notification already."""
    return any(entry.job == job for entry in notification.history)


def mark_alerted(before: Notification) -> Notification:
    """The alert is assured: leaves the due index. This is no transition, so the turn does not change."""
    return replace(before, due_at=None, lane=None)


def _is_expected(current: Notification, attempt: Attempt) -> bool:
    """Whether the attempt is the expected one: round, rung and claim are still its own."""
    rung = (current.round, current.attempt) == (attempt.round, attempt.number)
    return rung and current.state is State.WAITING and current.claim_id == attempt.claim_id


def _retry(logged: Notification, attempt: Attempt, wait: int, now: int) -> Notification:
    rung = attempt.outcome.ended_at + wait
    due_at = max(rung, min(attempt.outcome.retry_after or 0, rung + LONGEST_PUT_OFF))
    return change_state(logged, Action.RETRY, attempt=attempt.number + 1, due_at=due_at, lane=lane_until(due_at, now))


def lane_until(due_at: int, now: int) -> Lane:
    """`SENT` when a message can be delayed until `due_at`, otherwise `PARKED`."""
    return Lane.SENT if due_at - now <= LONGEST_DELAY else Lane.PARKED


def _exhaust(logged: Notification, attempt: Attempt, now: int) -> Notification:
    return change_state(logged, Action.EXHAUST, due_at=now, lane=Lane.ALERT, since=now, reason=attempt.outcome.reason)


def change_state(before: Notification, action: Action, **changes: Any) -> Notification:  # noqa: ANN401 - the arguments of `replace`
    """The next state and turn, with the attributes of the old state removed and the count of claims at 0."""
    after = next_state(before.state, action)
    cleared: dict[str, Any] = dict.fromkeys(_OF_A_STATE)
    return replace(before, **{**cleared, **changes}, state=after, turn=before.turn + 1, claims=0)


def _log(before: Notification, attempt: Attempt) -> Notification:
    """Appends the attempt to the log and ends its claim, if that is the present one.

    After a deletion it is only counted: the response may have what was deleted.
    """
    own = before.claim_id == attempt.claim_id
    return replace(
        before,
        attempts=(*before.attempts, attempt)[-LOG_LIMIT:] if before.deleted_at is None else (),
        logged=before.logged + 1,
        claim_id=None if own else before.claim_id,
        claim_until=None if own else before.claim_until,
    )


def append_history(
    before: Notification, after: Notification, action: Action, by: str, reason: Reason, now: int
) -> Notification:
    """Notes the change from `before` to `after` in the history; the oldest entry over HISTORY_LIMIT goes."""
    entry = HistoryEntry(
        at=now, by=by, action=action.value, reason=reason, from_state=before.state, to_state=after.state
    )
    return replace(after, history=(*before.history, entry)[-HISTORY_LIMIT:])
