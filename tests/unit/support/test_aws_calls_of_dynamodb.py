"""The check of requests finds what DynamoDB would refuse and moto takes, and nothing in what it takes."""

from typing import Any

import pytest

from tests.support.aws_calls import watch

type Request = dict[str, Any]

KEY = {"order_key": {"S": "3528:test158585"}, "digest": {"S": "0" * 32}}
QUERY = {"TableName": "NotificationTable", "KeyConditionExpression": "order_key = :order"}
ORDER = {":order": {"S": "3528:test158585"}}
LONG = " AND ".join(["due_at = :at"] * 200)


def an_update(expression: str, values: Request | None = None, names: Request | None = None, **more: Any) -> Request:
    named = {"ExpressionAttributeNames": names} if names else {}
    valued = {"ExpressionAttributeValues": values} if values else {}
    return {"TableName": "NotificationTable", "Key": KEY, "UpdateExpression": expression, **named, **valued, **more}


def a_put(**attributes: Request) -> Request:
    return {"TableName": "NotificationTable", "Item": {**KEY, **attributes}}


def nested(levels: int) -> Request:
    return {"S": "deep"} if levels == 1 else {"L": [nested(levels - 1)]}


MISTAKES: dict[str, tuple[str, Request, str]] = {
    "a value that is none of the enum": (
        "UpdateItem",
        an_update("REMOVE lane", ReturnValues="EVERYTHING"),
        "not one of NONE",
    ),
    "an index's name that is too short": (
        "Query",
        {**QUERY, "ExpressionAttributeValues": ORDER, "IndexName": "du"},
        "less than 3",
    ),
    "an expression of more than 4 KiB": (
        "UpdateItem",
        an_update("SET " + ", ".join(f"attribute_{n} = :v" for n in range(300)), {":v": {"S": "x"}}),
        "not from 1 to 4096",
    ),
    "more than 300 operators": (
        "UpdateItem",
        an_update("REMOVE x", {":at": {"N": "1"}}, ConditionExpression=LONG),
        "more than 300",
    ),
    "a reserved word": (
        "UpdateItem",
        an_update("SET state = :s", {":s": {"S": "failed"}}),
        "state is a reserved word",
    ),
    "a reserved word in a condition": (
        "PutItem",
        {**a_put(), "ConditionExpression": "attribute_not_exists(name)"},
        "name is a reserved word",
    ),
    "a value that is not used": (
        "Query",
        {**QUERY, "ExpressionAttributeValues": {**ORDER, ":unused": {"N": "1"}}},
        ":unused is defined and not used",
    ),
    "a name that is not used": (
        "UpdateItem",
        an_update("REMOVE lane", names={"#s": "state"}),
        "#s is defined",
    ),
    "a value that is not defined": ("Query", QUERY, ":order is used and not defined"),
    "a key that is changed": (
        "UpdateItem",
        an_update("SET digest = :d", {":d": {"S": "1"}}),
        "cannot be changed",
    ),
    "an attribute changed twice": ("UpdateItem", an_update("REMOVE lane, lane"), "changed twice"),
    "an index's key made empty": (
        "UpdateItem",
        an_update("SET #l = :l", {":l": {"S": ""}}, {"#l": "lane"}),
        "key lane has 0 bytes",
    ),
    "a filter by a key": (
        "Query",
        {**QUERY, "ExpressionAttributeValues": ORDER, "FilterExpression": "attribute_exists(digest)"},
        "must not name the key",
    ),
    "an empty key": ("PutItem", a_put(order_key={"S": ""}), "key order_key has 0 bytes"),
    "a partition key of more than 2,048 bytes": ("PutItem", a_put(order_key={"S": "x" * 2_049}), "2048"),
    "a sort key of more than 1,024 bytes": ("PutItem", a_put(digest={"S": "x" * 1_025}), "1024"),
    "a key of another type": ("PutItem", a_put(due_at={"S": "soon"}), "of type S, not N"),
    "half a key": (
        "GetItem",
        {"TableName": "NotificationTable", "Key": {"digest": KEY["digest"]}},
        "the key has",
    ),
    "an item of more than 400 KB": ("PutItem", a_put(payload={"S": "x" * 409_600}), "more than 409600"),
    "a number of 39 digits": ("PutItem", a_put(number={"N": "1" * 39}), "more than 38 digits"),
    "a number that is too large": ("PutItem", a_put(number={"N": "1E+126"}), "too large"),
    "an empty set": ("PutItem", a_put(words={"SS": []}), "a set that is empty"),
    "33 levels": ("PutItem", a_put(deep=nested(33)), "deeper than 32"),
    "101 items read at once": (
        "BatchGetItem",
        {"RequestItems": {"JobTable": {"Keys": [{"job_id": {"S": str(n)}} for n in range(101)]}}},
        "1 to 100 items",
    ),
    "26 items written at once": (
        "BatchWriteItem",
        {"RequestItems": {"JobTable": [{"DeleteRequest": {"Key": {"job_id": {"S": str(n)}}}} for n in range(26)]}},
        "1 to 25 items",
    ),
    "101 actions in a transaction": (
        "TransactWriteItems",
        {
            "TransactItems": [
                {"Delete": {"TableName": "JobTable", "Key": {"job_id": {"S": str(n)}}}} for n in range(101)
            ]
        },
        "at most 100 actions",
    ),
    "an item read twice at once": (
        "BatchGetItem",
        {"RequestItems": {"JobTable": {"Keys": [{"job_id": {"S": "1"}}] * 2}}},
        "names an item twice",
    ),
    "a consistent read of an index": (
        "Query",
        {**QUERY, "ExpressionAttributeValues": ORDER, "IndexName": "due", "ConsistentRead": True},
        "no consistent reads",
    ),
    "an index that there is not": (
        "Query",
        {**QUERY, "ExpressionAttributeValues": ORDER, "IndexName": "late"},
        "has no index late",
    ),
    "a start without the table's key": (
        "Query",
        {**QUERY, "ExpressionAttributeValues": ORDER, "IndexName": "due", "ExclusiveStartKey": KEY},
        "ExclusiveStartKey has",
    ),
    "a put that returns what it wrote": (
        "PutItem",
        {**a_put(), "ReturnValues": "ALL_NEW"},
        "cannot return",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_request_that_dynamodb_would_refuse_is_found(mistake: str) -> None:
    operation, request, says = MISTAKES[mistake]
    found = watch.faults_of("dynamodb", operation, request)
    assert any(says in fault for fault in found), found or "nothing was found"


GOOD: dict[str, tuple[str, Request]] = {
    "keywords and functions": (
        "UpdateItem",
        an_update(
            "SET #s = if_not_exists(#s, :a), claims = :a + :b REMOVE lane, #e ADD turn :b",
            {":a": {"N": "1"}, ":b": {"N": "1E-130"}},
            {"#s": "state", "#e": "end"},
            ConditionExpression="attribute_exists(order_key) AND (turn BETWEEN :a AND :b OR NOT contains(#s, :a))",
        ),
    ),
    "the largest numbers and keys": (
        "PutItem",
        a_put(order_key={"S": "x" * 2_048}, number={"N": "-9." + "9" * 37 + "E125"}, deep=nested(32), zero={"N": "0"}),
    ),
    "a page of an index": (
        "Query",
        {
            "TableName": "herald-dev-NotificationTable-1A2B",
            "IndexName": "due",
            "KeyConditionExpression": "lane = :lane AND due_at BETWEEN :since AND :until",
            "ExpressionAttributeValues": {":lane": {"S": "new#0"}, ":since": {"N": "0"}, ":until": {"N": "1"}},
            "ExclusiveStartKey": {**KEY, "lane": {"S": "new#0"}, "due_at": {"N": "1"}},
        },
    ),
}


@pytest.mark.parametrize("name", GOOD)
def test_a_request_that_dynamodb_takes_is_left_alone(name: str) -> None:
    assert watch.faults_of("dynamodb", *GOOD[name]) == []
