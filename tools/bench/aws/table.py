"""One table: its items by key, with its indexes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from tools.bench.aws.conditions import Scope, condition
from tools.bench.aws.schema import TableSchema
from tools.bench.aws.sorted_index import Bounds, Key, SortedIndex
from tools.bench.aws.values import Item, plain

PAGE_BYTES = 1 << 20  # of a query or a scan (DynamoDB's limit)


class ConditionFailed(Exception):
    """The condition of a write is false. `item` is the stored one."""

    def __init__(self, item: Item | None) -> None:
        super().__init__("the conditional request failed")
        self.item = item


class Page(NamedTuple):
    """The items of a page, the key behind which the next one begins, and the bytes that were read."""

    items: list[Item]
    last: Item | None
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a query reads: the index (None: the table itself), how much of it, and from where."""

    index: str | None
    bounds: Bounds
    after: Item | None
    forward: bool
    limit: int


class Table:
    """The items. Attributes that the same write gives are shared, so no item is changed in place."""

    def __init__(self, schema: TableSchema) -> None:
        self._schema = schema
        self.items: dict[Key, Item] = {}
        self._own = SortedIndex(schema.key)
        self._indexes = {name: SortedIndex(one) for name, one in schema.indexes.items()}

    def key_of(self, item: Item) -> Key:
        """The key of an item, or of a request."""
        names = (self._schema.key.hash, self._schema.key.range)
        return tuple(plain(item[name]) for name in names if name)

    def check(self, key: Key, request: Mapping[str, Any]) -> Item | None:
        """The stored item, if the condition of the request holds for it. Raises `ConditionFailed`."""
        stored, text = self.items.get(key), request.get("ConditionExpression")
        if text and not condition(text)(scope(stored or {}, request)):
            raise ConditionFailed(stored)
        return stored

    def write(self, key: Key, after: Item | None) -> Item | None:
        """Stores the item in the place of the one with this key, or removes that; returns what stood there."""
        before = self.items.pop(key, None)
        if after is not None:
            self.items[key] = after
        for index in (self._own, *self._indexes.values()):
            index.replace(key, before, after)
        return before

    def load(self, items: Iterable[Item]) -> None:
        """Adds many items, none of which is there."""
        new = [(self.key_of(item), item) for item in items]
        self.items.update(new)
        for index in (self._own, *self._indexes.values()):
            index.load(new)

    def query(self, reading: Reading) -> Page:
        """One page of an index, as far as the limits of items and of bytes allow."""
        index = self._indexes[reading.index] if reading.index else self._own
        items: list[Item] = []
        size, last = 0, None
        for entry in index.read(reading.bounds, self._after(index, reading.after), forward=reading.forward):
            if len(items) == reading.limit or size + entry.size > PAGE_BYTES:
                last = self._last(index, items[-1])
                break
            items.append(index.projected(self.items[entry.key]))
            size += entry.size
        return Page(items, last, size)

    def _after(self, index: SortedIndex, start: Item | None) -> tuple[Any, Key] | None:
        if start is None:
            return None
        range_key = plain(start[index.schema.range]) if index.schema.range else ""
        return range_key, self.key_of(start)

    def _last(self, index: SortedIndex, item: Item) -> Item:
        keys = (self._schema.key, index.schema)
        names = {name for key in keys for name in (key.hash, key.range) if name}
        return {name: item[name] for name in sorted(names)}


def scope(item: Item, request: Mapping[str, Any]) -> Scope:
    """What the expressions of a request are evaluated on."""
    return Scope(item, request.get("ExpressionAttributeNames", {}), request.get("ExpressionAttributeValues", {}))
