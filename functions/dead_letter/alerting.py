"""Publishes alerts: at most one a partner an hour, and each failure is in one."""

from dataclasses import dataclass
from typing import Protocol

from herald.domain.clock import now
from herald.domain.lists.attention import AttentionSummary
from herald.domain.notification import Notification
from herald.domain.notification_id import NotificationId
from herald.domain.partner import Partner
from herald.domain.transitions import State
from herald.runtime.logging import logger
from herald.runtime.metric_names import Metric
from herald.runtime.metrics import record
from herald.store.partner_attributes.alert_throttle import PendingAlert, outage_alert_is_due

COUNTED = 10_000  # the most that an alert counts; beyond it says "more than", because counting takes time


class IndexBehind(Exception):
    """The index does not show a recent failure yet: the message has to come back."""


class LastFailureReader(Protocol):
    """The notifications: `herald.store.notification_table.NotificationTable`."""

    def get(self, notification_id: NotificationId, now: int, /) -> Notification | None:
        """The notification as it is stored, or None."""


class FailureSummaries(Protocol):
    """The attention index: `herald.store.indexes.attention_index.AttentionIndex`."""

    def summary(self, state: State, partner_id: int, /, *, limit: int) -> AttentionSummary | None:
        """A summary of at most `limit` entries in this state; None where there are none."""


class AlertedPartnerReader(Protocol):
    """The partners: `herald.store.partner_table.PartnerTable`."""

    def get(self, partner_id: int, /) -> Partner | None:
        """The partner as it is stored, or None."""


class PendingAlertStore(Protocol):
    """When an alert may be published: `herald.store.partner_attributes.alert_throttle.AlertThrottle`."""

    def acquire(self, partner_id: int, now: int, /) -> PendingAlert | None:
        """The pending alert, leased to this caller; None where none may be published now."""

    def complete(self, partner_id: int, pending: PendingAlert, began_at: int, /) -> None:
        """Saves that the alert was published."""

    def cancel(self, partner_id: int, pending: PendingAlert, /) -> None:
        """Saves that no alert is pending any more."""

    def complete_outage(self, partner_id: int, published_at: int, /) -> None:
        """Saves that an open breaker was told of."""

    def close(self, partner_id: int, /) -> None:
        """Saves that the recovery was published."""


class AlertPublisher(Protocol):
    """Where alerts are published: `herald.messaging.alert_topic.AlertTopic`."""

    def publish(self, partner: Partner, failed: AttentionSummary, /) -> None:
        """Publishes an alert."""

    def publish_outage(self, partner: Partner, /) -> None:
        """Publishes that the partner's server does not answer."""

    def publish_recovery(self, partner: Partner, /) -> None:
        """Publishes that nothing is failed any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alerting:
    """Publishes alerts and recoveries."""

    notifications: LastFailureReader
    attention: FailureSummaries
    partners: AlertedPartnerReader
    alerts: PendingAlertStore
    topic: AlertPublisher

    def alert(self, partner_id: int) -> None:
        """Publishes what is failed for the partner, if an alert is pending and the last one is an hour old.

        It is published before that is saved: a crash between the two causes a second alert, never a missing one.
        Raises `IndexBehind`.
        """
        began_at = now()
        pending = self.alerts.acquire(partner_id, began_at)
        if pending is None:
            self._publish_outage(partner_id)
            self._publish_recovery(partner_id)
            return
        partner = self.partners.get(partner_id)
        failed = self.attention.summary(State.FAILED, partner_id, limit=COUNTED)
        if not _includes(failed, pending) and self._still_failed(pending, began_at):
            raise IndexBehind
        if partner is None or failed is None:
            self.alerts.cancel(partner_id, pending)  # operators have settled all of it already
            return
        self.topic.publish(partner, failed)
        self.alerts.complete(partner_id, pending, began_at)
        record(Metric.ALERTS)
        logger.info("alerted", extra={"partner_id": partner_id, "failed": failed.count})

    def _publish_outage(self, partner_id: int) -> None:
        """Publishes an open breaker, once and at most every hour. A crash before it is saved causes a second alert."""
        partner = self.partners.get(partner_id)
        if partner is not None and outage_alert_is_due(partner, now()):
            self.topic.publish_outage(partner)
            self.alerts.complete_outage(partner_id, now())
            logger.info("outage alerted", extra={"partner_id": partner_id})

    def _publish_recovery(self, partner_id: int) -> None:
        """Publishes a recovery if an alert was published, none is pending, and nothing is failed any more."""
        partner = self.partners.get(partner_id)
        if partner is None or not partner.alert_open or partner.alert_pending_at is not None:
            return
        if self.attention.summary(State.FAILED, partner_id, limit=1) is None:
            self.topic.publish_recovery(partner)
            self.alerts.close(partner_id)
            record(Metric.RECOVERIES)
            logger.info("recovered", extra={"partner_id": partner_id})

    def _still_failed(self, pending: PendingAlert, moment: int) -> bool:
        """Whether the last failure is still failed in the table, which its index follows with a delay."""
        last = self.notifications.get(pending.last, moment)
        return last is not None and last.state is State.FAILED


def _includes(failed: AttentionSummary | None, pending: PendingAlert) -> bool:
    return failed is not None and (not failed.complete or failed.newest >= pending.failed_at)
