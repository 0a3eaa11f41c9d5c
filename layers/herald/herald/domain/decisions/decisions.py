"""What a person decides about a notification: it is sent again, closed, or its content is deleted. Pure.

Each function takes a `Notification` and returns the next one.
"""

from dataclasses import replace

from herald.domain.clock import DAY
from herald.domain.decisions.deletion import ContentDeleted, content_left
from herald.domain.notification import Notification, append_history, change_state, lane_until
from herald.domain.transitions import Action
from herald.languages.reason import Reason


def redrive(before: Notification, by: str, reason: str, now: int, due_at: int | None = None) -> Notification:
    """Starts the ladder again in the next round, at `due_at` or now. In lane `sent` the caller sends the message.

    Raises `TransitionRefused`, and `ContentDeleted` where nothing is left that could be sent.
    """
    if before.deleted_at is not None:
        raise ContentDeleted(before.deleted_at)
    due_at = now if due_at is None else due_at
    again = change_state(
        before, Action.REDRIVE, round=before.round + 1, attempt=1, due_at=due_at, lane=lane_until(due_at, now)
    )
    return append_history(before, again, Action.REDRIVE, by, Reason.sentence(reason), now)


def close(before: Notification, action: Action, by: str, reason: str, now: int, retention_days: int) -> Notification:
    """Resolved or cancelled by an operator: it is not sent again, and expires like a delivered one."""
    closed = change_state(before, action, expires_at=now + retention_days * DAY)
    return append_history(before, closed, action, by, Reason.sentence(reason), now)


def delete_content(before: Notification, by: str, reason: str, now: int, retention_days: int) -> Notification:
    """Removes the payload and the attempts; the history has the deletion only. Nothing is sent any more.

    It stays stored until it expires, so that a duplicate that is submitted meanwhile is acknowledged and not sent.
    """
    emptied = replace(
        before,
        payload=content_left(before.id, before.payload),
        attempts=(),
        history=(),
        claim_id=None,
        claim_until=None,
    )
    after = change_state(emptied, Action.DELETE, expires_at=now + retention_days * DAY, deleted_at=now)
    return append_history(emptied, after, Action.DELETE, by, Reason.sentence(reason), now)
