"""The index `acceptance`: every notification by partner and moment of acceptance, in eight shards for each UTC day.

An entry is written with the notification and never changes, so it costs one write unit once, whatever becomes of the
notification. Its state is read from the table.
"""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from heapq import merge
from typing import Any, Final, Self

from herald.domain.lists.notification_search import Range
from herald.domain.notification import SHARDS
from herald.domain.notification_id import NotificationId
from herald.store.attribute_values import Item, from_wire, to_wire
from herald.store.dynamodb import client, table_errors
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

    @property
    def place_from_oldest(self) -> tuple[int, int]:
        """What the list is sorted by with the oldest first; of one millisecond by shard, as before."""
        return self.accepted_at, shard_of(self.id)


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
        left = [Range(day.since, _last(day, after, number) + 1) for number in range(SHARDS)]
        begun = self._begun(partner_id, left, after, {"ScanIndexForward": False, "Limit": limit})
        return merge(*(shard.entries() for shard in begun), key=lambda entry: entry.place)

    def oldest(
        self, partner_id: int, day: Range, *, after: AcceptanceEntry | None = None, ahead: int
    ) -> Iterator[AcceptanceEntry]:
        """The same, oldest first."""
        limit = -(-ahead // SHARDS) + 2
        left = [Range(_first(day, after, number), day.until) for number in range(SHARDS)]
        begun = self._begun(partner_id, left, after, {"ScanIndexForward": True, "Limit": limit})
        return merge(*(shard.entries() for shard in begun), key=lambda entry: entry.place_from_oldest)

    def _begun(
        self, partner_id: int, left: Sequence[Range], after: AcceptanceEntry | None, order: Mapping[str, Any]
    ) -> Iterator["_Shard"]:
        """The shards with their first pages read. `left` has what is to be read of each."""
        shards = [self._shard(partner_id, times, after, number, order) for number, times in enumerate(left)]
        return _THREADS.map(_Shard.read, [shard for shard in shards if shard])

    def of_many(self, partner_ids: Sequence[int], day: Range, most: int) -> tuple[list[AcceptanceEntry], bool]:
        """The partners' entries of a range within one UTC day, about `most` of them, and whether these are all.

        Each partner has the same share, for its newest entries; what some leave is shared among the others again. So a
        large partner takes nothing from a small one. Eight requests for each partner, a few more for those that share
        again.
        """
        order = {"ScanIndexForward": False, "Limit": most}
        shards = [self._shard(one, day, None, number, order) for one in partner_ids for number in range(SHARDS)]
        found: list[AcceptanceEntry] = []
        left = [shard for shard in shards if shard]
        while left and (share := (most - len(found)) // len(left)):
            read = list(_THREADS.map(lambda shard, limit=share: shard.read(limit), left))
            found += [entry for shard in read for entry in shard.page]
            left = [shard for shard in read if shard.has_more]
        return found, not left

    def _shard(
        self, partner_id: int, left: Range, after: AcceptanceEntry | None, number: int, order: Mapping[str, Any]
    ) -> "_Shard | None":
        """A shard to read; None where `after` stands behind all of it: DynamoDB refuses an empty range."""
        if left.since >= left.until:
            return None
        key = acceptance_key(partner_id, left.since, number)
        query = {
            "TableName": self._table_name,
            "IndexName": _INDEX,
            "KeyConditionExpression": "accepted_on = :key AND accepted_at BETWEEN :since AND :last",
            "ExpressionAttributeValues": to_wire({":key": key, ":since": left.since, ":last": left.until - 1}),
            **order,
        }
        return _Shard(query, to_wire(_key(after, key)) if after and number == shard_of(after.id) else None)


class _Shard:
    """The entries of one shard in the order of its query, a page at a time."""

    def __init__(self, query: dict[str, Any], start: dict[str, Any] | None) -> None:
        self._query = query
        self._start = start
        self.page: list[AcceptanceEntry] = []

    @property
    def has_more(self) -> bool:
        """Whether there are pages behind the one that was read."""
        return self._start is not None

    def read(self, limit: int | None = None) -> Self:
        """Reads the next page, of at most `limit` entries. Raises `TableUnavailable`."""
        start: dict[str, Any] = {"ExclusiveStartKey": self._start} if self._start else {}
        bound = {"Limit": limit} if limit else {}
        with table_errors():
            response = client().query(**{**self._query, **start, **bound})
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


def _first(day: Range, after: AcceptanceEntry | None, shard: int) -> int:
    """The earliest moment that is still to be read in this shard."""
    if after is None:
        return day.since
    is_read = shard < shard_of(after.id)
    return after.accepted_at + is_read


def _entry(item: Item) -> AcceptanceEntry:
    return AcceptanceEntry(NotificationId.from_keys(item["order_key"], item["digest"]), int(item["accepted_at"]))


def _key(entry: AcceptanceEntry, accepted_on: str) -> dict[str, Any]:
    key = {"order_key": entry.id.order_key, "digest": entry.id.digest}
    return {**key, "accepted_at": entry.accepted_at, "accepted_on": accepted_on}
