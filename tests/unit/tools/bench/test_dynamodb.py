"""The benchmark's DynamoDB: what is stored is found, in order, page by page."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.bench.aws.dynamodb import DynamoDb, OperationFailed
from tools.bench.aws.schema import IndexSchema, TableSchema

DUE = IndexSchema("lane", "due_at", frozenset({"lane", "due_at", "order_key", "digest", "turn"}))
SCHEMA = TableSchema(IndexSchema("order_key", "digest"), {"due": DUE})


def a_database() -> DynamoDb:
    return DynamoDb({"T": SCHEMA})


def an_item(number: int, due_at: int | None = None) -> dict[str, Any]:
    due = {} if due_at is None else {"lane": {"S": "new#0"}, "due_at": {"N": str(due_at)}}
    return {
        "order_key": {"S": f"1:{number}"},
        "digest": {"S": "d"},
        "payload": {"S": "p" * 100},
        "turn": {"N": "1"},
        **due,
    }


def put(database: DynamoDb, item: dict[str, Any], **more: Any) -> dict[str, Any]:
    return database.call("PutItem", {"TableName": "T", "Item": item, **more})


def query(database: DynamoDb, since: int, until: int, **more: Any) -> dict[str, Any]:
    values = {":lane": {"S": "new#0"}, ":since": {"N": str(since)}, ":until": {"N": str(until)}}
    text = "lane = :lane AND due_at BETWEEN :since AND :until"
    request = {
        "TableName": "T",
        "IndexName": "due",
        "KeyConditionExpression": text,
        "ExpressionAttributeValues": values,
    }
    return database.call("Query", {**request, **more})


def pages(database: DynamoDb, since: int, until: int, **more: Any) -> list[int]:
    found: list[int] = []
    start: dict[str, Any] = {}
    while True:
        page = query(database, since, until, **more, **start)
        found += [int(item["due_at"]["N"]) for item in page["Items"]]
        if "LastEvaluatedKey" not in page:
            return found
        start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}


@given(
    moments=st.lists(st.integers(0, 50), max_size=40),
    since=st.integers(-1, 51),
    until=st.integers(-1, 51),
    limit=st.integers(1, 7),
    forward=st.booleans(),
)
def test_pages_have_what_is_due_in_order_and_each_once(
    *, moments: list[int], since: int, until: int, limit: int, forward: bool
) -> None:
    database = a_database()
    for number, moment in enumerate(moments):
        put(database, an_item(number, moment))
    found = pages(database, since, until, Limit=limit, ScanIndexForward=forward)
    assert found == sorted((one for one in moments if since <= one <= until), reverse=not forward)


def test_what_is_loaded_is_found_as_what_is_put() -> None:
    database = a_database()
    database.tables["T"].load(an_item(number, 50 - number) for number in range(20))
    database.tables["T"].load(an_item(number, 100 - number) for number in range(20, 40))
    assert pages(database, 0, 100, Limit=3) == sorted([*range(31, 51), *range(61, 81)])


def test_an_item_leaves_the_index_with_its_key() -> None:
    database = a_database()
    put(database, an_item(1, 5))
    key = {name: an_item(1)[name] for name in ("order_key", "digest")}
    database.call("UpdateItem", {"TableName": "T", "Key": key, "UpdateExpression": "REMOVE lane, due_at"})
    assert pages(database, 0, 100) == []
    assert database.call("GetItem", {"TableName": "T", "Key": key}) == {"Item": an_item(1)}


def test_an_index_gives_only_the_attributes_that_it_has() -> None:
    database = a_database()
    put(database, an_item(1, 5))
    (found,) = query(database, 0, 100)["Items"]
    assert found.keys() == {"lane", "due_at", "order_key", "digest", "turn"}
    assert "Items" not in query(database, 0, 100, Select="COUNT")


def test_a_refused_write_changes_nothing_and_shows_what_stands_there() -> None:
    database = a_database()
    put(database, an_item(1, 5))
    condition = {
        "ConditionExpression": "attribute_not_exists(order_key)",
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }
    with pytest.raises(OperationFailed) as refused:
        put(database, an_item(1, 6), **condition)
    assert refused.value.content["Item"] == an_item(1, 5)
    assert str(refused.value.content["__type"]).endswith("#ConditionalCheckFailedException")
    assert pages(database, 0, 100) == [5]


def test_a_transaction_writes_all_or_nothing() -> None:
    database = a_database()
    put(database, an_item(1))
    new = {"Put": {"TableName": "T", "Item": an_item(2), "ConditionExpression": "attribute_not_exists(order_key)"}}
    again = {"Put": {"TableName": "T", "Item": an_item(1), "ConditionExpression": "attribute_not_exists(order_key)"}}
    with pytest.raises(OperationFailed) as refused:
        database.call("TransactWriteItems", {"TransactItems": [new, again]})
    reasons: Any = refused.value.content["CancellationReasons"]
    assert [one["Code"] for one in reasons] == ["None", "ConditionalCheckFailed"]
    assert len(database.tables["T"].items) == 1
    database.call("TransactWriteItems", {"TransactItems": [new]})
    assert len(database.tables["T"].items) == 2


def test_a_read_is_charged_by_four_kilobytes_and_half_where_it_may_be_old() -> None:
    database = a_database()
    put(database, {**an_item(1, 5), "payload": {"S": "p" * 5000}})
    key = {name: an_item(1)[name] for name in ("order_key", "digest")}
    database.call("GetItem", {"TableName": "T", "Key": key, "ConsistentRead": True})
    assert database.units == 2
    query(database, 0, 100)
    assert database.units == 2.5


def test_an_unknown_table_or_operation_is_refused() -> None:
    with pytest.raises(OperationFailed):
        a_database().call("GetItem", {"TableName": "Other", "Key": {}})
    with pytest.raises(OperationFailed):
        a_database().call("ExportTable", {})
