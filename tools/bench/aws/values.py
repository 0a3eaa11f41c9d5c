"""Values in DynamoDB's wire form, `{"S": "text"}`: their order and their size."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from math import ceil
from typing import Any

type Value = Mapping[str, Any]
type Item = dict[str, Value]

READ_UNIT = 4096  # bytes


def plain(value: Value) -> Any:  # noqa: ANN401 - of any of DynamoDB's types
    """What values of one type are compared and sorted by."""
    ((tag, content),) = value.items()
    if tag == "N":
        return int(content) if content.lstrip("-").isdecimal() else Decimal(content)
    return content


def number(value: int | Decimal) -> Value:
    """The number in wire form."""
    return {"N": format(value, "f") if isinstance(value, Decimal) else str(value)}


def read_units(size: int, *, consistent: bool) -> float:
    """What reading so many bytes costs (Developer Guide, "Capacity unit consumption for read operations")."""
    whole = max(1, ceil(size / READ_UNIT))
    return whole if consistent else whole / 2


def item_size(item: Item) -> int:
    """The bytes of the names and values (Developer Guide, "DynamoDB item sizes and formats"); a number's are about."""
    return sum(len(name.encode()) + _value_size(value) for name, value in item.items())


def _value_size(value: Value) -> int:
    ((tag, content),) = value.items()
    return _SIZES[tag](content)


def _list_size(content: Sequence[Value]) -> int:
    return 3 + sum(_value_size(one) + 1 for one in content)


_SIZES: Mapping[str, Callable[[Any], int]] = {
    "S": lambda text: len(text.encode()),
    "N": lambda text: len(text) // 2 + 2,
    "B": lambda base64: len(base64) * 3 // 4,
    "BOOL": lambda _: 1,
    "NULL": lambda _: 1,
    "M": lambda content: 3 + item_size(content) + len(content),
    "L": _list_size,
    "SS": lambda texts: sum(len(one.encode()) for one in texts),
}
