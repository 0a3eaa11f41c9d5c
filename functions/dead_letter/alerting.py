"""From a dead letter to an alert: at most one a partner an hour, and none forgotten."""

from dataclasses import dataclass

from herald.domain.attention import AttentionSummary
from herald.domain.clock import now
from herald.domain.notification import mark_alerted
from herald.domain.transitions import State
from herald.messaging.alert_topic import AlertTopic
from herald.messaging.dead_letter_queue import DeadLetterMessage
from herald.runtime.logging import logger
from herald.runtime.metric_names import Metric
from herald.runtime.metrics import record
from herald.store.alert_throttle import AlertThrottle, PendingAlert
from herald.store.indexes.attention_index import AttentionIndex
from herald.store.notification_table import NotificationConflict, NotificationTable
from herald.store.partner_table import PartnerTable

COUNTED = 10_000  # to more than these an alert says "more than": it must go out before the function's time is up


class IndexBehind(Exception):
    """What failed a moment ago is not in the index yet: the message has to come back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alerting:
    """What it takes to alert: who failed, whom to tell, and when that was done last."""

    notifications: NotificationTable
    attention: AttentionIndex
    partners: PartnerTable
    alerts: AlertThrottle
    topic: AlertTopic

    def record_failure(self, message: DeadLetterMessage) -> None:
        """Flags the partner for a notification that failed and still is, then takes that off the due index."""
        if message.id is None:
            return
        failed = self.notifications.get(message.id, now())
        if failed is None or failed.state is not State.FAILED or failed.turn != message.turn or failed.lane is None:
            return  # a person acted meanwhile, or this message came twice
        if not self.alerts.record_failure(failed.id, failed.since or now()):
            logger.error("failed for a partner that is not in the registry", extra={"notification": str(message.id)})
            return
        try:
            self.notifications.save(failed, mark_alerted(failed))
        except NotificationConflict:
            logger.info("changed by somebody else", extra={"notification": str(message.id)})
        else:
            record(Metric.DEAD_LETTERS)

    def alert(self, partner_id: int) -> None:
        """Publishes what is failed for the partner, if an alert is owed and its hour is over. Raises `IndexBehind`.

        Published before it is noted: a crash between the two costs a second alert, never a missing one.
        """
        began_at = now()
        pending = self.alerts.acquire(partner_id, began_at)
        if pending is None:
            self._tell_of_recovery(partner_id)
            return
        partner = self.partners.get(partner_id)
        failed = self.attention.summary(State.FAILED, partner_id, limit=COUNTED)
        if not _tells_of(failed, pending) and self._still_failed(pending, began_at):
            raise IndexBehind
        if partner is None or failed is None:
            self.alerts.cancel(partner_id, pending)  # people have dealt with all of it already
            return
        self.topic.publish(partner, failed)
        self.alerts.complete(partner_id, pending, began_at)
        record(Metric.ALERTS)
        logger.info("alerted", extra={"partner_id": partner_id, "failed": failed.count})

    def _tell_of_recovery(self, partner_id: int) -> None:
        """Where people were told of failures and nothing is owed or failed any more."""
        partner = self.partners.get(partner_id)
        if partner is None or not partner.alert_open or partner.alert_pending_at is not None:
            return
        if self.attention.summary(State.FAILED, partner_id, limit=1) is None:
            self.topic.publish_recovery(partner)
            self.alerts.close(partner_id)
            record(Metric.RECOVERIES)
            logger.info("recovered", extra={"partner_id": partner_id})

    def _still_failed(self, pending: PendingAlert, moment: int) -> bool:
        """The table itself, not its index, which follows it in a time that nobody has promised."""
        last = self.notifications.get(pending.last, moment)
        return last is not None and last.state is State.FAILED


def _tells_of(failed: AttentionSummary | None, pending: PendingAlert) -> bool:
    return failed is not None and (not failed.complete or failed.newest >= pending.failed_at)
