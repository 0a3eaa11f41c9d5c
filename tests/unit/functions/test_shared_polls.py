"""Polls that share shards with other invocations, whatever becomes of those: every notification is queued in time."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, repeat
from typing import Any

import pytest
import time_machine
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatcher.due import due_poll
from dispatcher.due.due_poll import Poll
from dispatcher.due.shard_pass import AT_ONCE, ShardRange, ShardSender
from dispatcher.run_window import RunWindow
from dispatcher.sharing.share import Share
from dispatcher.sharing.sharing import Sharing
from herald.domain.clock import HOUR, MINUTE, SECOND, now
from herald.domain.notification import Due, Lane
from herald.messaging.function_invocation import NotInvoked, ResponseLost
from tests.support.fake_store import MemoryQueue
from tests.unit.functions.test_due_poll import CROWD, START, Row, World


class Crashed(Exception):
    """The other invocation ended here."""


@dataclass(frozen=True)
class Fate:
    """What becomes of an invocation: it runs, does not start, crashes after some requests, or is not heard of.

    An older version without shares takes the event for a poll's, and finds that another poll is running.
    """

    kind: str
    requests: int


@dataclass
class OtherInvocations:
    """They work in the same world."""

    world: World
    fates: Iterator[Fate]
    left: int = 0

    def invoke(self, event: Mapping[str, Any]) -> Any:
        fate, share = next(self.fates), Share.parse(event)
        assert share is not None
        if fate.kind == "throttled":
            raise NotInvoked("TooManyRequestsException")
        if fate.kind == "older":
            return {"ran": False, "anotherUntil": "2026-11-27T14:00:00Z"}
        self.left = fate.requests if fate.kind == "crashes" else 1_000
        sender = ShardSender(
            index=self.world,
            cursors=self.world,
            queue=self,
            window=share.window,
            is_open=share.left_out.__contains__,
            at_once=AT_ONCE,
        )
        try:
            progress = sender.send(share.of, self.world.position(share.of.lane, share.of.shard))
        except Crashed as crash:
            raise NotInvoked("Unhandled") from crash
        if fate.kind == "lost":
            raise ResponseLost("ReadTimeoutError")
        return {"sent": progress.sent, "finished": progress.finished}

    def send(self, dues: Sequence[Due], moment: int) -> int:
        self.left -= 1
        if self.left < 0:
            raise Crashed
        return self.world.send(dues, moment)


RUNS = Fate("runs", 0)
FATES = st.lists(
    st.builds(Fate, st.sampled_from(("runs", "throttled", "older", "crashes", "lost")), st.integers(0, 5)), max_size=10
)


@pytest.fixture(autouse=True, scope="module")
def _one_shard_of_which_a_poll_sends_one_page() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(due_poll, "SHARDS", 1)
        patch.setattr(due_poll, "PAGES_ALONE", 1)
        yield


def polled(world: World, fates: Iterator[Fate]) -> bool:
    """One poll that has an hour; whether it finished."""
    poll = Poll(
        index=world,
        cursors=world,
        queue=world,
        dead_letters=MemoryQueue(),
        window=world.window(5 * MINUTE, HOUR),
        sharing=Sharing(lambda: OtherInvocations(world, fates), "p"),
    )
    return (poll.send_parked() + poll.send_new()).finished


@settings(deadline=None)
@given(rows=CROWD, fates=FATES)
def test_whatever_becomes_of_the_shares_the_poll_after_them_leaves_nothing(rows: list[Row], fates: list[Fate]) -> None:
    with time_machine.travel(START / SECOND, tick=False) as clock:
        world, ahead = World(clock, rows, delivers=False), chain(fates, repeat(RUNS))
        until = START
        while not polled(world, ahead):
            until += 5 * MINUTE
            clock.move_to(max(until, now()) / SECOND)
        polled(world, repeat(RUNS))
    due = {row.due for row in rows if row.due.due_at <= (START if row.lane is Lane.NEW else START + 390 * SECOND)}
    assert due <= set(world.visible_at)
    assert all(min(times) >= one.due_at for one, times in world.visible_at.items())


@pytest.mark.parametrize("fate", ["throttled", "older"])
@settings(deadline=None)
@given(rows=CROWD)
def test_shares_that_run_send_each_once_and_as_much_as_a_poll_alone(rows: list[Row], fate: str) -> None:
    old = [row for row in rows if row.lane is Lane.PARKED or row.due.due_at < START - MINUTE]
    with time_machine.travel(START / SECOND, tick=False) as clock:
        shared, alone = World(clock, old, delivers=False), World(clock, old, delivers=False)
        assert polled(shared, repeat(RUNS))
        clock.move_to(START / SECOND)
        assert polled(alone, repeat(Fate(fate, 0)))
    assert {one: len(times) for one, times in shared.visible_at.items()} == dict.fromkeys(alone.visible_at, 1)
    assert shared.cursor == alone.cursor


SHARES = st.builds(
    Share,
    poll_id=st.text(min_size=1),
    of=st.builds(ShardRange, st.sampled_from(Lane), st.integers(0, 7), st.integers(0, HOUR), st.integers(0, 2**43)),
    window=st.builds(RunWindow, st.integers(0, 2**43), st.integers(0, 2**43), st.integers(MINUTE, HOUR)),
    left_out=st.frozensets(st.integers(1, 10**9)),
)


@given(share=SHARES)
def test_a_share_arrives_as_it_was_sent(share: Share) -> None:
    assert Share.parse(share.event()) == share


@pytest.mark.parametrize("event", [{}, {"source": "aws.scheduler", "detail": "{}"}])
def test_an_event_without_a_share_is_a_polls(event: dict[str, Any]) -> None:
    assert Share.parse(event) is None
