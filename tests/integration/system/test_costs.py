"""What a notification costs in requests and capacity units, counted at the functions' own clients.

Many notifications travel together, in the deliverer's batches of ten. Lambda's poller receives a batch by one
request and deletes it by another; a poll sends what is due shard by shard, ten at a time. The polls' own reads and
their bookkeeping are left out: they come every five minutes, however many notifications there are.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import time_machine

from dead_letter import app as dead_letter
from deliverer import app as deliverer
from herald.domain.clock import HOUR, MINUTE, SECOND, now
from herald.domain.notification import Lane, Notification
from herald.domain.transitions import State
from herald.store.items.notification_item import from_item
from receiver import app as receiver
from tests.support.aws.aws_stack import Aws, Context
from tests.support.factories import NOON, PAYLOAD, a_partner
from tests.support.functions.deliverer import Poster, employed
from tests.support.functions.dispatcher import poll, registered
from tests.support.http.http_events import api_event
from tests.support.report import show_figure
from tests.support.request_counter import Meter

MANY, SOME, FEW = 100, 20, 10  # so many go together; fewer where eleven attempts of each take moto its time
PUBLISHER = {"role": "publisher", "name": "shop"}


@dataclass
class Journey:
    """The notifications on their way, and what that has cost so far."""

    aws: Aws
    meter: Meter
    clock: time_machine.Traveller
    api_requests: int = 0
    invocations: int = 0
    poller_requests: int = 0

    def submit(self, count: int) -> None:
        for n in range(count):
            event = api_event("POST", "/notifications", PAYLOAD.replace("test158585", f"test{n}"), caller=PUBLISHER)
            assert receiver.handler(event, Context())["body"] == "success"
        self.api_requests += count
        self.invocations += count

    def begin(self, count: int) -> None:
        """Submitted, polled a minute later, and attempted."""
        self.submit(count)
        self.move_to(now() + MINUTE)
        self.poll()
        self.work_off(deliverer.handler, "DeliveryQueue")

    def poll(self) -> None:
        assert poll()["ran"]
        self.invocations += 1

    def work_off(self, handler: Any, queue: str) -> None:
        """Everything that is visible, a batch at a time."""
        while self.aws.invoke(handler, queue) is not None:
            self.invocations += 1
            self.poller_requests += 2

    def next_attempt(self) -> None:
        """The clock goes on to where all are due, over the poll before it where they are parked."""
        due_at = max(one.due_at or 0 for one in self.all())
        if self.all()[0].lane is Lane.PARKED:
            self.move_to(due_at - 4 * MINUTE)
            self.poll()
        self.move_to(due_at + SECOND)
        self.work_off(deliverer.handler, "DeliveryQueue")

    def move_to(self, moment: int) -> None:
        self.clock.move_to((moment + 0.5) / SECOND)

    def all(self) -> list[Notification]:
        return [from_item(item) for item in self.aws.items("NotificationTable")]

    def cost(self) -> dict[str, float]:
        """For one notification."""
        total = {
            "API requests": self.api_requests,
            "Lambda invocations": self.invocations,
            "SQS requests": self.poller_requests + sum(self.meter.requests("sqs").values()) - self.depth_questions(),
            "DynamoDB writes": sum(call.resource == "NotificationTable" for call in self.meter.writes()),
            "write units": sum(self.meter.write_units("NotificationTable").values()),
            "read units": self.meter.read_units("PartnerTable"),
        }
        return {name: count / self.api_requests for name, count in total.items()}

    def depth_questions(self) -> int:
        """A poll asks once how deep the queue is, before it rescues."""
        return self.meter.requests("sqs").get("GetQueueAttributes", 0)


@pytest.fixture
def poster(monkeypatch: pytest.MonkeyPatch) -> Poster:
    return employed(monkeypatch)


@pytest.fixture
def journey(aws: Aws) -> Iterator[Journey]:
    with time_machine.travel(NOON / SECOND, tick=False) as clock:
        registered(a_partner())
        yield Journey(aws, Meter(aws), clock)


def show(capsys: pytest.CaptureFixture[str], title: str, cost: dict[str, float]) -> None:
    show_figure(capsys, f"{title}: " + ", ".join(f"{count:g} {name}" for name, count in cost.items()))


@pytest.mark.usefixtures("poster")
def test_delivered_at_the_first_attempt_takes_six_write_units_and_stays_within_the_budget(
    journey: Journey, capsys: pytest.CaptureFixture[str]
) -> None:
    journey.begin(MANY)
    assert {one.state for one in journey.all()} == {State.DELIVERED}
    show(capsys, "delivered at the first attempt", cost := journey.cost())
    # The list by partner and time takes one unit when the notification is stored, and none ever after.
    assert journey.meter.write_units("NotificationTable") == {"table": 3 * MANY, "due": 2 * MANY, "acceptance": MANY}
    assert (cost["write units"], cost["DynamoDB writes"], cost["API requests"]) == (6, 3, 1)
    assert cost["Lambda invocations"] <= 1.2
    assert cost["SQS requests"] <= 0.4


def test_a_retry_takes_a_claim_a_settle_and_a_message_more(
    journey: Journey, poster: Poster, capsys: pytest.CaptureFixture[str]
) -> None:
    poster.refuses()
    journey.begin(SOME)
    poster.answering = Poster.answering
    journey.next_attempt()
    assert {one.state for one in journey.all()} == {State.DELIVERED}
    show(capsys, "delivered at the second attempt", cost := journey.cost())
    assert cost["write units"] <= 6 + 4  # claim 1, settle 1, the index entry's delete and put 2
    assert cost["Lambda invocations"] <= 1.2 + 0.1
    assert cost["SQS requests"] <= 0.8 + 0.2 + 1  # each failure sends its next message by itself


def test_a_ladder_that_is_exhausted_takes_as_much_for_each_rung(
    journey: Journey, poster: Poster, capsys: pytest.CaptureFixture[str]
) -> None:
    poster.refuses()
    journey.begin(FEW)
    while journey.all()[0].state is State.WAITING:
        journey.next_attempt()
    journey.work_off(dead_letter.handler, "DeadLetterQueue")
    journey.move_to(now() + HOUR)
    journey.poll()
    journey.work_off(dead_letter.handler, "DeadLetterQueue")
    assert {(one.state, one.logged, one.lane) for one in journey.all()} == {(State.FAILED, 11, None)}
    show(capsys, "exhausted after eleven attempts, and told", cost := journey.cost())
    assert cost["DynamoDB writes"] == 1 + 2 * 11 + 1  # stored; claimed and settled eleven times; its alert assured
    assert cost["write units"] <= 71  # as before the list by partner and time: reasons as codes take less room
    assert cost["SQS requests"] <= 13
