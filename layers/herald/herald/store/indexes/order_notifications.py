"""The notifications of one order, read from NotificationTable with only the attributes that a query needs.

An order may have more notifications than fit into a function's memory or into one response. Every method raises
`TableUnavailable`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from herald.domain.clock import SECOND
from herald.domain.notification import Notification
from herald.domain.notification_id import NotificationId
from herald.store.attribute_values import Item, to_wire
from herald.store.dynamodb import query_pages
from herald.store.items.notification_item import from_item

_PLACE = ("order_key", "digest", "accepted_at", "expires_at")
_QUERIED = (*_PLACE, "payload", "state", "turn", "round", "attempt", "logged", "deleted_at")  # no attempts, no history


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A notification's place in the list of its order: sorted by `accepted_at` (ms), then by digest."""

    accepted_at: int
    digest: str


class OrderNotifications:
    """Reads the notifications of an order."""

    def __init__(self, table_name: str) -> None:
        self._table_name = table_name

    def places(self, partner_id: int, order_id: str, now: int) -> list[Place]:
        """The places of all that have not expired, sorted; about 100 bytes each. One request for each 1 MB."""
        items = self._items(partner_id, order_id, now, _PLACE)
        return sorted(Place(int(item["accepted_at"]), item["digest"]) for item in items)

    def told(self, partner_id: int, order_id: str, now: int) -> Iterator[Notification]:
        """All that have not expired, one by one and in no order, without attempts and history."""
        return (from_item(item) for item in self._items(partner_id, order_id, now, _QUERIED))

    def _items(self, partner_id: int, order_id: str, now: int, names: Sequence[str]) -> Iterator[Item]:
        pages = query_pages(
            TableName=self._table_name,
            KeyConditionExpression="order_key = :order",
            ProjectionExpression=", ".join(f"#{name}" for name in names),
            ExpressionAttributeNames={f"#{name}": name for name in names},  # some names are reserved words of DynamoDB
            ExpressionAttributeValues=to_wire({":order": f"{partner_id}:{order_id}"}),
            ConsistentRead=True,
        )
        return (item for page in pages for item in page if item.get("expires_at", now) * SECOND > now)


def id_at(partner_id: int, order_id: str, place: Place) -> NotificationId:
    """The id of the notification at this place of the order's list."""
    return NotificationId(partner_id, order_id, place.digest)
