"""The index `acceptance`: every notification by partner and moment of acceptance, in eight shards for each UTC day.

An entry is written with the notification and never changes, so it costs one write unit once, whatever becomes of the
notification. Its state is read from the table.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from heapq import merge
from typing import Any, Final, Self

from herald.domain.lists.notification_search import Range
from herald.domain.notification import SHARDS
from herald.domain.notification_id import NotificationId
from herald.store.dynamodb import Item, client, from_wire, table_errors, to_wire
from herald.store.items.notification_item import acceptance_key, shard_of

_INDEX: Final = "acceptance"
_THREADS: Final = ThreadPoolExecutor(SHARDS, thread_name_prefix="acceptance")


@dataclass(frozen=True, slots=True)
class AcceptanceEntry:
    """A notification and when it was accepted (ms)."""

    id: NotificationId
    accepted_at: int

    @property
    def place(self) -> tuple[int, int]:
        """What the list is sorted by: the newest first, of one millisecond by shard, and by DynamoDB within a shard."""
        return -self.accepted_at, shard_of(self.id)


class AcceptanceIndex:
    """Reads the index of NotificationTable. It is eventually consistent, usually within a second."""

    def __init__(self, table_name: str) -> None:
        self._table_name = table_name

    def newest(
        self, partner_id: int, day: Range, *, after: AcceptanceEntry | None = None, ahead: int
    ) -> Iterator[AcceptanceEntry]:
        """The partner's entries of a range within one UTC day, newest first, behind the entry `after`.

        It asks all shards at once, for `ahead` entries in all, and a shard again once its entries are used up.
        """
        limit = -(-ahead // SHARDS) + 2  # digests spread evenly, but not exactly
        shards = [self._shard(partner_id, day, after, number, limit) for number in range(SHARDS)]
        begun = _THREADS.map(_Shard.read, [shard for shard in shards if shard])
        return merge(*(shard.entries() for shard in begun), key=lambda entry: entry.place)

    def _shard(
        self, partner_id: int, day: Range, after: AcceptanceEntry | None, number: int, limit: int
    ) -> "_Shard | None":
        """A shard to read; None where `after` stands behind all of it: DynamoDB refuses an empty range."""
        key, last = acceptance_key(partner_id, day.since, number), _last(day, after, number)
        query = {
            "TableName": self._table_name,
            "IndexName": _INDEX,
            "KeyConditionExpression": "accepted_on = :key AND accepted_at BETWEEN :since AND :last",
            "ExpressionAttributeValues": to_wire({":key": key, ":since": day.since, ":last": last}),
            "ScanIndexForward": False,
            "Limit": limit,
        }
        start = to_wire(_key(after, key)) if after and number == shard_of(after.id) else None
        return _Shard(query, start) if last >= day.since else None


class _Shard:
    """The entries of one shard, newest first, a page at a time."""

    def __init__(self, query: dict[str, Any], start: dict[str, Any] | None) -> None:
        self._query = query
        self._start = start
        self.page: list[AcceptanceEntry] = []

    def read(self) -> Self:
        """Reads the next page. Raises `TableUnavailable`."""
        start: dict[str, Any] = {"ExclusiveStartKey": self._start} if self._start else {}
        with table_errors():
            response = client().query(**self._query, **start)
        self.page = [_entry(from_wire(item)) for item in response["Items"]]
        self._start = response.get("LastEvaluatedKey")
        return self

    def entries(self) -> Iterator[AcceptanceEntry]:
        """Those of the page that was read, then those of the pages after it."""
        yield from self.page
        while self._start:
            yield from self.read().page


def _last(day: Range, after: AcceptanceEntry | None, shard: int) -> int:
    """The latest moment that is still to be read in this shard."""
    if after is None:
        return day.until - 1
    is_read = shard < shard_of(after.id)  # of the same millisecond, the shards before it are read already
    return after.accepted_at - is_read


def _entry(item: Item) -> AcceptanceEntry:
    return AcceptanceEntry(NotificationId.from_keys(item["order_key"], item["digest"]), int(item["accepted_at"]))


def _key(entry: AcceptanceEntry, accepted_on: str) -> dict[str, Any]:
    key = {"order_key": entry.id.order_key, "digest": entry.id.digest}
    return {**key, "accepted_at": entry.accepted_at, "accepted_on": accepted_on}
