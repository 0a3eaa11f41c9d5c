"""What is never true of the notifications of a partner with a breaker, for events in any order.

Deliverers, polls, recoveries and operators work on one table, one partner and one queue in memory, held to the real
ones by test_fake_store.py and test_fake_breakers.py. The partner's server fails, answers and flaps; processes stop
anywhere. docs/decisions.md, "The breaker", says what is meant to happen.
"""

from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from itertools import count, islice
from os import environ
from typing import Any, override

import pytest
import time_machine
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from deliverer.attempt_log import MAX_CLAIMS, attempt_of, our_fault
from deliverer.breakers.breaker_gate import BreakerGate, Permit
from deliverer.breakers.breaker_report import BreakerReport
from deliverer.delivery import Delivery
from deliverer.putting_off import PuttingOff
from deliverer.receipt import MessageReleased, Receipt
from deliverer.settlement import Settlement
from dispatcher.breakers import overdue
from dispatcher.breakers.breaker_tasks import BreakerTasks
from dispatcher.breakers.held_partners import read_held_partners
from dispatcher.breakers.overdue import collect_overdue
from dispatcher.due import due_poll
from dispatcher.due.due_poll import Poll
from dispatcher.partner_tasks import PartnerTasks
from dispatcher.run_window import RunWindow
from herald.domain.attempt import Outcome
from herald.domain.breakers import breaker as breaker_domain
from herald.domain.breakers.partner_breaker import ask_for_probe, close_breaker_by
from herald.domain.clock import HOUR, MINUTE, SECOND, now
from herald.domain.decisions.decisions import close, redrive
from herald.domain.ladder import Ladder
from herald.domain.notification import Notification, receive
from herald.domain.partner import Partner, ReviewRefused
from herald.domain.review.address_review import resume, suspend
from herald.domain.transitions import Action, State, TransitionRefused
from herald.messaging.delivery_queue import DeliveryMessage
from herald.store.encryption.partner_secrets import DecryptedSecrets
from herald.store.items.notification_item import shard_of
from herald.store.notification_table import NotificationConflict
from jobs import recovery_list
from jobs.bringing_forward import BringingForward
from jobs.recovery import RecoveryWorker
from jobs.recovery_list import RecoveryList
from tests.support.factories import NOON, PARTNER_ID, PAYLOAD, SECRET, a_partner, an_id, an_outcome
from tests.support.fake_breakers import MemoryPartner
from tests.support.fake_limits import MemoryLimits, memory_limits
from tests.support.fake_store import MemoryAcceptance, MemoryAttentionIndex, MemoryCursors, MemoryDueIndex, MemoryQueue
from tests.support.functions.breakers import down
from tests.support.functions.watched_table import Stopped, WatchedTable
from tools.audit.invariants import broken_rules

LADDER = Ladder.parse("1s 3m 20m")  # a wait at once, one by message, one parked
EVERY = 5 * MINUTE
THOSE = list(islice((one for one in map(an_id, count()) if shard_of(one) == 0), 4))
ENDS = st.sampled_from(("down", "down", "down", "refuses", "succeeds", "stops", "stops before it reports"))
CHOICE = st.integers(0, 10**6)


@dataclass(frozen=True)
class Worker:
    """A deliverer that has its permit and its claim, and is making its POST."""

    claimed: Notification
    permit: Permit
    receipt: str


