"""The rows of docs/architecture.md, "Crash table": the process stops at that point, and a later one repairs it.

Each invocation is a process of its own (stopping.py), against the template's tables and queues in moto's server and a
partner that counts what it receives. Time runs from noon, and is advanced where the table says "later".
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
import time_machine

from dispatcher.due.shard_pass import ShardRange
from dispatcher.run_window import RunWindow
from dispatcher.sharing.share import Share
from herald.domain.clock import HOUR, SECOND, now
from herald.domain.notification import Lane, Notification
from herald.domain.notification_id import NotificationId
from herald.domain.transitions import State
from herald.messaging.dead_letter_queue import DeadLetterQueue
from herald.messaging.delivery_queue import DeliveryQueue
from herald.store.dispatch_table import DispatchTable
from herald.store.items.notification_item import shard_of
from tests.integration.conftest import forget
from tests.support.aws.aws_server import moto_server
from tests.support.aws.aws_stack import CREDENTIALS, Aws
from tests.support.aws.crash_process import Point, invoke
from tests.support.factories import NOON, PARTNER_ID, PAYLOAD, SECRET, a_notification, a_partner, an_id
from tests.support.functions.dispatcher import current, failed, held, registered, stands
from tests.support.http.http_events import api_event
from tools.sample_partner.runner import SamplePartners

ONE = an_id(1)
PARTNER = str(PARTNER_ID)
VISIBILITY = 181  # s: what was received and not deleted is visible again
NEXT_POLL = 5 * 60  # s
RESCUE = 13 * 60 + 1 + 60  # s: ten minutes after a first retry was due


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON / SECOND) as traveller:
        yield traveller


@dataclass
class System:
    """The stack, as the processes and the test see it."""

    aws: Aws
    environment: dict[str, str]
    partners: SamplePartners
    clock: time_machine.Traveller

    def invoke(self, function: str, event: dict[str, Any], stop: Point | None = None) -> Any:
        return invoke(function, event, self.environment, stop)

    def submit(self, stop: Point | None = None) -> Any:
        event = api_event("POST", "/notifications", PAYLOAD, caller={"role": "publisher", "name": "shop"})
        return self.invoke("receiver", event, stop)

    def poll(self, stop: Point | None = None) -> Any:
        return self.invoke("dispatcher", {}, stop)

    def work_off(self, function: str, queue: str, stop: Point | None = None) -> list[dict[str, Any]]:
        """One batch of what is visible, as Lambda's poller does it; a process that stopped deletes nothing."""
        records = self.aws.records(queue)
        answer = self.invoke(function, {"Records": records}, stop) if records else None
        if answer is not None:
            come_back = {failure["itemIdentifier"] for failure in answer["batchItemFailures"]}
            for record in (one for one in records if one["messageId"] not in come_back):
                self.aws.sqs.delete_message(QueueUrl=self.aws.refs[queue], ReceiptHandle=record["receiptHandle"])
        return records

    def deliver(self, stop: Point | None = None) -> list[dict[str, Any]]:
        return self.work_off("deliverer", "DeliveryQueue", stop)

    def told(self) -> list[str]:
        """The ids of what the partner was told, one for each POST."""
        return [request.headers["webhook-id"] for request in self.partners.received(PARTNER)]


@pytest.fixture
def system(clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch) -> Iterator[System]:
    with moto_server() as endpoint, SamplePartners() as partners:
        for name, value in {**CREDENTIALS, "AWS_ENDPOINT_URL": endpoint}.items():
            monkeypatch.setenv(name, value)
        forget()
        try:
            yield furnished(partners, clock, endpoint, monkeypatch)
        finally:
            forget()


def furnished(
    partners: SamplePartners, clock: time_machine.Traveller, endpoint: str, monkeypatch: pytest.MonkeyPatch
) -> System:
    aws = Aws(endpoint)
    aws.create()
    environment = aws.environment(STAGE="local", ALLOW_PRIVATE_ENDPOINTS="true", AWS_ENDPOINT_URL=endpoint)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    partners.share_secret(PARTNER, SECRET)
    registered(a_partner(url=partners.url(PARTNER)))
    return System(aws, environment, partners, clock)


