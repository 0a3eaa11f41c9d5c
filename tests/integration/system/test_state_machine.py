"""What is never true of a notification, for events in any order (docs/architecture.md, "States").

Deliverers, polls, operators and the dead-letter function work on one table and one queue in memory (held to the real
ones by test_fake_store.py); messages are lost, repeated and late; processes stop anywhere; responses get lost.
"""

from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import count
from os import environ
from types import SimpleNamespace
from typing import override

import pytest
import time_machine
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from dead_letter.failure_record import FailureRecorder
from deliverer.attempt_log import MAX_CLAIMS, attempt_of, our_fault
from deliverer.delivery import Delivery
from deliverer.partner_limits import NotYet
from deliverer.putting_off import PuttingOff
from deliverer.receipt import MessageReleased, Receipt
from deliverer.settlement import Settlement
from dispatcher.due import due_poll
from dispatcher.due.due_poll import Poll
from dispatcher.partner_tasks import PartnerTasks
from dispatcher.run_window import RunWindow
from herald.domain.attempt import Outcome
from herald.domain.clock import HOUR, MINUTE, SECOND, now
from herald.domain.decisions.decisions import close, delete_content, redrive
from herald.domain.decisions.deletion import ContentDeleted, content_left
from herald.domain.ladder import Ladder
from herald.domain.notification import Notification, receive
from herald.domain.notification_id import NotificationId
from herald.domain.partner import Partner, ReviewState
from herald.domain.transitions import Action, State, TransitionRefused
from herald.messaging.dead_letter_queue import DeadLetterMessage
from herald.messaging.delivery_queue import DeliveryMessage
from herald.messaging.sqs import QueueUnavailable
from herald.store.dynamodb import TableUnavailable
from herald.store.encryption.partner_secrets import DecryptedSecrets
from herald.store.items.notification_item import shard_of
from herald.store.notification_table import NotificationConflict
from tests.support.factories import NOON, PAYLOAD, SECRET, a_partner, an_id, an_outcome
from tests.support.fake_limits import memory_limits
from tests.support.fake_store import MemoryAttentionIndex, MemoryCursors, MemoryDueIndex, MemoryQueue
from tests.support.functions.no_breakers import no_breakers
from tests.support.functions.watched_table import CLOSED, Stopped, UnreliableTable, WatchedTable
from tools.audit.invariants import broken_rules

LADDER = Ladder.parse("1s 3m 20m")  # a wait at once, one by message, one parked
EVERY = 5 * MINUTE
ONE = next(one for one in map(an_id, count()) if shard_of(one) == 0)  # shards share nothing: one will do


@dataclass(frozen=True)
class Worker:
    """A deliverer that has claimed a notification and is about to make, or is making, its POST."""

    claimed: Notification
    message: DeliveryMessage
    receipt: str

    @property
    def claim_ends(self) -> int:
        return self.claimed.claim_until or 0


FAULTS = st.sampled_from(("none",) * 5 + ("stopped before", "stopped after", "unreachable", "answer lost", "repeated"))
# A deletion ends everything, so it is rare.
OPERATOR = st.sampled_from((*(None,) * 18, *(Action.REDRIVE, Action.RESOLVE, Action.CANCEL) * 6, Action.DELETE))
ENDS = st.sampled_from(("fails", "fails", "fails", "succeeds", "stops", "put off", "put off far"))
CHOICE = st.integers(0, 10**6)


