"""A dead letter makes an alert pending on the partner's item, and leaves the due index."""

from dataclasses import dataclass
from typing import Protocol

from herald.domain.clock import now
from herald.domain.notification import Notification, mark_alerted
from herald.domain.notification_id import NotificationId
from herald.domain.transitions import State
from herald.messaging.dead_letter_queue import DeadLetterMessage
from herald.runtime.logging import logger
from herald.runtime.metric_names import Metric
from herald.runtime.metrics import record
from herald.store.notification_table import NotificationConflict


class FailedNotificationStore(Protocol):
    """The notifications: `herald.store.notification_table.NotificationTable`."""

    def get(self, notification_id: NotificationId, now: int, /) -> Notification | None:
        """The notification as it is stored, or None."""

    def save(self, before: Notification, after: Notification, /) -> None:
        """Writes the change. Raises `NotificationConflict` where `before` is no longer what is stored."""


class PartnerFailureStore(Protocol):
    """The partners' pending alerts: `herald.store.partner_attributes.alert_throttle.AlertThrottle`."""

    def record_failure(self, failed: NotificationId, failed_at: int, /) -> bool:
        """Saves that an alert is pending; False where the partner is not in the registry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FailureRecorder:
    """Records failures on the partners' items."""

    notifications: FailedNotificationStore
    alerts: PartnerFailureStore

    def record_failure(self, message: DeadLetterMessage) -> None:
        """Makes an alert pending for a notification that is still failed, then removes that from the due index."""
        if message.id is None:
            return
        failed = self.notifications.get(message.id, now())
        if failed is None or failed.state is not State.FAILED or failed.turn != message.turn or failed.lane is None:
            return  # an operator acted meanwhile, or this message came twice
        if not self.alerts.record_failure(failed.id, failed.since or now()):
            logger.error("failed for a partner that is not in the registry", extra={"notification": str(message.id)})
            return
        try:
            self.notifications.save(failed, mark_alerted(failed))
        except NotificationConflict:
            logger.info("changed by somebody else", extra={"notification": str(message.id)})
        else:
            record(Metric.DEAD_LETTERS)