def the_one(system: System) -> Notification:
    """What was submitted, however often."""
    [item] = system.aws.items("NotificationTable")
    _, order_id = item["order_key"].split(":")
    return current(NotificationId(PARTNER_ID, order_id, item["digest"]))


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_receiver_that_stops_at_its_put_costs_the_publishers_retry(system: System, when: str) -> None:
    system.submit(Point(when, "PutItem"))
    assert len(system.aws.items("NotificationTable")) == (when == "after")
    assert system.submit()["body"] == "success"
    system.poll()
    system.deliver()
    assert the_one(system).state is State.DELIVERED
    assert len(system.told()) == 1


@pytest.mark.parametrize(
    "stop",
    [
        Point("before", "SendMessageBatch"),
        Point("after", "SendMessageBatch"),
        Point("before", "PutItem", 2),  # the lease is the first; then how far each lane was sent
        Point("after", "PutItem", 2),
        Point("before", "DeleteItem"),  # the end of the lease
        Point("before", "Query"),
    ],
)
def test_a_poll_that_stops_anywhere_costs_messages_twice_at_most(system: System, stop: Point) -> None:
    stands(a_notification(1))
    system.poll(stop)
    system.clock.shift(NEXT_POLL)
    system.poll()
    received = system.deliver()
    assert 1 <= len(received) <= 2
    system.clock.shift(VISIBILITY)
    system.deliver()  # where two came at once, one met the other's claim and comes back
    assert system.aws.messages("DeliveryQueue") == []
    assert current(ONE).state is State.DELIVERED
    assert system.told() == [str(ONE)]


@pytest.mark.parametrize(
    "stop",
    [
        Point("before", "SendMessageBatch"),
        Point("after", "SendMessageBatch"),
        Point("before", "PutItem", 1),  # the position
        Point("after", "PutItem", 1),
    ],
)
def test_an_invocation_that_stops_anywhere_in_a_share_costs_messages_twice_at_most(system: System, stop: Point) -> None:
    stands(a_notification(1))
    assert DispatchTable("DispatchTable").take_lease("a poll", now(), now() + 30 * SECOND)
    of = ShardRange(Lane.NEW, shard_of(ONE), 60 * SECOND, now())
    share = Share(poll_id="a poll", of=of, window=RunWindow(now(), now() + 60 * SECOND, NEXT_POLL * SECOND))
    assert system.invoke("dispatcher", share.event(), stop) is None
    system.clock.shift(NEXT_POLL)
    system.poll()
    received = system.deliver()
    assert 1 <= len(received) <= 2
    system.clock.shift(VISIBILITY)
    system.deliver()
    assert system.aws.messages("DeliveryQueue") == []
    assert current(ONE).state is State.DELIVERED
    assert system.told() == [str(ONE)]


@pytest.mark.parametrize(
    "stop", [Point("before", "Query"), Point("after", "SendMessageBatch"), Point("after", "PutItem", 1)]
)
def test_a_poll_that_is_killed_keeps_the_one_a_minute_later_from_nothing(system: System, stop: Point) -> None:
    stands(a_notification(1))
    system.poll(stop)
    system.clock.shift(5)
    answer = system.poll()
    assert answer["ran"] is False
    assert now() < datetime.fromisoformat(answer["anotherUntil"]).timestamp() * SECOND <= now() + 30 * SECOND
    system.clock.shift(55)
    assert system.poll()["ran"] is True
    assert {message["id"] for message in stored(system)} == {str(ONE)}


def stored(system: System) -> list[dict[str, Any]]:
    return [json.loads(record["body"]) for record in system.aws.records("DeliveryQueue")]


def test_a_deliverer_that_stops_after_its_claim_costs_that_attempt_the_visibility_timeout(system: System) -> None:
    stands(a_notification(1))
    system.poll()
    system.deliver(Point("after", "UpdateItem"))
    assert (current(ONE).state, current(ONE).claims, system.told()) == (State.WAITING, 1, [])
    system.clock.shift(VISIBILITY)
    system.deliver()
    assert (current(ONE).state, current(ONE).logged) == (State.DELIVERED, 1)
    assert len(system.told()) == 1


