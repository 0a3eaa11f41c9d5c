"""What DynamoDB charges for a call, reckoned from the items before and after it.

moto answers `ReturnConsumedCapacity` with a constant, so the tests reckon by AWS's published rules instead (Developer
Guide: "DynamoDB item sizes and formats", "Capacity unit consumption for write operations", "… for read operations",
"Using Global Secondary Indexes: write capacity units"). Items are in DynamoDB's wire form, with type tags.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import ceil
from typing import Any

type WireItem = Mapping[str, Mapping[str, Any]]

WRITE_UNIT = 1024  # bytes
READ_UNIT = 4096


@dataclass(frozen=True, slots=True)
class Index:
    """A global secondary index: its key, and all attributes of an entry (the table's key among them)."""

    name: str
    key: frozenset[str]
    attributes: frozenset[str] | None  # None: all of the item

    def entry(self, item: WireItem | None) -> WireItem | None:
        """What stands in the index for the item, or None when the item lacks an attribute of the index's key."""
        if item is None or not self.key <= item.keys():
            return None
        return {name: value for name, value in item.items() if self.attributes is None or name in self.attributes}

    def write_units(self, before: WireItem | None, after: WireItem | None) -> int:
        """One write for an entry that comes, goes or changes; two when its key changes (a delete and a put)."""
        old, new = self.entry(before), self.entry(after)
        if old == new:
            return 0
        if old is None or new is None or any(old[name] != new[name] for name in self.key):
            return sum(units(item_size(entry), WRITE_UNIT) for entry in (old, new) if entry is not None)
        return units(max(item_size(old), item_size(new)), WRITE_UNIT)


@dataclass(frozen=True, slots=True)
class Table:
    """What of a table decides about its charges."""

    key: frozenset[str]
    indexes: tuple[Index, ...]

    @classmethod
    def described(cls, table: Mapping[str, Any]) -> "Table":
        """From the answer of `describe_table`."""
        key = _key(table["KeySchema"])
        return cls(key, tuple(_index(key, index) for index in table.get("GlobalSecondaryIndexes", ())))

    def write_units(self, before: WireItem | None, after: WireItem | None) -> dict[str, int]:
        """Of a put, an update or a delete: by the larger of the two items for the table, and for each index touched.

        A write whose condition is refused is charged for the item that stands there, or one unit when none does.
        """
        larger = max(item_size(item) for item in (before or {}, after or {}))
        charged = {index.name: index.write_units(before, after) for index in self.indexes}
        return {"table": units(larger, WRITE_UNIT), **{name: count for name, count in charged.items() if count}}


def read_units(items: Iterable[WireItem], *, consistent: bool) -> float:
    """Of a get, a query or a scan: the bytes of all items together in steps of 4 KB, half of it when eventual."""
    whole = units(sum(item_size(item) for item in items), READ_UNIT)
    return whole if consistent else whole / 2


def units(size: int, step: int) -> int:
    """The size in whole steps, at least one."""
    return max(1, ceil(size / step))


def item_size(item: WireItem) -> int:
    """The bytes of the names and values of an item."""
    return sum(len(name.encode()) + value_size(value) for name, value in item.items())


def value_size(tagged: Mapping[str, Any]) -> int:
    """The bytes of one value with its type tag."""
    ((tag, value),) = tagged.items()
    return _SIZES[tag](value)


def number_size(text: str) -> int:
    """About one byte for two significant digits, one more, and one for the sign."""
    number = Decimal(text).normalize()
    return ceil(len(number.as_tuple().digits) / 2) + 1 + (number < 0)


def _map_size(value: WireItem) -> int:
    return 3 + item_size(value) + len(value)


def _list_size(value: Sequence[Mapping[str, Any]]) -> int:
    return 3 + sum(value_size(element) + 1 for element in value)


_SIZES: Mapping[str, Callable[[Any], int]] = {
    "S": lambda value: len(value.encode()),
    "N": number_size,
    "B": len,
    "BOOL": lambda _: 1,
    "NULL": lambda _: 1,
    "M": _map_size,
    "L": _list_size,
    "SS": lambda value: sum(len(element.encode()) for element in value),
}


def _key(schema: Iterable[Mapping[str, str]]) -> frozenset[str]:
    return frozenset(element["AttributeName"] for element in schema)


def _index(table_key: frozenset[str], index: Mapping[str, Any]) -> Index:
    key, projection = _key(index["KeySchema"]), index["Projection"]
    if projection["ProjectionType"] == "ALL":
        return Index(index["IndexName"], key, None)
    return Index(index["IndexName"], key, table_key | key | frozenset(projection.get("NonKeyAttributes", ())))
