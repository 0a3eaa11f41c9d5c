"""AWS in memory (moto) with the tables, queues, topic and environment that template.yaml describes, read from there.

Physical names are the template's logical ids, so a test says `aws.messages("DeliveryQueue")`.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any

import boto3
from boto3.dynamodb.types import TypeDeserializer

from herald.domain.clock import now
from tests.support.aws_template.intrinsics import Resolver
from tools.local_stack.template import load_template

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_kms import KMSClient
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sqs import SQSClient

REGION = "eu-central-1"
STACK_NAME = "herald"
CREDENTIALS = {"AWS_DEFAULT_REGION": REGION, "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
_TABLE_PROPERTIES = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")
_DECIDING = (*_TABLE_PROPERTIES, "TimeToLiveSpecification")

type Handler = Callable[[dict[str, Any], Any], dict[str, Any]]


@dataclass
class Context:
    """What Lambda tells a function about its invocation; its time runs by the test's clock."""

    function_name: str = "herald"
    memory_limit_in_mb: int = 512
    timeout: int = 240_000  # ms
    began_at: int = field(default_factory=now)
    aws_request_id: str = "00000000-0000-4000-8000-000000000001"

    @property
    def invoked_function_arn(self) -> str:
        return f"arn:aws:lambda:{REGION}:123456789012:function:{self.function_name}"

    def get_remaining_time_in_millis(self) -> int:
        return self.began_at + self.timeout - now()


class Aws:
    """The resources, and what a test asks of them. `create` once, where they are not there yet."""

    def __init__(self, endpoint_url: str | None = None) -> None:
        self.dynamodb: DynamoDBClient = boto3.client("dynamodb", REGION, endpoint_url=endpoint_url)
        self.sqs: SQSClient = boto3.client("sqs", REGION, endpoint_url=endpoint_url)
        self.sns: SNSClient = boto3.client("sns", REGION, endpoint_url=endpoint_url)
        self.kms: KMSClient = boto3.client("kms", REGION, endpoint_url=endpoint_url)
        self.refs: dict[str, str] = {}

    def create(self) -> None:
        """Everything, as the template has it."""
        for name, properties in _resources("AWS::DynamoDB::Table").items():
            self._create_table(name, _by_default(properties))
        queues = _resources("AWS::SQS::Queue")
        for name in sorted(queues, key=lambda one: "RedrivePolicy" in queues[one]):
            self._create_queue(name, queues[name])
        for name in _resources("AWS::SNS::Topic"):
            self.refs[name] = self.sns.create_topic(Name=name)["TopicArn"]
        self.refs["SecretKey.Arn"] = self.kms.create_key()["KeyMetadata"]["Arn"]

    def invent(self) -> None:
        """Gives every resource its own name, where none is created: the functions start, and no call has an answer."""
        variables = load_template()["Globals"]["Function"]["Environment"]["Variables"].values()
        self.refs = {one: one for one in map(_referred, (v for v in variables if isinstance(v, dict)))}

    def environment(self, **instead: str) -> dict[str, str]:
        """The functions' environment, from the template's `Globals`; `instead` gives other values (LADDER="1s 2s")."""
        template = load_template()
        defaults = {name: str(one["Default"]) for name, one in template["Parameters"].items()}
        values = {**self.refs, **defaults, "AWS::StackName": STACK_NAME}
        variables = template["Globals"]["Function"]["Environment"]["Variables"]
        resolved = {
            name: values[_referred(value)] if isinstance(value, dict) else str(value)
            for name, value in variables.items()
        }
        return {**CREDENTIALS, **resolved, **instead}

    def items(self, table: str) -> list[dict[str, Any]]:
        """Every item of a table, plain, numbers as `Decimal`."""
        read = TypeDeserializer().deserialize
        pages = self.dynamodb.get_paginator("scan").paginate(TableName=table, ConsistentRead=True)
        return [{name: read(value) for name, value in item.items()} for page in pages for item in page["Items"]]

    def empty(self, table: str) -> None:
        """Deletes every item, so that each example of a property begins with an empty table."""
        keys = [one["AttributeName"] for one in self.dynamodb.describe_table(TableName=table)["Table"]["KeySchema"]]
        for item in self.dynamodb.scan(TableName=table)["Items"]:
            self.dynamodb.delete_item(TableName=table, Key={name: item[name] for name in keys})

    def records(self, queue: str, limit: int = 10) -> list[dict[str, Any]]:
        """Up to `limit` messages that are visible now, received as Lambda's poller does; at most 10 a call (SQS)."""
        answer = self.sqs.receive_message(
            QueueUrl=self.refs[queue], MaxNumberOfMessages=limit, WaitTimeSeconds=0, AttributeNames=["All"]
        )
        return [_record(queue, message) for message in answer.get("Messages", ())]

    def all_records(self, queue: str) -> Iterator[dict[str, Any]]:
        """Every message that is visible now; receiving hides them."""
        while batch := self.records(queue):
            yield from batch

    def messages(self, queue: str) -> list[dict[str, Any]]:
        """What all messages of a queue say, delayed and hidden ones too, oldest first. Changes nothing (moto only)."""
        return [json.loads(message["body"]) for message in self.stored(queue)]

    def stored(self, queue: str) -> list[dict[str, Any]]:
        """All messages of a queue with their `body`, `delay_seconds` and `group`. Changes nothing (moto only)."""
        from moto.sqs.models import sqs_backends  # noqa: PLC0415 - so that only tests in moto's own process load it

        messages: list[Any] = sqs_backends["123456789012"][REGION].get_queue(queue)._messages
        return [
            {
                "body": str(one.body),
                "delay_seconds": max(0, round((one.delayed_until - (one.sent_timestamp or 0)) / 1000)),
                "group": one.group_id,
            }
            for one in messages
        ]

    def invoke(self, handler: Handler, queue: str, limit: int = 10) -> dict[str, Any] | None:
        """One batch, as Lambda's poller does it: what succeeded is deleted. None when nothing is visible."""
        records = self.records(queue, limit)
        if not records:
            return None
        answer = handler({"Records": records}, Context())
        failed = {failure["itemIdentifier"] for failure in answer["batchItemFailures"]}
        for record in records:
            if record["messageId"] not in failed:
                self.sqs.delete_message(QueueUrl=self.refs[queue], ReceiptHandle=record["receiptHandle"])
        return answer

    def drain(self, handler: Handler, queue: str) -> int:
        """Invokes until nothing is visible; gives how often."""
        for times in count():
            if self.invoke(handler, queue) is None:
                return times
        raise AssertionError

    def alerts(self) -> list[dict[str, str]]:
        """What was published to AlertTopic: `subject` and `message` (moto only)."""
        from moto.sns.models import sns_backends  # noqa: PLC0415 - as above

        topic = sns_backends["123456789012"][REGION].topics[self.refs["AlertTopic"]]
        return [{"subject": str(sent[2]), "message": str(sent[1])} for sent in topic.sent_notifications]

    def _create_table(self, name: str, properties: Mapping[str, Any]) -> None:
        self.dynamodb.create_table(
            TableName=name, **{one: properties[one] for one in _TABLE_PROPERTIES if one in properties}
        )
        if "TimeToLiveSpecification" in properties:
            self.dynamodb.update_time_to_live(
                TableName=name, TimeToLiveSpecification=properties["TimeToLiveSpecification"]
            )
        self.refs[name] = name

    def _create_queue(self, name: str, properties: Mapping[str, Any]) -> None:
        attributes = {one: str(value) for one, value in properties.items() if isinstance(value, int)}
        if "RedrivePolicy" in properties:
            target, _ = properties["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"]
            policy = {**properties["RedrivePolicy"], "deadLetterTargetArn": _queue_arn(target)}
            attributes["RedrivePolicy"] = json.dumps(policy)
        self.refs[name] = self.sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]  # type: ignore[arg-type]  # the names come from the template


