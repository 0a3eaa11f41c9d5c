"""The entries of a table or an index, by hash key and sorted by range key."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from tools.bench.aws.schema import IndexSchema
from tools.bench.aws.values import Item, item_size, plain

type Key = tuple[Any, ...]  # of the table: its hash and, where it has one, its range


class Entry(NamedTuple):
    """An entry: what it is sorted by, the key of its item, and its bytes."""

    range: Any
    key: Key
    size: int


class Bounds(NamedTuple):
    """What of a hash key is read: the range keys from `low` to `high`, None where there is no bound."""

    hash: Any
    low: Any = None
    high: Any = None


@dataclass(slots=True)
class SortedIndex:
    """The entries. An item without a key of the index is not in it."""

    schema: IndexSchema
    partitions: dict[Any, list[Entry]] = field(default_factory=dict)

    def replace(self, key: Key, before: Item | None, after: Item | None) -> None:
        """Brings the index in line with a write."""
        old, new = self.place(key, before), self.place(key, after)
        if old == new:
            return
        if old is not None:
            self._remove(*old)
        if new is not None:
            partition = self.partitions.setdefault(new[0], [])
            partition.insert(bisect_left(partition, new[1]), new[1])

    def load(self, items: Iterable[tuple[Key, Item]]) -> None:
        """Adds many items, none of which is there."""
        for key, item in items:
            if (place := self.place(key, item)) is not None:
                self.partitions.setdefault(place[0], []).append(place[1])
        for partition in self.partitions.values():
            partition.sort()

    def place(self, key: Key, item: Item | None) -> tuple[Any, Entry] | None:
        """The hash key and the entry of an item, None where it is not in the index."""
        schema = self.schema
        if item is None or schema.hash not in item or (schema.range is not None and schema.range not in item):
            return None
        range_key = plain(item[schema.range]) if schema.range else ""
        return plain(item[schema.hash]), Entry(range_key, key, item_size(self.projected(item)))

    def projected(self, item: Item) -> Item:
        """What stands of an item in the index."""
        names = self.schema.attributes
        return item if names is None else {name: value for name, value in item.items() if name in names}

    def read(self, bounds: Bounds, after: tuple[Any, Key] | None, *, forward: bool) -> Iterator[Entry]:
        """The entries within the bounds, behind the entry `after` (its range, its key), in this direction."""
        partition = self.partitions.get(bounds.hash, [])
        first = 0 if bounds.low is None else bisect_left(partition, (bounds.low,))
        end = len(partition) if bounds.high is None else bisect_right(partition, bounds.high, key=lambda one: one.range)
        if after is not None and forward:
            first = max(first, bisect_left(partition, (*after, 1 << 62)))
        elif after is not None:
            end = min(end, bisect_left(partition, after))
        positions = range(first, end) if forward else range(end - 1, first - 1, -1)
        return (partition[position] for position in positions)

    def _remove(self, hash_key: Any, entry: Entry) -> None:  # noqa: ANN401 - a text or a number
        partition = self.partitions[hash_key]
        del partition[bisect_left(partition, entry)]
        if not partition:
            del self.partitions[hash_key]
