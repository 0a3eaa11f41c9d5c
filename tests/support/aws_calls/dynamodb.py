"""DynamoDB's rules for a request, beside those of its expressions and items (API reference, page "Constraints")."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from tests.support.aws_calls import expressions, items
from tests.support.aws_calls.tables import Keys, keys_of

_READ_AT_ONCE, _WRITTEN_AT_ONCE, _IN_A_TRANSACTION = 100, 25, 100
_OF_PUTS = {"NONE", "ALL_OLD"}  # what PutItem and DeleteItem can return


def faults(operation: str, request: Mapping[str, Any]) -> Iterator[str]:
    """Each rule that the request does not meet."""
    if operation in {"BatchGetItem", "BatchWriteItem"}:
        yield from _of_batch(operation, request.get("RequestItems", {}))
    for one in request.get("TransactItems", [request]):
        for part in one.values() if "TransactItems" in request else [one]:
            yield from _of_one(operation, part)
    if len(request.get("TransactItems", ())) > _IN_A_TRANSACTION:
        yield f"a transaction has at most {_IN_A_TRANSACTION} actions"


def _of_one(operation: str, request: Mapping[str, Any]) -> Iterator[str]:
    keys = keys_of(request.get("TableName", ""))
    yield from expressions.faults(request, keys)
    if "Item" in request:
        yield from items.faults(request["Item"], keys)
    if "Key" in request:
        yield from items.of_key(request["Key"], keys)
    if operation in {"PutItem", "DeleteItem"} and request.get("ReturnValues", "NONE") not in _OF_PUTS:
        yield f"{operation} cannot return {request['ReturnValues']}"
    if operation in {"Query", "Scan"}:
        yield from _of_read(operation, request, keys)


def _of_read(operation: str, request: Mapping[str, Any], keys: Keys | None) -> Iterator[str]:
    if operation == "Query" and not {"KeyConditionExpression", "KeyConditions"} & set(request):
        yield "a query has a condition on its key"
    if "IndexName" in request and request.get("ConsistentRead"):
        yield "a global secondary index has no consistent reads"
    if request.get("Select") == "COUNT" and "ProjectionExpression" in request:
        yield "what is only counted has no projection"
    if keys is None:
        return
    if "IndexName" in request and request["IndexName"] not in keys.indexes:
        yield f"the table has no index {request['IndexName']}"
        return
    wanted = {*keys.table, *keys.indexes.get(request.get("IndexName", ""), ())}
    start = request.get("ExclusiveStartKey")
    if start is not None and set(start) != wanted:
        yield f"ExclusiveStartKey has {sorted(start)}, not {sorted(wanted)}"
    if start is not None:
        yield from items.of_keys(start, keys)


def _of_batch(operation: str, tables: Mapping[str, Any]) -> Iterator[str]:
    requests = [
        one for of_table in tables.values() for one in (of_table["Keys"] if operation == "BatchGetItem" else of_table)
    ]
    most = _READ_AT_ONCE if operation == "BatchGetItem" else _WRITTEN_AT_ONCE
    if not 1 <= len(requests) <= most:
        yield f"{operation} has 1 to {most} items, this one {len(requests)}"
    for name, of_table in tables.items():
        if operation == "BatchGetItem":
            yield from _of_keys_at_once(of_table["Keys"], keys_of(name))
            yield from expressions.faults(of_table, keys_of(name))
        else:
            for one in of_table:
                yield from _of_one("PutItem", {"TableName": name, **next(iter(one.values()))})


def _of_keys_at_once(those: list[Mapping[str, Any]], keys: Keys | None) -> Iterator[str]:
    for key in those:
        yield from items.of_key(key, keys)
    if len({json.dumps(key, sort_keys=True, default=repr) for key in those}) < len(those):
        yield "a batch names an item twice"
