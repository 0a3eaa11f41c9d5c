"""Every notification of one partner, found by a scan of NotificationTable.

No index has all of them: what an older version stored may not be in the index `acceptance`, and what failed long ago
lies outside of the days that are read from it. A deletion must leave nothing.
"""

from dataclasses import dataclass
from typing import Any, Final

from herald.domain.jobs.reindexing import Position
from herald.domain.notification_id import NotificationId
from herald.store.attribute_values import from_wire, to_wire
from herald.store.dynamodb import client, table_errors

_REQUESTS: Final = 10  # of one page, where the table has nothing else of the partner


@dataclass(frozen=True, slots=True)
class PartnerPage:
    """Notifications of the partner whose content is stored, and the last item looked at; None at the table's end."""

    ids: list[NotificationId]
    position: Position | None


class NotificationsOfPartner:
    """Scans the table for a partner."""

    def __init__(self, table_name: str) -> None:
        self._table_name = table_name

    def page(self, partner_id: int, after: Position | None, limit: int) -> PartnerPage:
        """At most `limit` behind the position; fewer, or none, where many others lie between. Also expired ones.

        Raises `TableUnavailable`.
        """
        page = PartnerPage([], after)
        for _ in range(_REQUESTS):
            page = self._scan(partner_id, page.position, limit)
            if page.ids or page.position is None:
                break
        return page

    def _scan(self, partner_id: int, after: Position | None, limit: int) -> PartnerPage:
        start: dict[str, Any] = {"ExclusiveStartKey": to_wire(_key(after))} if after else {}
        with table_errors():
            response = client().scan(
                TableName=self._table_name,
                Limit=limit,
                FilterExpression="begins_with(order_key, :partner) AND attribute_not_exists(deleted_at)",
                ExpressionAttributeValues=to_wire({":partner": NotificationId(partner_id, "", "").order_key}),
                ProjectionExpression="order_key, digest",
                **start,
            )
        found = [NotificationId.from_keys(**from_wire(item)) for item in response["Items"]]
        return PartnerPage(found, _position(response.get("LastEvaluatedKey")))


def _key(position: Position) -> dict[str, str]:
    return dict(zip(("order_key", "digest"), position, strict=True))


def _position(last: Any) -> Position | None:  # noqa: ANN401 - the key as boto3 returns it
    key = from_wire(last) if last else None
    return (key["order_key"], key["digest"]) if key else None
