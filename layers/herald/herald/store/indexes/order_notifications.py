"""All notifications of one order, read from NotificationTable without what the question does not need.

An order may have more of them than fit into the memory of a function or into one answer. Every method raises
`TableUnavailable` when DynamoDB cannot answer now.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from herald.domain.clock import SECOND
from herald.domain.notification import Notification
from herald.domain.notification_id import NotificationId
from herald.store.dynamodb import Item, query_pages, to_wire
from herald.store.items.notification_item import from_item

_PLACE = ("order_key", "digest", "accepted_at", "expires_at")
_TOLD = (*_PLACE, "payload", "state", "turn", "round", "attempt", "logged")  # no attempts, no history


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """The place of a notification in the list of its order: by acceptance (ms), then by digest."""

    accepted_at: int
    digest: str


class OrderNotifications:
    """What NotificationTable has of an order."""

    def __init__(self, table_name: str) -> None:
        self._table_name = table_name

    def places(self, partner_id: int, order_id: str, now: int) -> list[Place]:
        """The places of all that have not expired, in their order; some 100 bytes each. One request for each 1 MB."""
        items = self._items(partner_id, order_id, now, _PLACE)
        return sorted(Place(int(item["accepted_at"]), item["digest"]) for item in items)

    def told(self, partner_id: int, order_id: str, now: int) -> Iterator[Notification]:
        """All that have not expired, without attempts and history, one after the other and in no order."""
        return (from_item(item) for item in self._items(partner_id, order_id, now, _TOLD))

    def _items(self, partner_id: int, order_id: str, now: int, names: Sequence[str]) -> Iterator[Item]:
        pages = query_pages(
            TableName=self._table_name,
            KeyConditionExpression="order_key = :order",
            ProjectionExpression=", ".join(f"#{name}" for name in names),
            ExpressionAttributeNames={f"#{name}": name for name in names},  # some are reserved words of DynamoDB
            ExpressionAttributeValues=to_wire({":order": f"{partner_id}:{order_id}"}),
            ConsistentRead=True,
        )
        return (item for page in pages for item in page if item.get("expires_at", now) * SECOND > now)


def id_at(partner_id: int, order_id: str, place: Place) -> NotificationId:
    """Which notification stands at this place of the order's list."""
    return NotificationId(partner_id, order_id, place.digest)
