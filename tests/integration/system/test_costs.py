"""What a notification costs in requests and capacity units, counted at the functions' own clients.

Many notifications travel together, in the deliverer's batches of ten. Lambda's poller receives a batch by one
request and deletes it by another; a poll sends what is due shard by shard, ten at a time. The polls' own reads and
their bookkeeping are left out: they come every five minutes, however many notifications there are.
"""

import io
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import time_machine

from dead_letter import app as dead_letter
from deliverer import app as deliverer
from herald.domain.clock import HOUR, MINUTE, SECOND, now
from herald.domain.notification import Lane, Notification
from herald.domain.transitions import State
from herald.runtime.logging import logger
from herald.store.items.notification_item import from_item
from receiver import app as receiver
from tests.support.aws.aws_stack import Aws, Context
from tests.support.docs.cost_table import WAYS, Counted, cells, number, quantities
from tests.support.docs.log_bytes import OVERHEAD, TRACE, access_log_line
from tests.support.factories import NOON, PAYLOAD, a_partner
from tests.support.functions.deliverer import Poster, employed
from tests.support.functions.dispatcher import poll, registered
from tests.support.http.http_events import api_event
from tests.support.report import show_figure
from tests.support.request_counter import Meter

COSTS_OF_A_MILLION = "| A million notifications |"
MANY, SOME, FEW = 100, 20, 10  # so many go together; fewer where eleven attempts of each take moto its time
PUBLISHER = {"role": "publisher", "name": "shop"}


@dataclass
class Journey:
    """The notifications on their way, and what that has cost so far."""

    aws: Aws
    meter: Meter
    clock: time_machine.Traveller
    api_requests: int = 0
    submitted: int = 0
    log: io.StringIO = field(default_factory=io.StringIO)
    invocations: Counter[str] = field(default_factory=Counter)  # by function
    poller_requests: int = 0

    def submit(self, count: int) -> None:
        for n in range(count):
            event = api_event("POST", "/notifications", PAYLOAD.replace("test158585", f"test{n}"), caller=PUBLISHER)
            assert receiver.handler(event, Context())["body"] == "success"
        self.submitted += count
        self.api_requests += count
        self.invocations["receiver"] += count

    def submit_batch(self, count: int) -> None:
        texts = [PAYLOAD.replace("test158585", f"test{n}") for n in range(count)]
        event = api_event("POST", "/notifications/batch", f"[{','.join(texts)}]", caller=PUBLISHER)
        results = json.loads(receiver.handler(event, Context())["body"])["results"]
        assert [one["describe"] for one in results] == ["success"] * count
        self.submitted += count
        self.api_requests += 1
        self.invocations["receiver, batch"] += 1

    def begin(self, count: int, *, by_batch: bool = False) -> None:
        """Submitted, polled a minute later, and attempted."""
        if by_batch:
            self.submit_batch(count)
        else:
            self.submit(count)
        self.move_to(now() + MINUTE)
        self.poll()
        self.work_off(deliverer.handler, "DeliveryQueue")

    def exhaust(self, count: int) -> None:
        """To the end of the ladder, and alerted."""
        self.begin(count)
        while self.all()[0].state is State.WAITING:
            self.next_attempt()
        self.work_off(dead_letter.handler, "DeadLetterQueue")
        self.move_to(now() + HOUR)
        self.poll()
        self.work_off(dead_letter.handler, "DeadLetterQueue")

    def poll(self) -> None:
        assert poll()["ran"]
        self.invocations["dispatcher"] += 1

    def work_off(self, handler: Any, queue: str) -> None:
        """Everything that is visible, a batch at a time."""
        while self.aws.invoke(handler, queue) is not None:
            self.invocations[handler.__module__.partition(".")[0]] += 1
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
            "Lambda invocations": self.invocations.total(),
            "SQS requests": self.poller_requests + sum(self.meter.requests("sqs").values()) - self.depth_questions(),
            "DynamoDB writes": sum(call.resource == "NotificationTable" for call in self.meter.writes()),
            "write units": sum(self.meter.write_units("NotificationTable").values()),
            "read units": self.meter.read_units("PartnerTable"),
        }
        return {name: count / self.submitted for name, count in total.items()}

    def counted(self, printed: str) -> Counted:
        """For one notification, without the polls' own invocations: those come whatever there is to do."""
        of_one, each = self.cost(), 1 / self.submitted
        lines = [*self.log.getvalue().splitlines(), *printed.splitlines(), *[access_log_line()] * self.api_requests]
        return Counted(
            api_requests=of_one["API requests"],
            invocations={name: count * each for name, count in self.invocations.items() if name != "dispatcher"},
            polls=self.invocations["dispatcher"],
            write_units=self.written("NotificationTable", "PartnerTable") * each,
            read_units=of_one["read units"],
            sqs_requests=of_one["SQS requests"],
            log_bytes=sum(len(line.encode()) + OVERHEAD for line in lines) * each,
        )

    def written(self, *tables: str) -> int:
        """The write units of these tables, their indexes included."""
        return sum(sum(call.write_units.values()) for call in self.meter.writes() if call.resource in tables)

    def depth_questions(self) -> int:
        """A poll asks once how deep the queue is, before it rescues."""
        return self.meter.requests("sqs").get("GetQueueAttributes", 0)


