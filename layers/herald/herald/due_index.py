"""The due index: what has to happen when, in lanes and shards. It is the outbox: a lost message is found here again."""

from collections.abc import Iterator

from herald.dynamodb import Item, query_pages, to_wire
from herald.notification import Due, Lane
from herald.notification_id import NotificationId
from herald.notification_item import lane_key

_INDEX = "due"
_PAGE = 500  # rows; sent within seconds, so that a poll that is cut short repeats little


class DueIndex:
    """Reads the index `due` of NotificationTable; the index follows the table within a moment."""

    def __init__(self, table_name: str) -> None:
        self._table_name = table_name

    def pages(self, lane: Lane, shard: int, since: int, until: int) -> Iterator[list[Due]]:
        """What is due from `since` to `until` (ms, both included), earliest first, a page at a time."""
        pages = query_pages(
            TableName=self._table_name,
            IndexName=_INDEX,
            KeyConditionExpression="lane = :lane AND due_at BETWEEN :since AND :until",
            ExpressionAttributeValues=to_wire({":lane": lane_key(lane, shard), ":since": since, ":until": until}),
            Limit=_PAGE,
        )
        for page in pages:
            yield [_entry(item) for item in page]


def _entry(item: Item) -> Due:
    notification_id = NotificationId.from_keys(item["order_key"], item["digest"])
    return Due(notification_id, int(item["turn"]), int(item["due_at"]))
