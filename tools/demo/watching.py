"""Who watches: the partners' own record, the notifications as the API tells them, and the operators' mailbox.

Each watcher is a thread that tells the timeline what it sees; nothing on the timeline is told without being seen.
"""

import json
from collections.abc import Callable, Mapping
from threading import Condition, Event, Thread
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from tools.demo.cast import Story
from tools.demo.stage import Stage
from tools.demo.timeline import Timeline
from tools.herald_cli import words
from tools.herald_cli.api_client import ApiClient
from tools.herald_cli.errors import CliError
from tools.sample_partner import Received, SamplePartners, interval

type Json = dict[str, Any]

LOOKS_EVERY = 0.2  # seconds between two looks at a notification: the API has nothing to wait on
_OUTCOMES = {"delivered": "green", "failed": "red"}


class TooSlow(Exception):
    """What was to happen did not happen in time; the text says what, and how it stands instead."""


class PartnerWatcher:
    """Tells what comes in at the partners' servers, by their own clock."""

    def __init__(self, partners: SamplePartners, stories: Mapping[str, Story], timeline: Timeline) -> None:
        self._partners = partners
        self._stories = stories
        self._timeline = timeline
        self._last: dict[str, Received] = {}
        Thread(target=self._watch, name="partners", daemon=True).start()

    def _watch(self) -> None:
        for name, received in self._partners.book.follow():
            self._timeline.tell(self._stories[name].partner, self._say(name, received), "cyan")
            self._last[name] = received

    def _say(self, name: str, received: Received) -> str:
        headers = received.headers
        if b'"testNotify"' in received.body:
            return f"their server gets the test (signature {received.signature}) and answers {received.answer}"
        place = f"round {headers.get('herald-round')}, attempt {headers.get('herald-attempt')}"
        said = f"their server gets {place} (signature {received.signature}) and answers {received.answer}"
        if headers.get("herald-attempt") == "1":
            return said
        earlier = self._partners.received(name)[self._last[name].number - 1]
        return f"{said}, {interval(earlier, received):.2f} s after its last answer"


class NotificationWatcher:
    """Looks at the notifications through the API, tells what changed, and lets others wait for it."""

    def __init__(self, api: ApiClient, timeline: Timeline) -> None:
        self._api = api
        self._timeline = timeline
        self._changed = Condition()
        self._seen: dict[str, Json] = {}
        self._names: dict[str, str] = {}
        self._done = Event()
        self._fault: CliError | None = None
        self._thread = Thread(target=self._watch, name="notifications", daemon=True)
        self._thread.start()

    def add(self, notification_id: str, partner: str) -> None:
        """From now on this one too."""
        with self._changed:
            self._names[notification_id] = partner

    def stop(self) -> None:
        """Looks no more."""
        self._done.set()
        self._thread.join()

    def wait_for(self, notification_id: str, state: str, within: float) -> Json:
        """The notification, as soon as it is in this state. Raises `TooSlow`, or what kept the API from telling."""

        def there() -> bool:
            return self._fault is not None or self._seen.get(notification_id, {}).get("state") == state

        with self._changed:
            in_time = self._changed.wait_for(there, within)
            if self._fault:
                raise self._fault
            if not in_time:
                stands = self._seen.get(notification_id, {}).get("state", "unseen")
                raise TooSlow(f"{self._names[notification_id]}: not {state} within {within:.0f} s, but {stands}")
            return self._seen[notification_id]

    def _watch(self) -> None:
        while not self._done.wait(LOOKS_EVERY):
            with self._changed:
                names = dict(self._names)
            try:
                for notification_id, partner in names.items():
                    self._look(notification_id, partner)
            except CliError as fault:
                with self._changed:
                    self._fault = fault
                    self._changed.notify_all()
                return

    def _look(self, notification_id: str, partner: str) -> None:
        now = self._api.notification(notification_id)
        before = self._seen.get(notification_id)
        for what, style in changes(before, now) if before else ():
            self._timeline.tell("Herald", f"{partner}: {what}", style)
        with self._changed:
            self._seen[notification_id] = now
            self._changed.notify_all()


def changes(before: Json, now: Json) -> list[tuple[str, str]]:
    """What happened between two looks, in words, each with its style."""
    told = [(_attempt(attempt), _style(attempt)) for attempt in now["attempts"][len(before["attempts"]) :]]
    if (before["state"], before["round"]) != (now["state"], now["round"]):
        told.append((_state(now), _OUTCOMES.get(now["state"], "")))
    return told


def _attempt(attempt: Json) -> str:
    verdict = words.verdict(attempt["verdict"])
    return f"attempt {attempt['attempt']} of round {attempt['round']} {verdict}: {attempt['reason']}"


def _style(attempt: Json) -> str:
    return "" if attempt["verdict"] == "success" else "yellow"


def _state(now: Json) -> str:
    match now["state"]:
        case "failed":
            return "failed: the ladder is exhausted, now it is a dead letter and a person must act"
        case "waiting":
            return f"waiting again, in round {now['round']}"
    return str(now["state"])


class Mailbox:
    """The operators' mailbox: a queue that is subscribed to AlertTopic."""

    def __init__(self, stage: Stage, timeline: Timeline) -> None:
        self._sqs = stage.engine.client("sqs")
        self._url: str = self._sqs.create_queue(QueueName="demo-mailbox")["QueueUrl"]
        self._timeline = timeline
        self._changed = Condition()
        self._alerts: list[Json] = []
        self._fault: Exception | None = None
        self._done = Event()
        self._subscribe(stage)
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

    def _subscribe(self, stage: Stage) -> None:
        topic = stage.stack.topics["AlertTopic"]
        attributes = self._sqs.get_queue_attributes(QueueUrl=self._url, AttributeNames=["QueueArn"])["Attributes"]
        arn = attributes["QueueArn"]
        allow = {"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage"}
        policy = {"Version": "2012-10-17", "Statement": [{**allow, "Resource": arn}]}
        self._sqs.set_queue_attributes(QueueUrl=self._url, Attributes={"Policy": json.dumps(policy)})
        stage.engine.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)

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
            self._timeline.tell("alert", f"to the operators: {alert['Message'].splitlines()[0]}", "magenta")
            with self._changed:
                self._alerts.append(alert)
                self._changed.notify_all()
