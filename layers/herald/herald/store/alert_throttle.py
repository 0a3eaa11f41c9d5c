"""When a partner's alert may go out: at most one an hour, and none forgotten. Kept on the partner's item.

`alert_pending_at` says that something failed of which nobody has been told (when the last such one failed),
`alert_last` which one that was, `alert_flags` how often that was noted, `alerted_at` when the last alert went out,
`alert_lease_until` who is telling just now, `alert_open` that people were told of failures, and not yet that nothing is
failed any more.
Written by conditional updates of their own: the partner's version stays.
"""

from dataclasses import dataclass
from typing import Any

from herald.domain.clock import HOUR, MINUTE
from herald.domain.notification_id import NotificationId
from herald.domain.partner import Partner
from herald.store.dynamodb import ConditionRefused, Item, client, from_wire, table_errors, to_wire

ALERT_EVERY = HOUR
LEASE = MINUTE  # longer than the dead_letter function may run


@dataclass(frozen=True, slots=True)
class PendingAlert:
    """What an alert has to tell of: all that was flagged so far, of which `last` failed last, at `failed_at` (ms)."""

    flags: int
    failed_at: int
    last: NotificationId


class AlertThrottle:
    """These attributes of a partner's item. Every method raises `TableUnavailable`."""

    def __init__(self, table_name: str) -> None:
        self._table_name = table_name

    def record_failure(self, failed: NotificationId, failed_at: int) -> bool:
        """Notes durably that an alert is owed for what failed; False when its partner is not in the registry."""
        values = {":failed_at": failed_at, ":failed": str(failed), ":one": 1}
        first, later = ":failed_at", "if_not_exists(alert_pending_at, :failed_at)"
        for kept, last, condition in (
            (first, ":failed", "attribute_not_exists(alert_pending_at) OR alert_pending_at <= :failed_at"),
            (later, "if_not_exists(alert_last, :failed)", "attribute_exists(partner_id)"),  # that was a later one
        ):
            flagged = f"SET alert_pending_at = {kept}, alert_last = {last} ADD alert_flags :one"
            if self._update(failed.partner_id, flagged, f"attribute_exists(partner_id) AND ({condition})", values):
                return True
        return False

    def acquire(self, partner_id: int, now: int) -> PendingAlert | None:
        """What is mine to tell now: something is owed, the hour is over, and nobody else is at it. Otherwise None."""
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

    def complete(self, partner_id: int, owed: PendingAlert, began_at: int) -> None:
        """The alert is out. What was flagged meanwhile stays owed, until the hour is over."""
        told = "SET alerted_at = :began, alert_open = :true REMOVE alert_lease_until"
        values = {":began": began_at, ":true": True}
        if not self._unless_flagged(partner_id, f"{told}, alert_pending_at", owed, values):
            self._update(partner_id, told, "attribute_exists(partner_id)", values)

    def close(self, partner_id: int) -> None:
        """People know that nothing is failed any more, unless something has been flagged meanwhile."""
        self._update(
            partner_id,
            "REMOVE alert_open",
            "attribute_not_exists(alert_pending_at) AND alert_open = :true",
            {":true": True},
        )

    def cancel(self, partner_id: int, owed: PendingAlert) -> None:
        """Nothing is left to tell of what was flagged so far."""
        self._unless_flagged(partner_id, "REMOVE alert_lease_until, alert_pending_at", owed, {})

    def _unless_flagged(self, partner_id: int, expression: str, owed: PendingAlert, values: Item) -> bool:
        # By count and not by time: two machines' clocks differ, and a flag that is withdrawn untold is an alert lost.
        same = {**values, ":flags": owed.flags}
        return self._update(partner_id, expression, "alert_flags = :flags", same) is not None

    def _update(self, partner_id: int, expression: str, condition: str, values: Item) -> dict[str, Any] | None:
        try:
            with table_errors():
                answer = client().update_item(
                    TableName=self._table_name,
                    Key=to_wire({"partner_id": partner_id}),
                    UpdateExpression=expression,
                    ConditionExpression=condition,
                    ExpressionAttributeValues=to_wire(values),
                    ReturnValues="ALL_NEW",
                )
        except ConditionRefused:
            return None
        return from_wire(answer["Attributes"])


def alert_is_due(partner: Partner, now: int) -> bool:
    """Whether the partner's hour is over and an alert is owed, so that the poll has to remind of it."""
    if partner.alert_pending_at is None:
        return False
    return partner.alerted_at is None or partner.alerted_at <= now - ALERT_EVERY
