"""Limits alerts to one an hour for each partner, and loses none.

The state is in attributes of the partner's item:

- `alert_pending_at`: when the last notification failed that no alert has reported; absent when there is none
- `alert_last`: the id of that notification
- `alert_flags`: how often a failure was recorded
- `alerted_at`: when the last alert was published
- `alert_lease_until`: until when one invocation may publish
- `alert_open`: an alert was published, and no recovery since
- `outage_alerted_at`: when the last alert about an open breaker was published

Conditional updates write them; the partner's `version` does not change.
"""

from dataclasses import dataclass

from herald.domain.clock import HOUR, MINUTE
from herald.domain.notification_id import NotificationId
from herald.domain.partner import Partner
from herald.store.attribute_values import Item
from herald.store.partner_attributes.update import update_attributes

ALERT_EVERY = HOUR
LEASE = MINUTE  # longer than the timeout of the dead_letter function


@dataclass(frozen=True, slots=True)
class PendingAlert:
    """An alert to publish: the failures recorded so far (`flags`), the last one `last`, failed at `failed_at` (ms)."""

    flags: int
    failed_at: int
    last: NotificationId


class AlertThrottle:
    """Reads and writes these attributes. Every method raises `TableUnavailable`."""

    def __init__(self, table_name: str) -> None:
        self._table_name = table_name

    def record_failure(self, failed: NotificationId, failed_at: int) -> bool:
        """Stores that an alert is pending for this failure; False when the partner is not in the registry."""
        values = {":failed_at": failed_at, ":failed": str(failed), ":one": 1}
        latest, stored = ":failed_at", "if_not_exists(alert_pending_at, :failed_at)"
        for pending_at, last, condition in (
            (latest, ":failed", "attribute_not_exists(alert_pending_at) OR alert_pending_at <= :failed_at"),
            (stored, "if_not_exists(alert_last, :failed)", "attribute_exists(partner_id)"),  # the stored one is later
        ):
            update = f"SET alert_pending_at = {pending_at}, alert_last = {last} ADD alert_flags :one"
            if self._update(failed.partner_id, update, f"attribute_exists(partner_id) AND ({condition})", values):
                return True
        return False

    def acquire(self, partner_id: int, now: int) -> PendingAlert | None:
        """The pending alert, leased to the caller; None without one, within the hour, or while it is leased."""
        item = self._update(
            partner_id,
            "SET alert_lease_until = :until",
            "attribute_exists(alert_pending_at)"
            " AND (attribute_not_exists(alerted_at) OR alerted_at <= :hour_ago)"
            " AND (attribute_not_exists(alert_lease_until) OR alert_lease_until <= :now)",
            {":until": now + LEASE, ":hour_ago": now - ALERT_EVERY, ":now": now},
        )
        if item is None:
            return None
        last = NotificationId.parse(item["alert_last"])
        return PendingAlert(int(item["alert_flags"]), int(item["alert_pending_at"]), last)

    def complete(self, partner_id: int, pending: PendingAlert, began_at: int) -> None:
        """Records a published alert. A failure recorded since `acquire` stays pending until the hour is over."""
        published = "SET alerted_at = :began, alert_open = :true REMOVE alert_lease_until"
        values = {":began": began_at, ":true": True}
        if not self._update_unless_flagged(partner_id, f"{published}, alert_pending_at", pending, values):
            self._update(partner_id, published, "attribute_exists(partner_id)", values)

    def close(self, partner_id: int) -> None:
        """Records a published recovery, unless an alert is pending."""
        self._update(
            partner_id,
            "REMOVE alert_open",
            "attribute_not_exists(alert_pending_at) AND alert_open = :true",
            {":true": True},
        )

    def complete_outage(self, partner_id: int, published_at: int) -> None:
        """Records a published alert about an open breaker."""
        values = {":at": published_at}
        self._update(partner_id, "SET outage_alerted_at = :at", "attribute_exists(partner_id)", values)

    def cancel(self, partner_id: int, pending: PendingAlert) -> None:
        """Drops the pending alert, unless a failure was recorded since `acquire`."""
        self._update_unless_flagged(partner_id, "REMOVE alert_lease_until, alert_pending_at", pending, {})

    def _update_unless_flagged(self, partner_id: int, expression: str, pending: PendingAlert, values: Item) -> bool:
        # By count and not by time: clocks of two machines differ, and a failure dropped by mistake is a lost alert.
        same = {**values, ":flags": pending.flags}
        return self._update(partner_id, expression, "alert_flags = :flags", same) is not None

    def _update(self, partner_id: int, expression: str, condition: str, values: Item) -> Item | None:
        return update_attributes(self._table_name, partner_id, expression, condition, values)


def alert_is_due(partner: Partner, now: int) -> bool:
    """Whether an alert is pending and the hour is over, so that the poll sends a reminder."""
    if partner.alert_pending_at is None:
        return False
    return partner.alerted_at is None or partner.alerted_at <= now - ALERT_EVERY


def outage_alert_is_due(partner: Partner, now: int) -> bool:
    """Whether its breaker opened and nobody was told yet; at most once an hour, also where it opens again and again."""
    opened_at, alerted_at = partner.breaker.opened_at, partner.outage_alerted_at
    if opened_at is None or not partner.may_receive:
        return False
    return alerted_at is None or (alerted_at < opened_at and alerted_at <= now - ALERT_EVERY)
