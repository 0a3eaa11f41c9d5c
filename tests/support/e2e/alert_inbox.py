"""A queue that is subscribed to AlertTopic, so that a test hears what people would hear."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Self
from uuid import uuid4

from tests.support.e2e.stack_client import StackClient


@dataclass(frozen=True, slots=True)
class AlertInbox:
    """Listens while its context is open."""

    stack_client: StackClient
    queue_url: str

    @classmethod
    @contextmanager
    def subscribed(cls, stack_client: StackClient) -> Iterator[Self]:
        """Subscribes, and unsubscribes at the end."""
        sqs, sns = stack_client.engine.client("sqs"), stack_client.engine.client("sns")
        queue = sqs.create_queue(QueueName=f"ear-{uuid4()}")["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        allow = {"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage"}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [{**allow, "Resource": arn}]})
        sqs.set_queue_attributes(QueueUrl=queue, Attributes={"Policy": policy})
        topic = stack_client.stack.topics["AlertTopic"]
        subscription = sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, ReturnSubscriptionArn=True)
        yield cls(stack_client, queue)
        sns.unsubscribe(SubscriptionArn=subscription["SubscriptionArn"])
        sqs.delete_queue(QueueUrl=queue)

    def messages(self) -> list[str]:
        """The messages that have come since the last look, as people would read them."""
        sqs = self.stack_client.engine.client("sqs")
        found = sqs.receive_message(QueueUrl=self.queue_url, MaxNumberOfMessages=10).get("Messages", [])
        for message in found:
            sqs.delete_message(QueueUrl=self.queue_url, ReceiptHandle=message["ReceiptHandle"])
        return [json.loads(message["Body"])["Message"] for message in found]
