"""An SQS queue that is subscribed to AlertTopic, and so receives each alert as an SNS notification."""

import json
from collections.abc import Callable
from typing import Any

type Client = Callable[[str], Any]  # the name of an AWS service; a boto3 client of it


class AlertInbox:
    """The queue and its subscription, from construction until `close`."""

    def __init__(self, client: Client, topic: str, queue_name: str) -> None:
        self._sqs, self._sns = client("sqs"), client("sns")
        self._url: str = self._sqs.create_queue(QueueName=queue_name)["QueueUrl"]
        self._subscription = self._subscribe(topic)

    def messages(self, wait_seconds: int = 0) -> list[str]:
        """The texts of at most 10 alerts that have arrived, which it deletes from the queue."""
        response = self._sqs.receive_message(QueueUrl=self._url, WaitTimeSeconds=wait_seconds, MaxNumberOfMessages=10)
        return [self._take(message) for message in response.get("Messages", [])]

    def close(self) -> None:
        """Removes the subscription and the queue."""
        self._sns.unsubscribe(SubscriptionArn=self._subscription)
        self._sqs.delete_queue(QueueUrl=self._url)

    def _subscribe(self, topic: str) -> str:
        attributes = self._sqs.get_queue_attributes(QueueUrl=self._url, AttributeNames=["QueueArn"])["Attributes"]
        arn = attributes["QueueArn"]
        allow = {"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage"}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [{**allow, "Resource": arn}]})
        self._sqs.set_queue_attributes(QueueUrl=self._url, Attributes={"Policy": policy})
        created = self._sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, ReturnSubscriptionArn=True)
        return str(created["SubscriptionArn"])

    def _take(self, message: dict[str, Any]) -> str:
        self._sqs.delete_message(QueueUrl=self._url, ReceiptHandle=message["ReceiptHandle"])
        return str(json.loads(message["Body"])["Message"])
