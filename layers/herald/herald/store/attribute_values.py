"""Items without DynamoDB's type tags, and with them.

boto3's `TypeSerializer` and `TypeDeserializer` ask for each value what it may be; here the types that items have most
often are found at once. Everything else is boto3's.
"""

from collections.abc import Mapping
from typing import Any, Final

from boto3.dynamodb.types import DYNAMODB_CONTEXT, TypeDeserializer, TypeSerializer

type Item = Mapping[str, Any]

_SAFE: Final = 10**38  # DynamoDB stores numbers of up to 38 digits; boto3 refuses others
_to_number = DYNAMODB_CONTEXT.create_decimal
_boto3_writes: Any = TypeSerializer().serialize
_boto3_reads: Any = TypeDeserializer().deserialize


def to_wire(item: Item) -> dict[str, Any]:
    """The item with DynamoDB's type tags. Raises `TypeError` for a type that DynamoDB does not have."""
    return {name: value_to_wire(value) for name, value in item.items()}


def from_wire(item: Item) -> dict[str, Any]:
    """The item without type tags; numbers as `Decimal`."""
    return {name: _from_wire(value) for name, value in item.items()}


def value_to_wire(value: object) -> dict[str, Any]:
    """One value with its type tag."""
    kind = type(value)
    if kind is str:
        return {"S": value}
    if kind is int and -_SAFE < value < _SAFE:  # type: ignore[operator] # it is an int
        return {"N": str(value)}
    if kind is dict:
        return {"M": to_wire(value)}  # type: ignore[arg-type] # it is a dict
    if kind is list:
        return {"L": [value_to_wire(one) for one in value]}  # type: ignore[attr-defined] # it is a list
    tagged: dict[str, Any] = _boto3_writes(value)
    return tagged


def _from_wire(value: Mapping[str, Any]) -> Any:  # noqa: ANN401 - of any of DynamoDB's types
    for tag, content in value.items():
        if tag == "S":
            return content
        if tag == "N":
            return _to_number(content)
        if tag == "M":
            return from_wire(content)
        if tag == "L":
            return [_from_wire(one) for one in content]
    return _boto3_reads(value)
