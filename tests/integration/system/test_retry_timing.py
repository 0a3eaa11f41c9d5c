"""The real ladder from its first attempt to its dead letter, 52 hours of it, with polls at any second of their minute.

Once against moto, with the template's tables and queues and the three functions as they are, and with few of the polls
that find nothing due; then in memory, with all polls, for many notifications, durations and times between polls.
"""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import accumulate, count, pairwise
from random import Random
from typing import Any

import pytest
import time_machine
from moto.sqs.models import sqs_backends

from dead_letter import app as dead_letter
from deliverer import app as deliverer
from deliverer import dependencies
from deliverer.delivery import Delivery
from deliverer.putting_off import PuttingOff
from deliverer.receipt import Receipt
from deliverer.settlement import Settlement
from dispatcher import backlog, run_window
from dispatcher.due import due_poll
from dispatcher.due.due_poll import Poll
from dispatcher.run_window import RunWindow
from herald.domain.attempt import Outcome
from herald.domain.clock import HOUR, MINUTE, SECOND, now
from herald.domain.ladder import DEFAULT_LADDER
from herald.domain.notification import Lane, Notification, receive
from herald.domain.partner import Partner
from herald.domain.transitions import State
from herald.messaging import sqs
from herald.messaging.delivery_queue import DeliveryMessage
from herald.store.encryption.partner_secrets import DecryptedSecrets
from herald.store.items import notification_item
from tests.support.aws.aws_stack import REGION, Aws
from tests.support.factories import NOON, PAYLOAD, SECRET, a_partner, an_id
from tests.support.fake_limits import memory_limits
from tests.support.fake_store import MemoryCursors, MemoryDueIndex, MemoryQueue, MemoryTable
from tests.support.functions.dispatcher import current, poll, registered, stands
from tests.support.functions.no_breakers import no_breakers
from tests.support.time_simulation import AtOnce, RefusingPartner, Simulation

WAITS = [3, 6, 12, 24, 48, 96, 192, 384, 768, 1536]  # minutes: docs/architecture.md, "Rules of the partner manual"
BY_MESSAGE, PARKED = [Lane.SENT] * 3, [Lane.PARKED] * 7
SUBMITTED_WITHIN = 20 * MINUTE
END = NOON + 53 * HOUR  # 51 h 09 m of waits, eleven attempts, and the hour until the second alert

type Needed = Callable[[int], bool]


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[time_machine.Traveller]:
    # Shards share nothing, and with one of them, and no thread, the polls of two days are over in seconds.
    for module in (notification_item, due_poll, backlog):
        monkeypatch.setattr(module, "SHARDS", 1)
    monkeypatch.setattr(run_window, "ThreadPoolExecutor", AtOnce)
    with time_machine.travel(NOON / SECOND, tick=False) as traveller:
        yield traveller


@dataclass
class RealStage:
    """The template's resources in moto, and the functions' own handlers."""

    aws: Aws
    lanes: dict[str, list[Lane | None]] = field(default_factory=dict)  # in which each attempt left its notification

    def poll(self) -> None:
        assert poll()["ran"]

    def next_message(self) -> int | None:
        queues = sqs_backends["123456789012"][REGION]
        waiting = queues.get_queue("DeliveryQueue")._messages
        return min((int(max(one.delayed_until, one.visible_at)) for one in waiting), default=None)

    def receive(self) -> list[Callable[[], Awaitable[None]]]:
        return [partial(self._deliver, record) for record in self.aws.all_records("DeliveryQueue")]

    async def _deliver(self, record: dict[str, Any]) -> None:
        assert await deliverer.deliver(record)
        self.aws.sqs.delete_message(QueueUrl=self.aws.refs["DeliveryQueue"], ReceiptHandle=record["receiptHandle"])
        message = DeliveryMessage.parse(record["body"])
        self.lanes.setdefault(str(message.id), []).append(current(message.id).lane)

    def tell(self) -> None:
        self.aws.drain(dead_letter.handler, "DeadLetterQueue")


@dataclass
class MemoryStage:
    """The same code on tables and queues in memory."""

    every: int  # minutes
    table: MemoryTable = field(default_factory=MemoryTable)
    queue: MemoryQueue = field(default_factory=MemoryQueue)
    dead_letters: MemoryQueue = field(default_factory=MemoryQueue)
    cursors: MemoryCursors = field(default_factory=MemoryCursors)
    delivery: Delivery = field(init=False)

    def employ(self, poster: RefusingPartner) -> None:
        settlement = Settlement(
            notifications=self.table, queue=self.queue, dead_letters=self.dead_letters, retention_days=90
        )
        self.delivery = Delivery(
            notifications=self.table,
            partners=self,
            secrets=self,
            queue=self.queue,
            poster=poster,
            settlement=settlement,
            limits=memory_limits(),
            putting_off=PuttingOff(self.table, self.queue),
            ladder=DEFAULT_LADDER,
            new_claim_id=map(str, count()).__next__,
            **no_breakers(self.queue),
        )

    def add(self, notification: Notification) -> None:
        assert self.table.add(notification, now())

    def get(self, _partner_id: int) -> Partner:
        return a_partner()

    def get_cached(self, partner_id: int, _now: int) -> Partner:
        return self.get(partner_id)

    def get_and_cache(self, partner_id: int, _now: int) -> Partner:
        return self.get(partner_id)

    def of(self, partner: Partner, _now: int) -> DecryptedSecrets:
        return DecryptedSecrets(version=partner.version, signs=((SECRET, None),), headers={})

    def poll(self) -> None:
        window = RunWindow(began_at=now(), ends_at=now() + MINUTE, every=self.every * MINUTE)
        index = MemoryDueIndex(self.table)
        one = Poll(index=index, cursors=self.cursors, queue=self.queue, dead_letters=self.dead_letters, window=window)
        for step in (one.send_parked, one.send_new, one.rescue):
            assert step().finished

    def next_message(self) -> int | None:
        return min((message.visible_at for message in self.queue.messages.values()), default=None)

    def receive(self) -> list[Callable[[], Awaitable[None]]]:
        return [partial(self._deliver, receipt) for receipt in self.queue.visible()]

    async def _deliver(self, receipt: str) -> None:
        await self.delivery.deliver(self.queue.receive(receipt), Receipt(receipt))
        self.queue.delete(receipt)

    def tell(self) -> None:
        pass


