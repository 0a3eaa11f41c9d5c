"""What each poll does for partners whose server is out of order: probes, recoveries, what was held back too long."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from dispatcher.breakers.held_partners import HeldPartners
from dispatcher.breakers.overdue import Overdue, OverdueRows
from dispatcher.run_window import PollProgress, RunWindow
from herald.domain.breakers.breaker import FIRST_PROBE, PROBE_TIME, RESERVE, Breaker, held_too_long
from herald.domain.clock import now
from herald.domain.notification import Due, Notification, exhaust
from herald.domain.notification_id import NotificationId
from herald.domain.partner import Partner
from herald.domain.transitions import State
from herald.runtime.logging import logger
from herald.runtime.metric_names import Metric
from herald.runtime.metrics import record
from herald.store.notification_table import NotificationConflict

_SHORT = RESERVE // 2  # a reserve with less is filled up


class HeldBackStore(Protocol):
    """The notifications: `herald.store.notification_table.NotificationTable`."""

    def get(self, notification_id: NotificationId, now: int, /) -> Notification | None:
        """The notification as it is stored, or None."""

    def save(self, before: Notification, after: Notification, /) -> None:
        """Writes the change. Raises `NotificationConflict` where `before` is no longer what is stored."""


class WaitingStore(Protocol):
    """The breakers: `herald.store.partner_attributes.breaker_store.BreakerStore`."""

    def note_waiting(self, partner_id: int, waiting: int, /) -> Partner | None:
        """Stores how many notifications are held back."""


class ProbeMessageQueue(Protocol):
    """The queue of the deliverer: `herald.messaging.delivery_queue.DeliveryQueue`."""

    def send(self, dues: Sequence[Due], now: int, /) -> int:
        """Sends a message for each. Returns how many were sent."""


class ExhaustedQueue(Protocol):
    """The queue of dead letters: `herald.messaging.dead_letter_queue.DeadLetterQueue`."""

    def send(self, failed: Sequence[Due], /) -> int:
        """Sends a dead letter for each. Returns how many were sent."""


class RecoveryMessageQueue(Protocol):
    """The queue of the jobs function: `herald.messaging.job_queue.JobQueue`."""

    def send_recovery(self, partner_id: int, /) -> None:
        """Sends a message for the recovery's worker."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakerTasks:
    """Looks after open and recovering breakers."""

    notifications: HeldBackStore
    breakers: WaitingStore
    queue: ProbeMessageQueue
    dead_letters: ExhaustedQueue
    recoveries: RecoveryMessageQueue
    window: RunWindow

    def look_after(self, held: HeldPartners, rows: OverdueRows) -> PollProgress:
        """Sends probes and recoveries, and fails what was held back for too long. Counts the messages it sent."""
        progress = PollProgress(finished=rows.complete)
        for partner in held.by_number.values():
            found = rows.by_partner.get(partner.partner_id, Overdue())
            if partner.breaker.is_open:
                progress += self._look_after_open(partner, found, complete=rows.complete)
            elif self._needs_recovery(partner.breaker):
                self.recoveries.send_recovery(partner.partner_id)
                progress += PollProgress(1)
        record(Metric.BREAKERS_OPEN, sum(one.breaker.is_open for one in held.by_number.values()))
        record(Metric.WAITING_HELD_BACK, sum(found.count for found in rows.by_partner.values()))
        return progress

    def _look_after_open(self, partner: Partner, found: Overdue, *, complete: bool) -> PollProgress:
        if complete and found.count != partner.breaker.waiting:
            self.breakers.note_waiting(partner.partner_id, found.count)
        probes = self._probes(partner.breaker, found)
        sent = self.queue.send(probes, now()) if probes else 0
        return PollProgress(sent) + self._exhaust(partner, found.too_long)

    def _probes(self, breaker: Breaker, found: Overdue) -> list[Due]:
        """The oldest, where the next probe is overdue; those that are not in the reserve, where that is short."""
        if breaker.is_probing(now()):
            return []
        if (breaker.probe_at or 0) + FIRST_PROBE <= now():  # its message was lost
            return found.oldest
        reserved = {one.id for one in breaker.reserve}
        return [due for due in found.oldest if due.id not in reserved] if len(reserved) < _SHORT else []

    def _needs_recovery(self, breaker: Breaker) -> bool:
        """Whether nobody works on it. The message of the deliverer that closed it has a minute."""
        return not breaker.has_recovery_worker(now()) and (breaker.recovering_since or 0) + PROBE_TIME <= now()

    def _exhaust(self, partner: Partner, too_long: list[Due]) -> PollProgress:
        failed = 0
        for due in too_long:
            if not self.window.time_left():
                return PollProgress(failed, finished=False)
            failed += self._exhaust_one(partner.breaker, due)
        return PollProgress(failed)

    def _exhaust_one(self, breaker: Breaker, due: Due) -> bool:
        before = self.notifications.get(due.id, now())
        if before is None or (before.state, before.turn) != (State.WAITING, due.turn) or _is_claimed(before):
            return False
        since = max(due.due_at, breaker.held_since or due.due_at)
        failed = exhaust(before, held_too_long(since), now())
        try:
            self.notifications.save(before, failed)
        except NotificationConflict:
            logger.info("changed by somebody else", extra={"notification": str(due.id)})
            return False
        record(Metric.EXHAUSTED_HELD_BACK)
        logger.info("failed while held back", extra={"notification": str(due.id)})
        self.dead_letters.send([failed.due])
        return True


def _is_claimed(one: Notification) -> bool:
    return one.claim_until is not None and one.claim_until > now()
