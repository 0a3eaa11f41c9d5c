"""The tables and queues that template.yaml describes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

ACCOUNT = "123456789012"


@dataclass(frozen=True, slots=True)
class IndexSchema:
    """A table's own key or a global secondary index: its key, and the attributes of its entries (None: all)."""

    hash: str
    range: str | None
    attributes: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class TableSchema:
    """A table: its own key, and its indexes by name."""

    key: IndexSchema
    indexes: Mapping[str, IndexSchema]


def described(template: Mapping[str, Any]) -> dict[str, Any]:
    """The properties of every table by its logical id, which is its name here: what `tables` reads, as JSON has it."""
    names = ("KeySchema", "GlobalSecondaryIndexes")
    found = _resources(template, "AWS::DynamoDB::Table")
    return {table: {one: properties[one] for one in names if one in properties} for table, properties in found}


def tables(description: Mapping[str, Any]) -> dict[str, TableSchema]:
    """The tables of a description."""
    return {name: _table(properties) for name, properties in description.items()}


def variables(endpoint: str, template: Mapping[str, Any]) -> dict[str, str]:
    """The functions' environment by a template, with the default parameters. A queue's URL begins with `endpoint`."""
    named = {name: str(one["Default"]) for name, one in template["Parameters"].items()}
    named |= {name: name for name, _ in _resources(template, "AWS::DynamoDB::Table")}
    named |= {name: f"{endpoint}/{ACCOUNT}/{name}" for name, _ in _resources(template, "AWS::SQS::Queue")}
    named |= {"AlertTopic": f"arn:aws:sns:us-east-1:{ACCOUNT}:AlertTopic", "AWS::StackName": "herald"}
    named |= {"SecretKey.Arn": f"arn:aws:kms:us-east-1:{ACCOUNT}:key/bench"}
    given = template["Globals"]["Function"]["Environment"]["Variables"]
    return {name: named[_referred(value)] if isinstance(value, dict) else str(value) for name, value in given.items()}


def _referred(value: Mapping[str, Any]) -> str:
    return str(value["Ref"]) if "Ref" in value else ".".join(value["Fn::GetAtt"])


def _resources(template: Mapping[str, Any], kind: str) -> Iterable[tuple[str, dict[str, Any]]]:
    return ((name, one["Properties"]) for name, one in template["Resources"].items() if one.get("Type") == kind)


def _table(properties: Mapping[str, Any]) -> TableSchema:
    key = _key(properties["KeySchema"])
    names = {key.hash, *([key.range] if key.range else ())}
    indexes = properties.get("GlobalSecondaryIndexes", ())
    return TableSchema(key, {one["IndexName"]: _index(one, names) for one in indexes})


def _key(schema: Iterable[Mapping[str, str]]) -> IndexSchema:
    names = {one["KeyType"]: one["AttributeName"] for one in schema}
    return IndexSchema(names["HASH"], names.get("RANGE"))


def _index(index: Mapping[str, Any], table_key: set[str]) -> IndexSchema:
    key, projection = _key(index["KeySchema"]), index["Projection"]
    if projection["ProjectionType"] == "ALL":
        return key
    names = {key.hash, *([key.range] if key.range else ()), *table_key, *projection.get("NonKeyAttributes", ())}
    return IndexSchema(key.hash, key.range, frozenset(names))