def test_a_deliverer_that_stops_between_post_and_settle_costs_the_same_attempt_once_more(system: System) -> None:
    stands(a_notification(1))
    system.poll()
    system.deliver(Point("before", "UpdateItem", 2))
    assert (current(ONE).state, system.told()) == (State.WAITING, [str(ONE)])
    system.clock.shift(VISIBILITY)
    system.deliver()
    assert (current(ONE).state, current(ONE).logged) == (State.DELIVERED, 1)
    first, second = system.partners.received(PARTNER)
    for same in ("webhook-id", "herald-round", "herald-attempt"):
        assert first.headers[same] == second.headers[same]


def test_a_deliverer_that_stops_before_it_sends_the_next_message_costs_a_poll(system: System) -> None:
    system.partners.configure(PARTNER, "refuse once then success")
    stands(a_notification(1))
    system.poll()
    system.deliver(Point("before", "SendMessageBatch"))
    assert (current(ONE).state, current(ONE).attempt) == (State.WAITING, 2)
    system.clock.shift(VISIBILITY)
    system.deliver()  # its own message comes back, and is stale
    assert len(system.told()) == 1
    system.clock.shift(RESCUE)
    system.poll()
    system.deliver()
    assert (current(ONE).state, current(ONE).logged) == (State.DELIVERED, 2)


def test_a_deliverer_that_stops_before_its_message_is_deleted_leaves_a_stale_one(system: System) -> None:
    system.partners.configure(PARTNER, "refuse once then success")
    stands(a_notification(1))
    system.poll()
    system.deliver(Point("after", "SendMessageBatch"))
    assert len(system.told()) == 1
    system.clock.shift(VISIBILITY)
    received = system.deliver()
    assert sorted(json.loads(record["body"])["turn"] for record in received) == [1, 2]
    assert system.told() == [str(ONE)] * 2  # the first attempt and its retry; the stale one made none
    assert (current(ONE).state, current(ONE).logged) == (State.DELIVERED, 2)
    assert system.aws.messages("DeliveryQueue") == []


def test_a_deliverer_that_stops_at_the_end_of_the_ladder_costs_its_alert_a_poll(system: System) -> None:
    system.partners.configure(PARTNER, "503")
    stands(last := a_notification(1, attempt=11, turn=11))
    DeliveryQueue(system.aws.refs["DeliveryQueue"]).send([last.due], last.due_at or 0)
    system.deliver(Point("before", "SendMessageBatch"))
    assert (current(ONE).state, system.aws.messages("DeadLetterQueue")) == (State.FAILED, [])
    system.clock.shift(NEXT_POLL)
    system.poll()
    system.work_off("dead_letter", "DeadLetterQueue")
    assert len(system.aws.alerts()) == 1


def test_a_poll_that_stops_between_a_release_and_its_message_costs_the_rescue(system: System) -> None:
    stands(held(1, NOON - HOUR))
    system.poll(Point("before", "SendMessageBatch"))
    assert (current(ONE).state, system.aws.messages("DeliveryQueue")) == (State.WAITING, [])
    system.clock.shift(RESCUE)
    system.poll()
    system.deliver()
    assert (current(ONE).state, system.told()) == (State.DELIVERED, [str(ONE)])


@pytest.mark.parametrize(("stop", "alerts"), [(Point("before", "Publish"), 1), (Point("after", "Publish"), 2)])
def test_a_dead_letter_function_that_stops_at_its_alert_costs_a_second_one_at_most(
    system: System, stop: Point, alerts: int
) -> None:
    stands(one := failed(1, NOON))
    DeadLetterQueue(system.aws.refs["DeadLetterQueue"]).send([one.due])
    system.work_off("dead_letter", "DeadLetterQueue", stop)
    system.clock.shift(VISIBILITY)
    system.work_off("dead_letter", "DeadLetterQueue")
    system.clock.shift(3600)
    system.poll()
    system.work_off("dead_letter", "DeadLetterQueue")
    assert len(system.aws.alerts()) == alerts
    assert current(one.id).lane is None
