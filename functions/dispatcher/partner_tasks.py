"""What each poll does for the partners: releases what is held for those that may receive, reminds of alerts."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import batched
from typing import Protocol

from dispatcher.run_window import PollProgress, RunWindow, run_in_parallel
from herald.domain.breakers.breaker import RESERVE
from herald.domain.clock import SECOND, now
from herald.domain.limits.bounds import USUAL_RATE
from herald.domain.lists.attention import AttentionEntry
from herald.domain.notification import Due, Notification, release
from herald.domain.notification_id import NotificationId
from herald.domain.partner import Partner
from herald.domain.transitions import State
from herald.runtime.logging import logger
from herald.store.notification_table import NotificationConflict
from herald.store.partner_attributes.alert_throttle import alert_is_due, outage_alert_is_due

_BATCH = 10  # released before their messages are sent; after a crash between the two, the rescue sends so many


class HeldNotificationStore(Protocol):
    """The notifications: `herald.store.notification_table.NotificationTable`."""

    def get(self, notification_id: NotificationId, now: int, /) -> Notification | None:
        """The notification as it is stored, or None."""

    def save(self, before: Notification, after: Notification, /) -> None:
        """Writes the change. Raises `NotificationConflict` where `before` is no longer what is stored."""


class AttentionReader(Protocol):
    """The attention index: `herald.store.indexes.attention_index.AttentionIndex`."""

    def entries(self, state: State, partner_id: int, /, *, limit: int) -> Iterator[AttentionEntry]:
        """The partner's notifications in this state, the oldest first."""


class ReleaseQueue(Protocol):
    """The queue of the deliverer: `herald.messaging.delivery_queue.DeliveryQueue`."""

    def send(self, dues: Sequence[Due], now: int, /) -> int:
        """Sends a message for each, to be received when it is due. Returns how many were sent."""


class ReminderQueue(Protocol):
    """The queue of dead letters: `herald.messaging.dead_letter_queue.DeadLetterQueue`."""

    def remind(self, partner_ids: Iterable[int], /) -> int:
        """Sends a message for each partner. Returns how many were sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerTasks:
    """Releases held notifications, and reminds the dead-letter function of alerts."""

    notifications: HeldNotificationStore
    attention: AttentionReader
    queue: ReleaseQueue
    dead_letters: ReminderQueue
    window: RunWindow

    def remind(self, partners: Iterable[Partner]) -> PollProgress:
        """Sends a message for each partner with an alert or a recovery to publish now."""
        due = [
            partner.partner_id
            for partner in partners
            if alert_is_due(partner, self.window.began_at)
            or outage_alert_is_due(partner, self.window.began_at)
            or self._has_recovered(partner)
        ]
        return PollProgress(self.dead_letters.remind(due))

    def _has_recovered(self, partner: Partner) -> bool:
        """Whether an alert was published, and nothing is failed any more."""
        if not partner.alert_open or partner.alert_pending_at is not None:
            return False
        return next(self.attention.entries(State.FAILED, partner.partner_id, limit=1), None) is None

    def release(self, partners: Iterable[Partner]) -> PollProgress:
        """Releases what is held for those that may receive, at most what the rate allows until the next poll."""
        return run_in_parallel(self._release, (partner for partner in partners if partner.may_receive))

    def _release(self, partner: Partner) -> PollProgress:
        began_at = now()  # not the poll's start: the steps before this one may have taken minutes
        rate = partner.rate_per_second or USUAL_RATE  # so that its server, just repaired, is not overloaded
        limit = max(0, rate * (self.window.began_at + self.window.every - began_at) // SECOND)
        if partner.breaker.is_open:
            limit = min(limit, RESERVE)  # they are held back, but nothing else may be left to probe with
        entries = self.attention.entries(State.HELD, partner.partner_id, limit=limit) if limit else ()
        held = ((began_at + place * SECOND // rate, entry) for place, entry in enumerate(entries))
        sent = 0
        for batch in batched(held, _BATCH, strict=False):
            if not self.window.time_left():
                return PollProgress(sent, finished=False)
            sent += self.queue.send(list(self._released(batch)), now())
        return PollProgress(sent)

    def _released(self, batch: Iterable[tuple[int, AttentionEntry]]) -> Iterator[Due]:
        for due_at, entry in batch:
            due = self._release_one(entry, due_at)
            if due is not None:
                yield due

    def _release_one(self, entry: AttentionEntry, due_at: int) -> Due | None:
        held = self.notifications.get(entry.id, self.window.began_at)
        if held is None or held.turn != entry.turn:
            return None  # the index has not caught up yet
        released = release(held, now(), due_at)
        try:
            self.notifications.save(held, released)
        except NotificationConflict:
            logger.info("changed by somebody else", extra={"notification": str(entry.id)})
            return None
        return released.due
