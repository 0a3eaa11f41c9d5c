"""DynamoDB's rules for what is stored: sizes, numbers, nesting, keys (its page "Constraints")."""

from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from tests.support.aws_calls.tables import Keys

LARGEST_ITEM = 409_600  # bytes, names and values
_PARTITION_KEY, _SORT_KEY = 2_048, 1_024  # bytes, at most
_DIGITS, _DEEPEST = 38, 32
_LARGEST_NUMBER, _SMALLEST_NUMBER = Decimal("9.9999999999999999999999999999999999999E+125"), Decimal("1E-130")

type Value = Mapping[str, Any]  # {"S": "text"}
type Item = Mapping[str, Value]


def faults(item: Item, keys: Keys | None) -> Iterator[str]:
    """Each rule that an item to be put does not meet."""
    if size_of(item) > LARGEST_ITEM:
        yield f"the item has {size_of(item)} bytes, more than {LARGEST_ITEM}"
    for name, value in item.items():
        yield from _of_name(name)
        yield from of_value(value, name)
    if keys is not None:
        yield from (f"the item has no key {name}" for name in keys.table if name not in item)
        yield from of_keys(item, keys)


def of_key(key: Item, keys: Keys | None) -> Iterator[str]:
    """Each rule that the key of a request does not meet."""
    if keys is not None and set(key) != set(keys.table):
        yield f"the key has {sorted(key)}, the table's has {sorted(keys.table)}"
    if keys is not None:
        yield from of_keys(key, keys)


def of_keys(attributes: Item, keys: Keys) -> Iterator[str]:
    """Of the attributes by which the table or an index finds an item: none is empty, too long or of another type."""
    for name, partition in keys.all():
        if name not in attributes:
            continue
        ((kind, value),) = attributes[name].items()
        longest = _PARTITION_KEY if partition else _SORT_KEY
        if kind != keys.types[name]:
            yield f"the key {name} is of type {kind}, not {keys.types[name]}"
        elif kind != "N" and not 1 <= size_of_value(attributes[name]) <= longest:
            yield f"the key {name} has {len(value)} bytes, not from 1 to {longest}"


def of_value(value: Value, path: str, depth: int = 1) -> Iterator[str]:
    """Each rule that an attribute's value does not meet."""
    if depth > _DEEPEST:
        yield f"{path} is nested deeper than {_DEEPEST} levels"
        return
    for text in [value["N"]] if "N" in value else value.get("NS", []):
        yield from _of_number(text, path)
    for name, one in _parts(value):
        yield from of_value(one, f"{path}{name}", depth + 1)
    for kind in {"SS", "NS", "BS"} & set(value):
        if len(set(value[kind])) < max(1, len(value[kind])):
            yield f"{path} is a set that is empty or has an entry twice"


def _parts(value: Value) -> Iterator[tuple[str, Value]]:
    """What stands in a map or a list, with its path."""
    yield from ((f".{name}", one) for name, one in value.get("M", {}).items())
    yield from ((f"[{place}]", one) for place, one in enumerate(value.get("L", [])))


def size_of(item: Item) -> int:
    """Bytes, as DynamoDB counts them: names and values."""
    return sum(len(name.encode()) + size_of_value(value) for name, value in item.items())


def size_of_value(value: Value) -> int:
    """Bytes of one value."""
    ((kind, content),) = value.items()
    match kind:
        case "S":
            return len(content.encode("utf-8", "surrogatepass"))
        case "B":
            return len(content)
        case "N":
            return (len(Decimal(content).as_tuple().digits) + 1) // 2 + 1
        case "SS":
            return sum(len(text.encode()) for text in content)
    within = sum(1 + size_of_value(one) for _, one in _parts(value))
    return 3 + within + sum(len(name.encode()) for name in value.get("M", {}))


def _of_name(name: str) -> Iterator[str]:
    if not name:
        yield "an attribute has an empty name"


def _of_number(text: str, path: str) -> Iterator[str]:
    try:
        number = Decimal(text)
    except InvalidOperation:
        yield f"{path} is {text!r}, no number"
        return
    if not number.is_finite():
        yield f"{path} is {text}"
    elif len("".join(map(str, number.as_tuple().digits)).strip("0")) > _DIGITS:
        yield f"{path} has more than {_DIGITS} digits: {text}"
    elif number and not _SMALLEST_NUMBER <= number.copy_abs() <= _LARGEST_NUMBER:
        yield f"{path} is {text}, too large or too small"
