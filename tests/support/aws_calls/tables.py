"""The keys of the template's tables and of their indexes, by the physical name of a table."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.support.docs.template import TABLE


@dataclass(frozen=True, slots=True)
class Keys:
    """A table's keys: the attributes, the partition key first, and those of each index; their types (S, N, B)."""

    table: tuple[str, ...]
    indexes: Mapping[str, tuple[str, ...]]
    types: Mapping[str, str]

    def all(self) -> Iterator[tuple[str, bool]]:
        """Each attribute that is a key somewhere, and whether it is a partition key there."""
        for attributes in (self.table, *self.indexes.values()):
            yield from ((name, place == 0) for place, name in enumerate(attributes))


def keys_of(table_name: str) -> Keys | None:
    """`NotificationTable` as tests call it, `stack-NotificationTable-1A2B` as CloudFormation does; None: not ours."""
    found = next((one for one in TABLE if one in table_name.rpartition("/")[2].split("-")), None)
    return None if found is None else _keys(TABLE[found])


def _keys(properties: Mapping[str, Any]) -> Keys:
    return Keys(
        table=_schema(properties),
        indexes={one["IndexName"]: _schema(one) for one in properties.get("GlobalSecondaryIndexes", [])},
        types={one["AttributeName"]: one["AttributeType"] for one in properties["AttributeDefinitions"]},
    )


def _schema(properties: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(one["AttributeName"] for one in sorted(properties["KeySchema"], key=lambda one: str(one["KeyType"])))