@pytest.fixture
def poster(monkeypatch: pytest.MonkeyPatch) -> Poster:
    return employed(monkeypatch)


@pytest.fixture
def journey(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> Iterator[Journey]:
    with time_machine.travel(NOON / SECOND, tick=False) as clock:
        registered(a_partner())
        journey = Journey(aws, Meter(aws), clock)
        monkeypatch.setattr(logger.registered_handler, "stream", journey.log)
        monkeypatch.setenv("_X_AMZN_TRACE_ID", TRACE)
        yield journey


def assert_told(journey: Journey, capsys: pytest.CaptureFixture[str], way: str) -> None:
    """docs/costs.md reckons with what was counted."""
    counted = quantities(journey.counted(capsys.readouterr().out))
    table, column = cells(COSTS_OF_A_MILLION), 1 + WAYS.index(way)
    told = {name: number(row[column]) for name, row in table.items() if name in counted and row[column]}
    # Attempts of one batch read a partner at the same moment, or one after the other from the cache.
    near = {name: 0.6 if name == "Reads" else 0.05 for name in told}
    assert told == {name: pytest.approx(counted[name], rel=near[name], abs=0.0006) for name in told}
    assert len(told) == len(counted) - 1  # all but the writes by provisioned capacity


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
    assert_told(journey, capsys, "at once")


@pytest.mark.usefixtures("poster")
def test_a_batch_saves_requests_and_no_write(journey: Journey, capsys: pytest.CaptureFixture[str]) -> None:
    journey.begin(MANY, by_batch=True)
    assert {one.state for one in journey.all()} == {State.DELIVERED}
    show(capsys, "delivered at the first attempt, by batch", cost := journey.cost())
    assert (cost["write units"], cost["DynamoDB writes"], cost["API requests"]) == (6, 3, 1 / MANY)
    assert cost["Lambda invocations"] <= 0.2
    assert cost["SQS requests"] <= 0.4
    assert_told(journey, capsys, "by batch")


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
    assert_told(journey, capsys, "one retry")


def test_a_ladder_that_is_exhausted_takes_as_much_for_each_rung(
    journey: Journey, poster: Poster, capsys: pytest.CaptureFixture[str]
) -> None:
    poster.refuses()
    journey.exhaust(FEW)
    assert {(one.state, one.logged, one.lane) for one in journey.all()} == {(State.FAILED, 11, None)}
    show(capsys, "exhausted after eleven attempts, and told", cost := journey.cost())
    assert cost["DynamoDB writes"] == 1 + 2 * 11 + 1  # stored; claimed and settled eleven times; its alert assured
    assert cost["write units"] <= 71  # as before the list by partner and time: reasons as codes take less room
    assert cost["SQS requests"] <= 13
    assert_told(journey, capsys, "exhausted")
