"""The check of requests finds what AWS would refuse, and nothing in what it takes."""

from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from tests.aws_calls import watch
from tests.aws_calls.permissions import Use, refusals, uses_of

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


def a_batch(*entries: Request) -> Request:
    return {"QueueUrl": "https://sqs.example.com/1/DeliveryQueue", "Entries": list(entries)}


def an_entry(number: int = 0, body: str = "{}", **more: Any) -> Request:
    return {"Id": str(number), "MessageBody": body, **more}


def publishing(subject: str, message: str = "text") -> Request:
    return {"TopicArn": "arn:aws:sns:eu-central-1:123456789012:AlertTopic", "Subject": subject, "Message": message}


def nested(levels: int) -> Request:
    return {"S": "deep"} if levels == 1 else {"L": [nested(levels - 1)]}


def a_schedule(name: str, **target: Any) -> Request:
    arns = {"Arn": "arn:aws:lambda:eu-central-1:1:function:f", "RoleArn": "arn:aws:iam::123456789012:role/r"}
    return {
        "Name": name,
        "ScheduleExpression": "rate(5 minutes)",
        "FlexibleTimeWindow": {"Mode": "OFF"},
        "Target": {**arns, **target},
    }


MISTAKES: dict[str, tuple[str, str, Request, str]] = {
    # The models
    "a name that is too long": ("scheduler", "CreateSchedule", a_schedule("x" * 65), "more than 64"),
    "a name with a space": ("scheduler", "CreateSchedule", a_schedule("a b"), "the pattern"),
    "a value out of its range": (
        "scheduler",
        "CreateSchedule",
        a_schedule("a", RetryPolicy={"MaximumRetryAttempts": 186}),
        "more than 185",
    ),
    "a value that is none of the enum": (
        "dynamodb",
        "UpdateItem",
        an_update("REMOVE lane", ReturnValues="EVERYTHING"),
        "not one of NONE",
    ),
    "a required member that is missing": ("sqs", "SendMessageBatch", a_batch({"Id": "1"}), "MessageBody is required"),
    "a member that there is not": (
        "sqs",
        "SendMessage",
        {"QueueUrl": "q", "MessageBody": "b", "Delay": 1},
        "no member",
    ),
    "an index's name that is too short": (
        "dynamodb",
        "Query",
        {**QUERY, "ExpressionAttributeValues": ORDER, "IndexName": "du"},
        "less than 3",
    ),
    # SQS
    "eleven entries": ("sqs", "SendMessageBatch", a_batch(*map(an_entry, range(11))), "1 to 10 entries"),
    "an empty batch": ("sqs", "SendMessageBatch", a_batch(), "1 to 10 entries"),
    "an id twice": ("sqs", "SendMessageBatch", a_batch(an_entry(), an_entry()), "ids of a batch differ"),
    "an id with a dot": ("sqs", "SendMessageBatch", a_batch({"Id": "1.5", "MessageBody": "b"}), "letters, digits"),
    "a delay of sixteen minutes": ("sqs", "SendMessageBatch", a_batch(an_entry(DelaySeconds=901)), "from 0 to 900"),
    "a negative delay": ("sqs", "SendMessage", {"QueueUrl": "q", "MessageBody": "b", "DelaySeconds": -1}, "0 to 900"),
    "invisible for more than twelve hours": (
        "sqs",
        "ChangeMessageVisibility",
        {"QueueUrl": "q", "ReceiptHandle": "r", "VisibilityTimeout": 43_201},
        "from 0 to 43200",
    ),
    "an empty group": ("sqs", "SendMessageBatch", a_batch(an_entry(MessageGroupId="")), "MessageGroupId"),
    "a group with a space": ("sqs", "SendMessageBatch", a_batch(an_entry(MessageGroupId="a b")), "MessageGroupId"),
    "a group of 129 characters": ("sqs", "SendMessageBatch", a_batch(an_entry(MessageGroupId="1" * 129)), "128"),
    "a batch of more than 1 MiB": (
        "sqs",
        "SendMessageBatch",
        a_batch(*(an_entry(n, "x" * 600_000) for n in range(2))),
        "at most 1048576",
    ),
    "an empty body": ("sqs", "SendMessageBatch", a_batch(an_entry(body="")), "1 to 1048576 bytes"),
    "a control character": ("sqs", "SendMessageBatch", a_batch(an_entry(body="a\x00b")), "must not contain"),
    "eleven messages wanted": ("sqs", "ReceiveMessage", {"QueueUrl": "q", "MaxNumberOfMessages": 11}, "from 1 to 10"),
    "a queue that keeps too long": (
        "sqs",
        "CreateQueue",
        {"QueueName": "q", "Attributes": {"MessageRetentionPeriod": "1209601"}},
        "from 60 to 1209600",
    ),
    "a queue's name with a dot": ("sqs", "CreateQueue", {"QueueName": "a.b"}, "no name of a queue"),
    # SNS
    "a subject of a hundred characters": ("sns", "Publish", publishing("x" * 100), "1 to 99"),
    "a subject of two lines": ("sns", "Publish", publishing("one\ntwo"), "line break"),
    "a subject in Chinese": ("sns", "Publish", publishing("通知"), "not ASCII"),
    "a subject that begins with a space": ("sns", "Publish", publishing(" x"), "begins with"),
    "an empty subject": ("sns", "Publish", publishing(""), "1 to 99"),
    "a message beyond 256 KiB": ("sns", "Publish", publishing("x", "x" * 262_145), "262144"),
    # DynamoDB: expressions
    "an expression of more than 4 KiB": (
        "dynamodb",
        "UpdateItem",
        an_update("SET " + ", ".join(f"attribute_{n} = :v" for n in range(300)), {":v": {"S": "x"}}),
        "not from 1 to 4096",
    ),
    "more than 300 operators": (
        "dynamodb",
        "UpdateItem",
        an_update("REMOVE x", {":at": {"N": "1"}}, ConditionExpression=LONG),
        "more than 300",
    ),
    "a reserved word": (
        "dynamodb",
        "UpdateItem",
        an_update("SET state = :s", {":s": {"S": "failed"}}),
        "state is a reserved word",
    ),
    "a reserved word in a condition": (
        "dynamodb",
        "PutItem",
        {**a_put(), "ConditionExpression": "attribute_not_exists(name)"},
        "name is a reserved word",
    ),
    "a value that is not used": (
        "dynamodb",
        "Query",
        {**QUERY, "ExpressionAttributeValues": {**ORDER, ":unused": {"N": "1"}}},
        ":unused is defined and not used",
    ),
    "a name that is not used": (
        "dynamodb",
        "UpdateItem",
        an_update("REMOVE lane", names={"#s": "state"}),
        "#s is defined",
    ),
    "a value that is not defined": ("dynamodb", "Query", QUERY, ":order is used and not defined"),
    "a key that is changed": (
        "dynamodb",
        "UpdateItem",
        an_update("SET digest = :d", {":d": {"S": "1"}}),
        "cannot be changed",
    ),
    "an attribute changed twice": ("dynamodb", "UpdateItem", an_update("REMOVE lane, lane"), "changed twice"),
    "an index's key made empty": (
        "dynamodb",
        "UpdateItem",
        an_update("SET #l = :l", {":l": {"S": ""}}, {"#l": "lane"}),
        "key lane has 0 bytes",
    ),
    "a filter by a key": (
        "dynamodb",
        "Query",
        {**QUERY, "ExpressionAttributeValues": ORDER, "FilterExpression": "attribute_exists(digest)"},
        "must not name the key",
    ),
    # DynamoDB: items and keys
    "an empty key": ("dynamodb", "PutItem", a_put(order_key={"S": ""}), "key order_key has 0 bytes"),
    "a partition key of more than 2,048 bytes": ("dynamodb", "PutItem", a_put(order_key={"S": "x" * 2_049}), "2048"),
    "a sort key of more than 1,024 bytes": ("dynamodb", "PutItem", a_put(digest={"S": "x" * 1_025}), "1024"),
    "a key of another type": ("dynamodb", "PutItem", a_put(due_at={"S": "soon"}), "of type S, not N"),
    "half a key": (
        "dynamodb",
        "GetItem",
        {"TableName": "NotificationTable", "Key": {"digest": KEY["digest"]}},
        "the key has",
    ),
    "an item of more than 400 KB": ("dynamodb", "PutItem", a_put(payload={"S": "x" * 409_600}), "more than 409600"),
    "a number of 39 digits": ("dynamodb", "PutItem", a_put(number={"N": "1" * 39}), "more than 38 digits"),
    "a number that is too large": ("dynamodb", "PutItem", a_put(number={"N": "1E+126"}), "too large"),
    "an empty set": ("dynamodb", "PutItem", a_put(words={"SS": []}), "a set that is empty"),
    "33 levels": ("dynamodb", "PutItem", a_put(deep=nested(33)), "deeper than 32"),
    # DynamoDB: requests
    "101 items read at once": (
        "dynamodb",
        "BatchGetItem",
        {"RequestItems": {"JobTable": {"Keys": [{"job_id": {"S": str(n)}} for n in range(101)]}}},
        "1 to 100 items",
    ),
    "26 items written at once": (
        "dynamodb",
        "BatchWriteItem",
        {"RequestItems": {"JobTable": [{"DeleteRequest": {"Key": {"job_id": {"S": str(n)}}}} for n in range(26)]}},
        "1 to 25 items",
    ),
    "101 actions in a transaction": (
        "dynamodb",
        "TransactWriteItems",
        {
            "TransactItems": [
                {"Delete": {"TableName": "JobTable", "Key": {"job_id": {"S": str(n)}}}} for n in range(101)
            ]
        },
        "at most 100 actions",
    ),
    "an item read twice at once": (
        "dynamodb",
        "BatchGetItem",
        {"RequestItems": {"JobTable": {"Keys": [{"job_id": {"S": "1"}}] * 2}}},
        "names an item twice",
    ),
    "a consistent read of an index": (
        "dynamodb",
        "Query",
        {**QUERY, "ExpressionAttributeValues": ORDER, "IndexName": "due", "ConsistentRead": True},
        "no consistent reads",
    ),
    "an index that there is not": (
        "dynamodb",
        "Query",
        {**QUERY, "ExpressionAttributeValues": ORDER, "IndexName": "late"},
        "has no index late",
    ),
    "a start without the table's key": (
        "dynamodb",
        "Query",
        {**QUERY, "ExpressionAttributeValues": ORDER, "IndexName": "due", "ExclusiveStartKey": KEY},
        "ExclusiveStartKey has",
    ),
    "a put that returns what it wrote": (
        "dynamodb",
        "PutItem",
        {**a_put(), "ReturnValues": "ALL_NEW"},
        "cannot return",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_request_that_aws_would_refuse_is_found(mistake: str) -> None:
    service, operation, request, says = MISTAKES[mistake]
    assert any(says in fault for fault in watch.faults_of(service, operation, request)), (
        watch.faults_of(service, operation, request) or "nothing was found"
    )


GOOD: dict[str, tuple[str, str, Request]] = {
    "a full batch": (
        "sqs",
        "SendMessageBatch",
        a_batch(*(an_entry(n, "通知\n", DelaySeconds=900, MessageGroupId="999") for n in range(10))),
    ),
    "the longest invisibility": (
        "sqs",
        "ChangeMessageVisibility",
        {"QueueUrl": "q", "ReceiptHandle": "r", "VisibilityTimeout": 43_200},
    ),
    "the longest subject": ("sns", "Publish", publishing("x" * 99, "通知")),
    "the longest name": ("scheduler", "CreateSchedule", a_schedule("x" * 64)),
    "keywords and functions": (
        "dynamodb",
        "UpdateItem",
        an_update(
            "SET #s = if_not_exists(#s, :a), claims = :a + :b REMOVE lane, #e ADD turn :b",
            {":a": {"N": "1"}, ":b": {"N": "1E-130"}},
            {"#s": "state", "#e": "end"},
            ConditionExpression="attribute_exists(order_key) AND (turn BETWEEN :a AND :b OR NOT contains(#s, :a))",
        ),
    ),
    "the largest numbers and keys": (
        "dynamodb",
        "PutItem",
        a_put(order_key={"S": "x" * 2_048}, number={"N": "-9." + "9" * 37 + "E125"}, deep=nested(32), zero={"N": "0"}),
    ),
    "a page of an index": (
        "dynamodb",
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
def test_a_request_that_aws_takes_is_left_alone(name: str) -> None:
    assert watch.faults_of(*GOOD[name]) == []


# ── On the way from a client ──


def test_every_client_is_looked_at() -> None:
    assert watch.take().requests == 0
    for client in (boto3.client("sqs", "eu-central-1"), boto3.Session().client("sqs", "eu-central-1")):
        with Stubber(client) as stubber:
            stubber.add_response("send_message", {})
            client.send_message(QueueUrl="q", MessageBody="b", DelaySeconds=901)
    seen = watch.take()
    assert seen.requests == 2
    assert seen.faults == ["sqs SendMessage: DelaySeconds is 901, not from 0 to 900"] * 2
    assert seen.uses == set()  # a test's own request needs no function's permission


def test_what_a_role_does_not_allow_is_found() -> None:
    table = "arn:aws:dynamodb:eu-central-1:123456789012:table/NotificationTable"
    allowed = Use("orders", "dynamodb:Query", table)
    refused = [
        Use("orders", "dynamodb:Query", f"{table}/index/due"),
        Use("orders", "dynamodb:GetItem", table),
        Use("receiver", "dynamodb:Query", table),
    ]
    assert refusals([allowed]) == []
    assert len(refusals([allowed, *refused])) == 3


@pytest.mark.parametrize(
    ("service", "operation", "request_", "action", "resource"),
    [
        ("sqs", "SendMessageBatch", a_batch(), "sqs:SendMessage", "sqs:eu-central-1:123456789012:DeliveryQueue"),
        (
            "dynamodb",
            "Query",
            {"TableName": "T", "IndexName": "due"},
            "dynamodb:Query",
            "dynamodb:eu-central-1:123456789012:table/T/index/due",
        ),
        (
            "dynamodb",
            "BatchGetItem",
            {"RequestItems": {"T": {}}},
            "dynamodb:BatchGetItem",
            "dynamodb:eu-central-1:123456789012:table/T",
        ),
        (
            "dynamodb",
            "TransactWriteItems",
            {"TransactItems": [{"Put": {"TableName": "T"}}]},
            "dynamodb:PutItem",
            "dynamodb:eu-central-1:123456789012:table/T",
        ),
        ("sns", "Publish", publishing("x"), "sns:Publish", "sns:eu-central-1:123456789012:AlertTopic"),
    ],
)
def test_a_request_needs_the_action_and_the_resource_that_aws_names(
    service: str, operation: str, request_: Request, action: str, resource: str
) -> None:
    [use] = uses_of("receiver", service, operation, request_)
    assert (use.action, use.resource) == (action, f"arn:aws:{resource}")