def sqs_event(*bodies: str, queue: str = "DeliveryQueue") -> dict[str, Any]:
    """An event as the poller would bring it, of messages that stand in no queue."""
    return {
        "Records": [
            _record(queue, {"MessageId": f"message-{n}", "ReceiptHandle": f"receipt-{n}", "Body": body})
            for n, body in enumerate(bodies)
        ]
    }


def _resources(kind: str) -> dict[str, dict[str, Any]]:
    resources = load_template()["Resources"]
    return {name: one["Properties"] for name, one in resources.items() if one["Type"] == kind}


def _by_default(properties: Mapping[str, Any]) -> dict[str, Any]:
    """What decides about a table, with the default parameters: paid by request."""
    template = load_template()
    defaults = {name: str(one["Default"]) for name, one in template["Parameters"].items()}
    resolver = Resolver(defaults, template["Conditions"], str, lambda name, _: name)
    found: dict[str, Any] = resolver.resolve({one: properties[one] for one in _DECIDING if one in properties})
    return found


def _referred(value: Mapping[str, Any]) -> str:
    return str(value["Ref"]) if "Ref" in value else ".".join(value["Fn::GetAtt"])


def _queue_arn(name: str) -> str:
    return f"arn:aws:sqs:{REGION}:123456789012:{name}"


def _record(queue: str, message: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": dict(message.get("Attributes", {})),
        "messageAttributes": {},
        "md5OfBody": message.get("MD5OfBody", ""),
        "eventSource": "aws:sqs",
        "eventSourceARN": _queue_arn(queue),
        "awsRegion": REGION,
    }