class WhateverHappensToAServer(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.clock = time_machine.travel(NOON / SECOND, tick=False)
        self.traveller = self.clock.start()
        self.table, self.partner = WatchedTable(), MemoryPartner(a_partner())
        self.queue, self.dead_letters = MemoryQueue(), MemoryQueue()
        self.index, self.cursors = MemoryDueIndex(self.table), MemoryCursors()
        self.ids, self.reasons = (f"c{n}" for n in count()), (f"reason {n}" for n in count())
        self.at_work: list[Worker] = []
        self.posts: Counter[str] = Counter()
        self.recoveries = 0  # messages
        self.stops = False  # whether a recovery stops in its pause
        self.delivery = self.a_delivery()

    def a_delivery(self) -> Delivery:
        gate = BreakerGate(
            partners=self.partner, breakers=self.partner, queue=self.queue, new_probe_id=lambda: next(self.ids)
        )
        return Delivery(
            notifications=self.table,
            partners=self.partner,
            secrets=self,
            queue=self.queue,
            poster=self,
            settlement=Settlement(
                notifications=self.table, queue=self.queue, dead_letters=self.dead_letters, retention_days=90
            ),
            gate=gate,
            report=BreakerReport(partners=self.partner, breakers=self.partner, queue=self.queue, recoveries=self),
            limits=memory_limits(),
            putting_off=PuttingOff(self.table, self.queue),
            ladder=LADDER,
            new_claim_id=lambda: next(self.ids),
        )

    @override
    def teardown(self) -> None:
        try:
            self.everything_comes_to_an_end()
        finally:
            self.clock.stop()

    # ── What the parts ask of each other ──

    def of(self, partner: Partner, _now: int) -> DecryptedSecrets:
        return DecryptedSecrets(version=partner.version, signs=((SECRET, None),), headers={})

    async def post(
        self,
        _url: str,
        _body: bytes,
        _headers: dict[str, str],
        *,
        deadline_seconds: int | None = None,  # noqa: ARG002 - the protocol's
        internal: bool = False,  # noqa: ARG002 - the protocol's
    ) -> Outcome:
        raise AssertionError("the test decides the outcomes itself")

    def send_recovery(self, partner_id: int, _delay_seconds: int = 0) -> None:
        assert partner_id == PARTNER_ID
        self.recoveries += 1

    def pause(self, seconds: float) -> None:
        self.traveller.shift(seconds)
        if self.stops:
            raise Stopped

    # ── What happens ──

    @initialize()
    def received(self) -> None:
        for one in THOSE:
            assert self.table.add(receive(one, PAYLOAD, now(), at_once=False), now())

    @rule(seconds=st.sampled_from((1, 30, 60, 180, 1200)))
    def time_passes(self, seconds: float) -> None:
        self.traveller.shift(seconds)

    @rule()
    def polled(self) -> None:
        self.poll()

    @rule(choice=CHOICE, stops=st.booleans())
    def message_received(self, choice: int, stops: bool) -> None:  # noqa: FBT001 - hypothesis calls it by name
        visible = self.queue.visible()
        for receipt in visible[choice % len(visible) :][:1] if visible else ():
            self.begin(self.queue.receive(receipt), receipt, stops=stops)

    @precondition(lambda self: self.at_work)
    @rule(which=CHOICE, how=ENDS)
    def ended(self, which: int, how: str) -> None:
        worker = self.at_work.pop(which % len(self.at_work))
        with suppress(Stopped):
            self.end(worker, how)
            self.queue.delete(worker.receipt)

    @precondition(lambda self: self.queue.messages)
    @rule(choice=CHOICE)
    def message_lost(self, choice: int) -> None:
        receipts = list(self.queue.messages)
        self.queue.delete(receipts[choice % len(receipts)])

    @rule(which=st.sampled_from(THOSE), action=st.sampled_from((Action.REDRIVE, Action.RESOLVE, Action.CANCEL)))
    def acted(self, which: Any, action: Action) -> None:
        self.act(self.one(which), action)

    @rule(decision=st.sampled_from((suspend, resume, ask_for_probe, close_breaker_by)))
    def decided(self, decision: Any) -> None:
        before = self.partner.partner
        with suppress(ReviewRefused):
            after = decision(before, "alice", next(self.reasons), now())
            self.partner.save(before, after)
            self.recoveries += decision is close_breaker_by

    @rule()
    def server_fails(self) -> None:
        """So often that the breaker opens, with what is due now; the tests of the deliverer go there step by step."""
        for one in list(self.table):
            if one.state is State.WAITING and (one.due_at or 0) <= now():
                self.queue.send([one.due], now())
        for receipt in self.queue.visible():
            worker = self.begin(self.queue.receive(receipt), receipt, stops=False)
            if worker is not None:
                self.at_work.remove(worker)
                self.end(worker, "down")
            self.queue.delete(receipt)

    @precondition(lambda self: self.recoveries)
    @rule(stops=st.booleans(), lost=st.booleans())
    def recovered(self, stops: bool, lost: bool) -> None:  # noqa: FBT001 - as above
        self.recoveries -= 1
        self.stops = stops
        if not lost:
            with suppress(Stopped):
                self.recover()
        self.stops = False

    # ── What must be true ──

    @invariant()
    def each_is_what_its_state_says(self) -> None:
        assert all(broken_rules(one) == [] for one in self.table)

    @invariant()
    def one_probe_at_once(self) -> None:
        probing = self.partner.partner.breaker
        live = [one for one in self.at_work if one.permit.probe_id and one.permit.probe_id == probing.probe_id]
        assert len(live) <= 1

    @invariant()
    def no_rung_counts_without_an_attempt(self) -> None:
        for one in self.table:
            rungs = sum(attempt.round == one.round for attempt in one.attempts)
            assert one.attempt <= rungs + 1
            assert one.logged <= self.posts[str(one.id)]

    def everything_comes_to_an_end(self) -> None:
        """From here on the server answers: what waits is delivered, nothing is held back for ever."""
        before = self.partner.partner
        with suppress(ReviewRefused):
            self.partner.save(before, resume(before, "alice", "the end", now()))
        for _ in range(3 * HOUR // EVERY):
            self.traveller.shift(EVERY / SECOND)
            self.at_work = []
            self.poll()
            while self.recoveries:
                self.recoveries -= 1
                self.recover()
            for receipt in self.queue.visible():
                worker = self.begin(self.queue.receive(receipt), receipt, stops=False)
                if worker is not None:
                    self.end(worker, "succeeds")
                if worker is not None or receipt in self.queue.messages:
                    self.queue.delete(receipt)
        for one in self.table:
            assert one.state in {State.DELIVERED, State.FAILED, State.RESOLVED, State.CANCELLED}
        breaker = self.partner.partner.breaker
        assert breaker.recovering_since is None
        assert not breaker.is_open or breaker.probe_is_due(
            now()
        )  # nothing was left: the next notification is the probe

    # ── How the parts are called ──

    def poll(self) -> None:
        window = RunWindow(began_at=now(), ends_at=now() + MINUTE, every=EVERY)
        held = read_held_partners(lambda: [self.partner.partner])
        poll = Poll(
            index=self.index,
            cursors=self.cursors,
            queue=self.queue,
            dead_letters=self.dead_letters,
            window=window,
            held=held,
        )
        tasks = BreakerTasks(
            notifications=self.table,
            breakers=self.partner,
            queue=self.queue,
            dead_letters=self.dead_letters,
            recoveries=self,
            window=window,
        )
        poll.send_parked()
        poll.send_new()
        tasks.look_after(held, collect_overdue(self.index, held, window, LADDER))
        poll.rescue()
        self.release(window)

    def release(self, window: RunWindow) -> None:
        PartnerTasks(
            notifications=self.table,
            attention=MemoryAttentionIndex(self.table),
            queue=self.queue,
            dead_letters=self.dead_letters,
            window=window,
        ).release([self.partner.partner])

    def recover(self) -> None:
        worker = RecoveryWorker(
            partners=self.partner,
            breakers=self.partner,
            limits=MemoryLimits(),
            waiting=RecoveryList(index=self.index, acceptance=MemoryAcceptance(self.table)),
            forward=BringingForward(self.table),
            queue=self.queue,
            pause=self.pause,
        )
        worker.recover(PARTNER_ID, next(self.ids), now() + 4 * MINUTE)

    def begin(self, message: DeliveryMessage, receipt: str, *, stops: bool) -> Worker | None:
        try:
            permit = self.delivery.gate.admit(message, Receipt(receipt))
        except MessageReleased:
            return None
        if permit is None:
            self.queue.delete(receipt)
            return None
        if stops:
            return None
        claimed = self.claim(message, receipt, permit)
        if claimed is None:
            return None
        self.posts[str(claimed.id)] += 1
        worker = Worker(claimed, permit, receipt)
        self.at_work.append(worker)
        return worker

    def claim(self, message: DeliveryMessage, receipt: str, permit: Permit) -> Notification | None:
        try:
            claimed = self.delivery._claim(message, next(self.ids), Receipt(receipt))
        except MessageReleased:
            self.delivery.gate.return_permit(permit)
            return None
        if claimed is None:
            self.queue.delete(receipt)
            self.delivery.gate.return_permit(permit)
        return claimed

    def end(self, worker: Worker, how: str) -> None:
        """How a deliverer goes on after its claim."""
        one = worker.claimed
        if how == "stops":
            raise Stopped
        if one.claims > MAX_CLAIMS:
            self.settle(one, our_fault(now()))
            self.delivery.gate.return_permit(worker.permit)
            return
        if not self.partner.partner.may_receive:
            self.delivery._hold(one, self.partner.partner)
            self.delivery.gate.return_permit(worker.permit)
            return
        outcome = (
            down(at=now() - 40)
            if how.startswith(("down", "stops"))
            else an_outcome(success=how == "succeeds", at=now() - 40)
        )
        self.settle(one, outcome)
        if how == "stops before it reports":
            raise Stopped
        attempt = attempt_of(one, one.claim_id or "", outcome)
        self.delivery.report.attempted(worker.permit, one, attempt)

    def settle(self, one: Notification, outcome: Outcome) -> None:
        self.delivery.settlement.settle_once(one, attempt_of(one, one.claim_id or "", outcome), LADDER, now())

    def act(self, view: Notification, action: Action) -> None:
        by, reason = "alice", next(self.reasons)
        with suppress(TransitionRefused, NotificationConflict):
            redriven = action is Action.REDRIVE
            after = redrive(view, by, reason, now()) if redriven else close(view, action, by, reason, now(), 90)
            self.table.save(view, after)
            if redriven:
                self.queue.send([after.due], now(), asked=True)

    def one(self, which: Any) -> Notification:
        found = self.table.get(which, now())
        assert found is not None
        return found


@pytest.fixture(autouse=True)
def _one_shard_and_a_breaker_that_opens_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (due_poll, overdue, recovery_list):
        monkeypatch.setattr(module, "SHARDS", 1)
    monkeypatch.setattr(breaker_domain, "OPENS_AFTER", 3)
    monkeypatch.setattr(breaker_domain, "OPENS_OVER", 0)


TestWhateverHappensToAServer = pytest.mark.usefixtures("_one_shard_and_a_breaker_that_opens_soon")(
    WhateverHappensToAServer.TestCase
)
TestWhateverHappensToAServer.settings = settings(
    max_examples=int(environ.get("HERALD_SEARCH", "100")),
    stateful_step_count=40,
    deadline=None,
)
