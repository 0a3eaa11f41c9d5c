"""When notifications were accepted that are known by another index, which has no such attribute."""

from collections.abc import Sequence

from herald.domain.notification_id import NotificationId
from herald.store.batch_read import get_items
from herald.store.items.notification_item import key_of

_ATTRIBUTES = ("order_key", "digest", "accepted_at")


class AcceptanceTimes:
    """Reads them from NotificationTable. Every method raises `TableUnavailable`."""

    def __init__(self, table_name: str) -> None:
        self._table_name = table_name

    def of(self, ids: Sequence[NotificationId]) -> dict[NotificationId, int]:
        """The moment (ms) of each that exists, as some moments ago; `ids` has at most 100 (DynamoDB's limit).

        DynamoDB charges for the whole items, at half the cost of a consistent read, but sends these attributes only.
        """
        items = get_items(self._table_name, [key_of(one) for one in ids], consistent=False, only=_ATTRIBUTES)
        return {NotificationId.from_keys(one["order_key"], one["digest"]): int(one["accepted_at"]) for one in items}
