"""The index `due`: what is due when, by lane and shard. It is the outbox: from it a poll sends lost messages again."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from herald.domain.clock import END_OF_TIME
from herald.domain.notification import Due, Lane
from herald.domain.notification_id import NotificationId
from herald.store.attribute_values import Item, to_wire
from herald.store.dynamodb import query_counts, query_pages
from herald.store.items.notification_item import lane_key

_INDEX = "due"
_PAGE = 500  # entries: sent within seconds, so that a poll that runs out of time leaves little to send again
_COUNTED = 10  # pages of 1 MB: tens of thousands of entries


class DueIndex:
    """Reads the index `due` of NotificationTable; the index is eventually consistent, usually within a second."""

    def __init__(self, table_name: str) -> None:
        self._table_name = table_name

    def pages(
        self, lane: Lane, shard: int, since: int, until: int, after: NotificationId | None = None
    ) -> Iterator[list[Due]]:
        """The entries due from `since` to `until` (ms, both included), earliest first, a page at a time.

        With `after`, of the entries due at exactly `since` only those behind `after`, which need not exist any more.
        """
        start = {"ExclusiveStartKey": to_wire(_key(lane, shard, since, after))} if after else {}
        for page in query_pages(**self._query(lane, shard, until, since), **start, Limit=_PAGE):
            yield [_entry(item) for item in page]

    def first(self, lane: Lane, shard: int) -> int | None:
        """When the earliest entry is due (ms), or None without any."""
        found = next(query_pages(**self._query(lane, shard, END_OF_TIME), Limit=1))
        return int(found[0]["due_at"]) if found else None

    def count(self, lane: Lane, shard: int, until: int = END_OF_TIME) -> int:
        """The number of entries due until `until` (ms, included); at most 10 MB of the index are counted."""
        return sum(islice(query_counts(**self._query(lane, shard, until), Select="COUNT"), _COUNTED))

    def _query(self, lane: Lane, shard: int, until: int, since: int = 0) -> dict[str, Any]:
        return {
            "TableName": self._table_name,
            "IndexName": _INDEX,
            "KeyConditionExpression": "lane = :lane AND due_at BETWEEN :since AND :until",
            "ExpressionAttributeValues": to_wire({":lane": lane_key(lane, shard), ":since": since, ":until": until}),
        }


def _key(lane: Lane, shard: int, due_at: int, one: NotificationId) -> Item:
    """The key of an index entry: the index's key and the table's."""
    return {"lane": lane_key(lane, shard), "due_at": due_at, "order_key": one.order_key, "digest": one.digest}


def _entry(item: Item) -> Due:
    notification_id = NotificationId.from_keys(item["order_key"], item["digest"])
    return Due(notification_id, int(item["turn"]), int(item["due_at"]))
