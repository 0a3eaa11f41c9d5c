"""The check of requests finds what AWS would refuse, and nothing in what it takes."""

from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from tests.support.aws_calls import watch
from tests.support.aws_calls.permissions import Use, refusals, uses_of

type Request = dict[str, Any]


def a_batch(*entries: Request) -> Request:
    return {"QueueUrl": "https://sqs.example.com/1/DeliveryQueue", "Entries": list(entries)}


def an_entry(number: int = 0, body: str = "{}", **more: Any) -> Request:
    return {"Id": str(number), "MessageBody": body, **more}


def publishing(subject: str, message: str = "text") -> Request:
    return {"TopicArn": "arn:aws:sns:eu-central-1:123456789012:AlertTopic", "Subject": subject, "Message": message}


def a_schedule(name: str, **target: Any) -> Request:
    arns = {"Arn": "arn:aws:lambda:eu-central-1:1:function:f", "RoleArn": "arn:aws:iam::123456789012:role/r"}
    return {
        "Name": name,
        "ScheduleExpression": "rate(5 minutes)",
        "FlexibleTimeWindow": {"Mode": "OFF"},
        "Target": {**arns, **target},
    }


MISTAKES: dict[str, tuple[str, str, Request, str]] = {
    "a name that is too long": ("scheduler", "CreateSchedule", a_schedule("x" * 65), "more than 64"),
    "a name with a space": ("scheduler", "CreateSchedule", a_schedule("a b"), "the pattern"),
    "a value out of its range": (
        "scheduler",
        "CreateSchedule",
        a_schedule("a", RetryPolicy={"MaximumRetryAttempts": 186}),
        "more than 185",
    ),
    "a required member that is missing": ("sqs", "SendMessageBatch", a_batch({"Id": "1"}), "MessageBody is required"),
    "a member that there is not": (
        "sqs",
        "SendMessage",
        {"QueueUrl": "q", "MessageBody": "b", "Delay": 1},
        "no member",
    ),
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
    "a subject of a hundred characters": ("sns", "Publish", publishing("x" * 100), "1 to 99"),
    "a subject of two lines": ("sns", "Publish", publishing("one\ntwo"), "line break"),
    "a subject in Chinese": ("sns", "Publish", publishing("通知"), "not ASCII"),
    "a subject that begins with a space": ("sns", "Publish", publishing(" x"), "begins with"),
    "an empty subject": ("sns", "Publish", publishing(""), "1 to 99"),
    "a message beyond 256 KiB": ("sns", "Publish", publishing("x", "x" * 262_145), "262144"),
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


def test_an_attribute_that_a_role_does_not_allow_is_found() -> None:
    """The authorizer may note the last use of a key, and not change its role."""
    update = {"TableName": "KeyTable", "Key": {"key_hash": {"S": "0"}}}
    noted = {**update, "UpdateExpression": "SET last_used_on = :x", "ConditionExpression": "last_used_on < :x"}
    changed = {
        **noted,
        "UpdateExpression": "SET last_used_on = :x, #r = :y",
        "ExpressionAttributeNames": {"#r": "role"},
    }
    asked = {**noted, "ConditionExpression": "attribute_not_exists(revoked_at)"}
    allowed = [len(refusals(uses_of("authorizer", "dynamodb", "UpdateItem", one))) for one in (noted, changed, asked)]
    assert allowed == [0, 1, 1]


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
