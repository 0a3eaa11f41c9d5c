"""When a partner's alert may go out: at most one an hour, and none forgotten. Kept on the partner's item.

`alert_pending_at` says that something failed that nobody has been told of; `alerted_at` when the last alert went out;
`alert_lease_until` who is telling just now. Written by conditional updates of their own: the partner's version stays.
"""

from typing import Any

from herald.clock import HOUR, MINUTE
from herald.dynamodb import ConditionRefused, client, table_errors, to_wire
from herald.partner import Partner

ALERT_EVERY = HOUR
LEASE = MINUTE  # longer than the dead_letter function may run


class PartnerAlerts:
    """The three attributes of a partner's item. Every method raises `TableUnavailable`."""

    def __init__(self, table_name: str) -> None:
        self._table_name = table_name

    def flag(self, partner_id: int, now: int) -> bool:
        """Notes durably that an alert is owed; False when the partner is not in the registry."""
        return self._update(partner_id, "SET alert_pending_at = :now", "attribute_exists(partner_id)", {":now": now})

    def begin(self, partner_id: int, now: int) -> bool:
        """Whether the alert is mine to send now: one is owed, the hour is over, and nobody else is at it."""
        return self._update(
            partner_id,
            "SET alert_lease_until = :until",
            "attribute_exists(alert_pending_at)"
            " AND (attribute_not_exists(alerted_at) OR alerted_at <= :hour_ago)"
            " AND (attribute_not_exists(alert_lease_until) OR alert_lease_until <= :now)",
            {":until": now + LEASE, ":hour_ago": now - ALERT_EVERY, ":now": now},
        )

    def done(self, partner_id: int, began_at: int) -> None:
        """The alert is out. What was flagged after `began_at` stays owed, until the hour is over."""
        self.withdraw(partner_id, began_at)
        told = "SET alerted_at = :began REMOVE alert_lease_until"
        self._update(partner_id, told, "attribute_exists(partner_id)", {":began": began_at})

    def withdraw(self, partner_id: int, began_at: int) -> None:
        """Nothing is left to tell of what was flagged up to `began_at`."""
        self._update(
            partner_id,
            "REMOVE alert_pending_at, alert_lease_until",
            "alert_pending_at <= :began",
            {":began": began_at},
        )

    def _update(self, partner_id: int, expression: str, condition: str, values: dict[str, Any]) -> bool:
        try:
            with table_errors():
                client().update_item(
                    TableName=self._table_name,
                    Key=to_wire({"partner_id": partner_id}),
                    UpdateExpression=expression,
                    ConditionExpression=condition,
                    ExpressionAttributeValues=to_wire(values),
                )
        except ConditionRefused:
            return False
        return True


def alert_is_due(partner: Partner, now: int) -> bool:
    """Whether the partner's hour is over and an alert is owed, so that the poll has to remind of it."""
    if partner.alert_pending_at is None:
        return False
    return partner.alerted_at is None or partner.alerted_at <= now - ALERT_EVERY
