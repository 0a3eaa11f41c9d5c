"""What a recovery does with one notification: a message, a new due time with a message, or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import batched
from typing import Protocol

from herald.domain.breakers.breaker import Contact, contact_of
from herald.domain.clock import MINUTE, now
from herald.domain.notification import Due, Lane, Notification, bring_forward
from herald.domain.notification_id import NotificationId
from herald.domain.transitions import State
from herald.runtime.logging import logger
from herald.store.notification_table import NotificationConflict

AT_ONCE = 100  # notifications in one read (DynamoDB's limit)
LOOKED_AT = 2_000  # notifications for one slice: some seconds, well within the worker's lease


class WaitingStore(Protocol):
    """The notifications: `herald.store.notification_table.NotificationTable`."""

    def get_many(
        self, ids: Sequence[NotificationId], now: int, /, *, consistent: bool = True
    ) -> dict[NotificationId, Notification]:
        """Those that exist, by id."""

    def save(self, before: Notification, after: Notification, /) -> None:
        """Writes the change. Raises `NotificationConflict` where `before` is no longer what is stored."""


@dataclass(frozen=True, slots=True)
class BringingForward:
    """Takes notifications from a list, as many as are to be sent."""

    notifications: WaitingStore

    def next(self, left: list[NotificationId], size: int, since: int, interval: float) -> list[Due]:
        """At most `size` to be sent, `interval` (ms) apart, from the end of `left`, where those looked at are removed.

        `since` is when the breaker closed. At most `LOOKED_AT` are looked at.
        """
        began_at, looked_at, wanted = now(), 0, size
        sent: list[Due] = []
        while left and len(sent) < size and looked_at < LOOKED_AT:
            some, before = _take(left, wanted), len(sent)
            looked_at += len(some)
            current = self.read(some)
            while some and len(sent) < size:
                one = current.get(some.pop())
                due_at = began_at + round(len(sent) * interval)
                due = self.due_of(one, since, due_at) if one else None
                sent += [due] if due else []
            left += some
            # Where all were passed over, so are many more: as many are read in one request as DynamoDB allows.
            wanted = size - len(sent) if len(sent) > before else AT_ONCE
        return sent

    def read(self, ids: Sequence[NotificationId]) -> dict[NotificationId, Notification]:
        """Those that exist, by id."""
        found: dict[NotificationId, Notification] = {}
        for some in batched(ids, AT_ONCE, strict=False):
            found |= self.notifications.get_many(some, now())
        return found

    def due_of(self, one: Notification, since: int, due_at: int) -> Due | None:
        """What to send for it, to be received at `due_at`; None where it has its message, or is no longer to be sent.

        `since` is when the breaker closed: what was attempted after it climbs its ladder.
        """
        if one.state is not State.WAITING or one.due_at is None or is_attempted_since(one, since) or _is_claimed(one):
            return None
        earliest = max(due_at, _asked_for(one))
        if one.due_at > earliest:
            return self._forward(one, earliest)
        has_message = one.lane is Lane.SENT and one.due_at > now()
        is_later = one.due_at > due_at  # as the partner asked; its own message, or a poll's, comes then
        return None if has_message or is_later else Due(one.id, one.turn, due_at)

    def _forward(self, one: Notification, due_at: int) -> Due | None:
        forward = bring_forward(one, due_at, now())
        try:
            self.notifications.save(one, forward)
        except NotificationConflict:
            logger.info("changed by somebody else", extra={"notification": str(one.id)})
            return None
        return forward.due if forward.lane is Lane.SENT else None  # a poll sends what is parked


def is_attempted_since(one: Notification, since: int) -> bool:
    """Whether it was attempted after the breaker closed, or its attempt is the answer that closed it."""
    if not one.attempts:
        return False
    last = one.attempts[-1].outcome
    closed_it = last.ended_at >= since - MINUTE and contact_of(last) is Contact.ANSWER
    return last.at >= since or closed_it


def _asked_for(one: Notification) -> int:
    """Before that moment (ms) its partner wants no further attempt, as it answered the last one; 0 without a wish."""
    return one.attempts[-1].outcome.retry_after or 0 if one.attempts else 0


def _is_claimed(one: Notification) -> bool:
    return one.claim_until is not None and one.claim_until > now()


def _take(left: list[NotificationId], count: int) -> list[NotificationId]:
    """The last ones of the list, which are removed from it."""
    some = left[-count:]
    del left[-count:]
    return some
