"""The fake store of other tests behaves as the real table, for any sequence of calls."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from herald.domain.clock import DAY, MINUTE, SECOND
from herald.domain.decisions.decisions import close, redrive
from herald.domain.notification import Lane, Notification, hold, mark_alerted, put_off, release, settle
from herald.domain.notification_id import NotificationId
from herald.domain.transitions import Action, TransitionRefused
from herald.languages.reason import Reason
from herald.store.notification_table import NotificationConflict, NotificationTable
from tests.support.aws.aws_stack import Aws
from tests.support.factories import LADDER, NOON, a_notification, an_attempt
from tests.support.fake_store import MemoryTable

ORDERS = count()

type Step = Callable[[Notification, str, int], Notification]


def settled(*, success: bool) -> Step:
    return lambda one, claim_id, at: settle(one, an_attempt(one, claim_id, success=success, at=at), LADDER, at, 90)


def exhausted(one: Notification, claim_id: str, at: int) -> Notification:
    return settled(success=False)(replace(one, attempt=len(LADDER.waits) + 1), claim_id, at)


STEPS: list[Step] = [
    settled(success=True),
    settled(success=False),
    exhausted,
    lambda one, _, at: hold(one, Reason("held.suspended"), at),
    lambda one, _, at: release(one, at, at + SECOND),
    lambda one, _, at: redrive(one, "alice", "repaired", at),
    lambda one, _, at: close(one, Action.RESOLVE, "alice", "by telephone", at, 90),
    lambda one, _, at: (
        put_off(one, at + MINUTE, at, reserved_at=at) if one.lane else redrive(one, "alice", "again", at)
    ),
    lambda one, _, at: mark_alerted(one) if one.lane is Lane.ALERT else redrive(one, "alice", "again", at),
]


@dataclass
class Both:
    """Both tables, and every version of the notification that was read so far."""

    real: NotificationTable
    memory: MemoryTable
    id: NotificationId
    now: int = NOON
    seen: list[Notification] = field(default_factory=list)

    def ask(self, what: Callable[[Any], Any]) -> Any:
        real, memory = answer_of(what, self.real), answer_of(what, self.memory)
        assert real == memory
        return real

    def look(self) -> None:
        found = self.ask(lambda table: table.get(self.id, self.now))
        self.seen += [found] if found else []


def answer_of(what: Callable[[Any], Any], table: Any) -> Any:
    try:
        return what(table)
    except NotificationConflict as changed:
        return ("changed", changed.current)


@dataclass(frozen=True)
class Add:
    def run(self, both: Both) -> None:
        one = replace(a_notification(at=both.now), id=both.id)
        both.ask(lambda table: table.add(one, both.now))


@dataclass(frozen=True)
class Claim:
    claim_id: str
    turn: int

    def run(self, both: Both) -> None:
        both.ask(lambda table: table.claim(both.id, self.turn, self.claim_id, both.now))


@dataclass(frozen=True)
class Save:
    """A transition from the present or an earlier version."""

    step: int
    ago: int
    claim_id: str

    def run(self, both: Both) -> None:
        if not both.seen:
            return
        before = both.seen[max(0, len(both.seen) - 1 - self.ago)]
        try:
            after = STEPS[self.step](before, self.claim_id, both.now)
        except TransitionRefused:
            return
        both.ask(lambda table: table.save(before, after))


@dataclass(frozen=True)
class Wait:
    ms: int

    def run(self, both: Both) -> None:
        both.now += self.ms


CLAIM_IDS = st.sampled_from(("c1", "c2", "c3"))
CALLS = st.lists(
    st.builds(Add)
    | st.builds(Claim, CLAIM_IDS, st.integers(1, 4))
    | st.builds(Save, st.integers(0, len(STEPS) - 1), st.sampled_from((0, 0, 0, 1, 2, 5)), CLAIM_IDS)
    | st.builds(Wait, st.sampled_from((0, 1, MINUTE - 1, MINUTE, 100 * DAY))),
    max_size=20,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(calls=CALLS)
def test_fake_store_behaves_as_the_table(aws: Aws, calls: list[Any]) -> None:
    order = NotificationId(3528, f"order-{next(ORDERS)}", "0" * 32)
    both = Both(NotificationTable(aws.refs["NotificationTable"]), MemoryTable(), order)
    for call in [Add(), *calls]:
        call.run(both)
        both.look()