class WhateverHappens(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.clock = time_machine.travel(NOON / SECOND, tick=False)
        self.traveller = self.clock.start()
        self.table = WatchedTable()
        self.unreliable = UnreliableTable(self.table)
        self.queue, self.dead_letters = MemoryQueue(), MemoryQueue()
        self.partner = a_partner()
        self.claim_ids = (f"c{n}" for n in count())
        self.reasons = (f"reason {n}" for n in count())  # the same one in the same millisecond is a repeated call
        self.at_work: list[Worker] = []
        self.seen: list[Notification] = []
        self.posts: Counter[int] = Counter()  # by turn
        self.delivery = self.a_delivery(self.unreliable)
        cursors, index = MemoryCursors(), MemoryDueIndex(self.table)
        self.polling = SimpleNamespace(cursors=cursors, index=index)

    def a_delivery(self, table: UnreliableTable) -> Delivery:
        settlement = Settlement(
            notifications=table, queue=self.queue, dead_letters=self.dead_letters, retention_days=90
        )
        return Delivery(
            notifications=table,
            partners=self,
            secrets=self,
            queue=self.queue,
            poster=self,
            settlement=settlement,
            limits=memory_limits(),
            putting_off=PuttingOff(table, self.queue),
            ladder=LADDER,
            new_claim_id=lambda: next(self.claim_ids),
            **no_breakers(self.queue),
        )

    @override
    def teardown(self) -> None:
        try:
            self.everything_comes_to_an_end()
        finally:
            self.clock.stop()

    # ── What the parts ask of each other ──

    def get(self, _partner_id: int) -> Partner:
        return self.partner

    def get_cached(self, partner_id: int, _now: int) -> Partner:
        return self.get(partner_id)

    def get_and_cache(self, partner_id: int, _now: int) -> Partner:
        return self.get(partner_id)

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

    def record_failure(self, failed: NotificationId, _failed_at: int) -> bool:
        assert failed == ONE
        return True

    # ── What happens ──

    @initialize(at_once=st.booleans())
    def received(self, at_once: bool) -> None:  # noqa: FBT001 - hypothesis calls it by name
        new = receive(ONE, PAYLOAD, now(), at_once=at_once)
        assert self.table.add(new, now())
        if at_once:
            self.queue.send([new.due], now())

    @rule(seconds=st.sampled_from((0.001, 1, 60, 180, 1200)))
    def time_passes(self, seconds: float) -> None:
        self.traveller.shift(seconds)

    @rule(fault=FAULTS)
    def polled(self, fault: str) -> None:
        self.queue.out_of_reach = fault == "unreachable"
        self.unreliable.fault = fault
        with suppress(Stopped, TableUnavailable, QueueUnavailable, BaseExceptionGroup):
            self.poll()
        self.queue.out_of_reach, self.unreliable.fault = False, "none"
        self.tell_dead_letters()

    @rule(choice=CHOICE, fault=FAULTS, then=OPERATOR)
    def message_received(self, choice: int, fault: str, then: Action | None) -> None:
        visible = self.wait_for_messages()
        self.unreliable.between = lambda: self.act(self.one(), then)
        for receipt in visible[choice % len(visible) :][:1] if visible else ():
            self.unreliable.fault = fault
            self.claim(self.queue.receive(receipt), receipt)

    @precondition(lambda self: self.at_work)
    @rule()
    def taken_over(self) -> None:
        """A minute later somebody is still at it, and its message comes once more."""
        self.traveller.shift(60)
        self.claim(self.at_work[-1].message, self.at_work[-1].receipt)

    @precondition(lambda self: self.at_work)
    @rule(which=CHOICE, how=ENDS, fault=FAULTS, then=OPERATOR, lost=st.booleans())
    def ended(self, which: int, how: str, fault: str, then: Action | None, lost: bool) -> None:  # noqa: FBT001 - as above
        worker = self.at_work.pop(which % len(self.at_work))
        self.unreliable.fault, self.queue.out_of_reach = fault, lost
        self.unreliable.between = lambda: self.act(self.one(), then)
        with suppress(Stopped, TableUnavailable, MessageReleased):
            self.end(worker, how)
            self.queue.delete(worker.receipt)
        self.unreliable.fault, self.queue.out_of_reach = "none", False

    @precondition(lambda self: self.queue.messages)
    @rule(choice=CHOICE, lost=st.booleans())
    def message_lost_or_delivered_twice(self, choice: int, lost: bool) -> None:  # noqa: FBT001 - as above
        receipts = list(self.queue.messages)
        receipt = receipts[choice % len(receipts)]
        if lost:
            self.queue.delete(receipt)
        elif self.queue.messages[receipt].received:
            self.queue.messages[receipt].visible_at = now()

    @rule(action=OPERATOR, ago=st.sampled_from((0, 0, 1, 2, 5)))
    def acted(self, action: Action | None, ago: int) -> None:
        """On what stands there, or on what stood there a while ago."""
        view, turn = self.seen[-1 - min(ago, len(self.seen) - 1)], self.one().turn
        changed = self.act(view, action)
        assert changed is None or changed == (turn == view.turn)

    @rule(state=st.sampled_from((ReviewState.SUSPENDED, ReviewState.ACTIVE)))
    def reviewed(self, state: ReviewState) -> None:
        self.partner = replace(self.partner, state=state)

    # ── What must be true ──

    @invariant()
    def somebody_looks(self) -> None:
        self.seen += list(self.table)

    @invariant()
    def it_is_what_its_state_says(self) -> None:
        assert all(broken_rules(one) == [] for one in self.table)

    @invariant()
    def one_ladder_at_once(self) -> None:
        live = [worker for worker in self.at_work if worker.claim_ends > now()]
        assert len(live) <= 1

    @invariant()
    def no_turn_is_attempted_more_than_three_times(self) -> None:
        assert all(times <= 3 for times in self.posts.values())

    @invariant()
    def nothing_brings_back_what_was_deleted(self) -> None:
        if any(one.deleted_at is not None for one in self.seen):
            left = self.one()
            assert (left.payload, left.attempts) == (content_left(ONE, PAYLOAD), ())
            assert left.state in CLOSED

    def everything_comes_to_an_end(self) -> None:
        """From here on nothing goes wrong: what waits is delivered, what failed is told, nothing is forgotten."""
        self.partner = replace(self.partner, state=ReviewState.ACTIVE)
        self.queue.out_of_reach = False
        for _ in range(2 * HOUR // EVERY):
            self.traveller.shift(EVERY / SECOND)
            self.at_work = []
            self.poll()
            self.tell_dead_letters()
            for receipt in self.queue.visible():
                worker = self.claim(self.queue.receive(receipt), receipt)
                if worker is not None:
                    self.end(worker, "succeeds")
                    self.queue.delete(receipt)
        one = self.one()
        assert one.state in {State.DELIVERED, State.FAILED, State.RESOLVED, State.CANCELLED}
        assert one.lane is None

    # ── How the parts are called ──

    def poll(self) -> None:
        window = RunWindow(began_at=now(), ends_at=now() + MINUTE, every=EVERY)
        poll = Poll(
            index=self.polling.index,
            cursors=self.polling.cursors,
            queue=self.queue,
            dead_letters=self.dead_letters,
            window=window,
        )
        partner_tasks = PartnerTasks(
            notifications=self.unreliable,
            attention=MemoryAttentionIndex(self.table),
            queue=self.queue,
            dead_letters=self.dead_letters,
            window=window,
        )
        poll.send_parked()
        poll.send_new()
        poll.send_alerts()
        poll.rescue()
        partner_tasks.release([self.partner])

    def wait_for_messages(self) -> list[str]:
        """Until some are visible; whatever is closed is redriven, or nothing would ever happen again."""
        if self.one().state in CLOSED:
            self.act(self.one(), Action.REDRIVE)
        for _ in range(4):
            if self.queue.visible():
                break
            self.poll()
            soonest = min((one.visible_at for one in self.queue.messages.values()), default=now() + EVERY)
            self.traveller.shift(min(EVERY, max(0, soonest - now())) / SECOND)
        return self.queue.visible()

    def claim(self, message: DeliveryMessage, receipt: str) -> Worker | None:
        claim_id = next(self.claim_ids)
        try:
            claimed = self.delivery._claim(message, claim_id, Receipt(receipt))
        except (Stopped, TableUnavailable, MessageReleased):
            return None
        finally:
            self.unreliable.fault = "none"
        if claimed is None:
            self.queue.delete(receipt)
            return None
        self.about_to_post(claimed, message)
        worker = Worker(claimed, message, receipt)
        self.at_work.append(worker)
        return worker

    def about_to_post(self, claimed: Notification, message: DeliveryMessage) -> None:
        """Only what waits, and is due, in the turn that the message names, and not yet three times."""
        current = self.one()
        assert (current.state, current.turn, current.claim_id) == (State.WAITING, message.turn, claimed.claim_id)
        assert (current.due_at or 0) <= now()
        if claimed.claims <= MAX_CLAIMS:
            self.posts[claimed.turn] += 1

    def end(self, worker: Worker, how: str) -> None:
        """How a deliverer goes on after its claim."""
        one = worker.claimed
        if how == "stops":
            raise Stopped
        if one.claims > MAX_CLAIMS:
            outcome = our_fault(now())
        elif not self.partner.may_receive:
            self.delivery._hold(one, self.partner)
            return
        elif how.startswith("put off"):
            self.posts[one.turn] -= 1  # no POST was made
            later = now() + (20 * MINUTE if how == "put off far" else 5 * SECOND)
            received = self.queue.messages[worker.receipt].received if worker.receipt in self.queue.messages else 1
            self.delivery.putting_off.put_off(one, NotYet(later, later), Receipt(worker.receipt, max(1, received)))
            return
        else:
            outcome = an_outcome(success=how == "succeeds", at=now() - 40)
        self.delivery.settlement.settle_once(one, attempt_of(one, one.claim_id or "", outcome), LADDER, now())

    def act(self, view: Notification, action: Action | None) -> bool | None:
        """Whether it took effect; None where the state does not allow it, or nobody does anything."""
        if action is None:
            return None
        by, reason = "alice", next(self.reasons)
        try:
            if action is Action.REDRIVE:
                after = redrive(view, by, reason, now())
            elif action is Action.DELETE:
                after = delete_content(view, by, reason, now(), 90)
            else:
                after = close(view, action, by, reason, now(), 90)
            self.table.save(view, after)
        except (TransitionRefused, ContentDeleted):
            return None
        except NotificationConflict:
            return False
        if action is Action.REDRIVE:
            with suppress(QueueUnavailable):  # as the operator's API: the poll's rescue sends it
                self.queue.send([after.due], now())
        return True

    def one(self) -> Notification:
        """How it stands now. It is never gone."""
        found = self.table.get(ONE, now())
        assert found is not None
        return found

    def tell_dead_letters(self) -> None:
        recorder = FailureRecorder(notifications=self.table, alerts=self)
        for receipt in self.dead_letters.visible():
            content = self.dead_letters.receive(receipt)
            recorder.record_failure(DeadLetterMessage(content.id.partner_id, content.id, content.turn))
            self.dead_letters.delete(receipt)


@pytest.fixture(autouse=True)
def _one_shard(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(due_poll, "SHARDS", 1)


TestWhateverHappens = pytest.mark.usefixtures("_one_shard")(WhateverHappens.TestCase)
TestWhateverHappens.settings = settings(
    max_examples=int(environ.get("HERALD_SEARCH", "150")),
    stateful_step_count=40,
    deadline=None,
)