def schedule_polls(
    simulation: Simulation, stage: RealStage | MemoryStage, every: int, random: Random, needed: Needed = lambda _: True
) -> None:
    """A poll each `every` minutes, at any moment of its minute; once an hour where it is not `needed`."""
    for minute in range(NOON, END, every * MINUTE):
        if needed(minute) or minute % HOUR == 0:
            simulation.at(minute + random.randrange(MINUTE), stage.poll)


def something_is_due(minute: int) -> bool:
    """Whether an attempt or an alert may be due within half an hour of this minute."""
    return minute > NOON + sum(WAITS) * MINUTE - HOUR or any(
        -HOUR // 2 <= minute - (NOON + due * MINUTE) <= SUBMITTED_WITHIN + HOUR // 2
        for due in accumulate(WAITS, initial=0)
    )


def check_times(attempts: list[Outcome], accepted_at: int, every: int) -> None:
    """Eleven attempts, each a wait of the ladder after the end of the one before."""
    assert len(attempts) == 11
    assert 0 <= attempts[0].at - accepted_at <= (every + 1) * MINUTE
    for (before, after), wait in zip(pairwise(attempts), WAITS, strict=True):
        assert 0 <= after.at - (before.ended_at + wait * MINUTE) <= SECOND


def submit(store: Callable[[Notification], None], n: int) -> None:
    store(receive(an_id(n), PAYLOAD, now(), at_once=False))


def test_the_real_ladder_makes_eleven_attempts_each_at_its_second_and_then_an_alert(
    aws: Aws, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    random = Random(158585)  # noqa: S311 - to be repeated, not to be secret
    simulation, stage = Simulation(clock), RealStage(aws)
    partner = RefusingPartner(simulation, lambda: random.randrange(20, 10_000))
    monkeypatch.setattr(dependencies, "webhook_client", lambda: partner)
    registered(a_partner())
    asked = listen_to_sends()
    submitted = {n: NOON + random.randrange(SUBMITTED_WITHIN) for n in range(6)}
    for n, moment in submitted.items():
        simulation.at(moment, partial(submit, stands, n))
    schedule_polls(simulation, stage, 5, random, something_is_due)
    simulation.run(stage, END)
    for n, moment in submitted.items():
        check_times(partner.attempts[str(an_id(n))], moment, 5)
        assert stage.lanes[str(an_id(n))] == [*BY_MESSAGE, *PARKED, Lane.ALERT]
        ended = current(an_id(n))
        assert (ended.state, ended.attempt, ended.logged, ended.lane) == (State.FAILED, 11, 11, None)
    assert all(0 <= delay <= 900 for delay in asked)
    assert len(asked) == 6 * 11  # one message for each attempt
    assert [alert["subject"] for alert in aws.alerts()] == [
        "Herald: 1 failed for partner 3528",
        "Herald: 6 failed for partner 3528",  # the others, at the end of the hour
    ]


@pytest.mark.parametrize("every", [1, 7, 13])
def test_each_attempt_comes_at_its_second_whatever_the_polls_and_the_partners_do(
    clock: time_machine.Traveller, every: int
) -> None:
    random = Random(every)  # noqa: S311 - likewise
    simulation, stage = Simulation(clock), MemoryStage(every)
    partner = RefusingPartner(simulation, lambda: random.choice((1, 40, 999, 1000, 9_999, 15_000)))
    stage.employ(partner)
    submitted = {n: NOON + random.randrange(SUBMITTED_WITHIN) for n in range(8)}
    for n, moment in submitted.items():
        simulation.at(moment, partial(submit, stage.add, n))
    schedule_polls(simulation, stage, every, random)
    simulation.run(stage, END)
    for n, moment in submitted.items():
        check_times(partner.attempts[str(an_id(n))], moment, every)
    assert {one.state for one in stage.table} == {State.FAILED}
    assert len(stage.dead_letters.messages) == 8


def listen_to_sends() -> list[int]:
    """The delays (s) of all messages that the functions send to a queue from now on."""
    asked: list[int] = []

    def sent(params: dict[str, Any], **_: Any) -> None:
        if params["QueueUrl"].endswith("/DeliveryQueue"):
            asked.extend(entry["DelaySeconds"] for entry in params["Entries"])

    sqs.client().meta.events.register("before-parameter-build.sqs.SendMessageBatch", sent)
    return asked


def test_the_waits_are_the_manuals() -> None:
    assert [wait // MINUTE for wait in DEFAULT_LADDER.waits] == WAITS
    assert sum(WAITS) == 51 * 60 + 9
