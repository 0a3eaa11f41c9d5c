"""Notifications that are not in the index `acceptance`: those that were stored before there was that index."""

from dataclasses import dataclass
from typing import Any

from herald.domain.clock import SECOND
from herald.domain.jobs.reindexing import Position
from herald.domain.notification_id import NotificationId
from herald.store.attribute_values import Item, from_wire, to_wire
from herald.store.dynamodb import ConditionRefused, client, table_errors
from herald.store.items.notification_item import acceptance_key, key_of, shard_of


@dataclass(frozen=True, slots=True)
class Unindexed:
    """A notification that is not in the index, and when it was accepted (ms)."""

    id: NotificationId
    accepted_at: int


@dataclass(frozen=True, slots=True)
class ScannedPage:
    """What a page of the scan found, how many items it looked at, and the last one; None at the end of the table."""

    unindexed: list[Unindexed]
    looked_at: int
    position: Position | None


class UnindexedNotifications:
    """Scans NotificationTable for them, and puts each into the index. Every method raises `TableUnavailable`."""

    def __init__(self, table_name: str) -> None:
        self._table_name = table_name

    def count(self) -> int:
        """About how many items the table has, in the index or not: DynamoDB counts them every six hours."""
        with table_errors():
            return client().describe_table(TableName=self._table_name)["Table"]["ItemCount"]

    def page(self, after: Position | None, limit: int, now: int) -> ScannedPage:
        """Looks at `limit` items behind the position `after`. What has expired is not found."""
        start: dict[str, Any] = {"ExclusiveStartKey": to_wire(_key(after))} if after else {}
        with table_errors():
            response = client().scan(
                TableName=self._table_name,
                Limit=limit,
                FilterExpression="attribute_not_exists(accepted_on)"
                " AND (attribute_not_exists(expires_at) OR expires_at > :now)",
                ExpressionAttributeValues=to_wire({":now": now // SECOND}),
                ProjectionExpression="order_key, digest, accepted_at",
                **start,
            )
        found = [_unindexed(from_wire(item)) for item in response["Items"]]
        return ScannedPage(found, response["ScannedCount"], _position(response.get("LastEvaluatedKey")))

    def put(self, one: Unindexed) -> bool:
        """Adds the index's attribute to the item and changes nothing else; False where it has it, or is gone."""
        key = acceptance_key(one.id.partner_id, one.accepted_at, shard_of(one.id))
        try:
            with table_errors():
                client().update_item(
                    TableName=self._table_name,
                    Key=to_wire(key_of(one.id)),
                    UpdateExpression="SET accepted_on = :key",
                    ConditionExpression="attribute_exists(order_key) AND attribute_not_exists(accepted_on)",
                    ExpressionAttributeValues=to_wire({":key": key}),
                )
        except ConditionRefused:
            return False
        return True


def _unindexed(item: Item) -> Unindexed:
    return Unindexed(NotificationId.from_keys(item["order_key"], item["digest"]), int(item["accepted_at"]))


def _key(position: Position) -> Item:
    return dict(zip(("order_key", "digest"), position, strict=True))


def _position(last: Item | None) -> Position | None:
    key = from_wire(last) if last else None
    return (key["order_key"], key["digest"]) if key else None
