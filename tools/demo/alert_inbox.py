"""The operators' mailbox: a queue that is subscribed to AlertTopic, watched by a thread."""

import json
from collections.abc import Callable
from threading import Condition, Event, Thread
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from tools.demo.environment import DemoEnvironment
from tools.demo.timeline import Timeline
from tools.demo.watchers import TooSlow

type Json = dict[str, Any]


class AlertInbox:
    """Tells the timeline of each alert, and lets others wait for one."""

    def __init__(self, environment: DemoEnvironment, timeline: Timeline) -> None:
        self._sqs = environment.engine.client("sqs")
        self._url: str = self._sqs.create_queue(QueueName="demo-mailbox")["QueueUrl"]
        self._timeline = timeline
        self._changed = Condition()
        self._alerts: list[Json] = []
        self._fault: Exception | None = None
        self._done = Event()
        self._subscribe(environment)
        self._thread = Thread(target=self._watch, name="alerts", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Looks no more."""
        self._done.set()
        self._thread.join()

    def wait_for(self, wanted: Callable[[str], bool], within: float) -> str:
        """The text of the first alert that is wanted. Raises `TooSlow`."""

        def found() -> list[str]:
            return [alert["Message"] for alert in self._alerts if wanted(alert["Message"])]

        with self._changed:
            if not self._changed.wait_for(lambda: self._fault or found(), within) or self._fault:
                raise TooSlow(f"no alert came within {within:.0f} s" + (f": {self._fault}" if self._fault else ""))
            return found()[0]

    def _subscribe(self, environment: DemoEnvironment) -> None:
        topic = environment.stack.topics["AlertTopic"]
        attributes = self._sqs.get_queue_attributes(QueueUrl=self._url, AttributeNames=["QueueArn"])["Attributes"]
        arn = attributes["QueueArn"]
        allow = {"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage"}
        policy = {"Version": "2012-10-17", "Statement": [{**allow, "Resource": arn}]}
        self._sqs.set_queue_attributes(QueueUrl=self._url, Attributes={"Policy": json.dumps(policy)})
        environment.engine.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)

    def _watch(self) -> None:
        try:
            while not self._done.is_set():
                self._look()
        except (BotoCoreError, ClientError) as fault:
            with self._changed:
                self._fault = fault
                self._changed.notify_all()

    def _look(self) -> None:
        answer = self._sqs.receive_message(QueueUrl=self._url, WaitTimeSeconds=1, MaxNumberOfMessages=10)
        for message in answer.get("Messages", ()):
            self._sqs.delete_message(QueueUrl=self._url, ReceiptHandle=message["ReceiptHandle"])
            alert = json.loads(message["Body"])
            self._timeline.report("alert", f"to the operators: {alert['Message'].splitlines()[0]}", "magenta")
            with self._changed:
                self._alerts.append(alert)
                self._changed.notify_all()
