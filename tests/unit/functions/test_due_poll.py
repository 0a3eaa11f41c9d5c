"""At whatever time polls come and whatever interrupts them: each notification gets its message in time."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
import time_machine
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatcher.due import due_poll, few_per_partner
from dispatcher.due.due_poll import Poll
from dispatcher.due.lane_pass import LanePass
from dispatcher.run_window import RunWindow
from herald.domain.clock import HOUR, MINUTE, SECOND, now
from herald.domain.notification import LONGEST_DELAY, Due, Lane
from herald.domain.notification_id import NotificationId
from herald.messaging.delivery_queue import delay_seconds
from herald.store.dispatch_table import Position
from tests.support.fake_store import MemoryQueue, rows_behind

START = int(datetime(2026, 11, 23, 4, 0, tzinfo=UTC).timestamp()) * SECOND
PAGE = 2  # rows, so that a handful of notifications makes several pages
STEP = 20  # ms: before a request takes effect, and after it
LATE = SECOND + STEP  # at most: delays are whole seconds, and the request takes its time
HORIZON = 5 * MINUTE + 90 * SECOND  # of a poll that begins at START
ATTEMPT = 2 * SECOND  # until the attempt is over, and the notification leaves its lane
LAG = {Lane.NEW: MINUTE, Lane.PARKED: 30 * SECOND}  # the longest after which a row must be in the index to be in time


class Crashed(Exception):
    """The process ended here."""


@dataclass(frozen=True)
class Row:
    """A notification in the due index, which shows it from `seen_from` on."""

    due: Due
    lane: Lane
    seen_from: int


@dataclass
class World:
    """The index, the queue and the cursors in memory, on a clock that moves only when something takes time."""

    clock: time_machine.Traveller
    rows: list[Row]
    visible_at: dict[Due, list[int]] = field(default_factory=dict)
    cursor: dict[tuple[Lane, int], Position] = field(default_factory=dict)
    steps_left: int | None = None  # until the process crashes
    delivers: bool = True  # whether what becomes visible is attempted, and leaves the index
    pass_began_at: dict[Lane, int] = field(default_factory=dict)

    def pages(
        self, lane: Lane, _shard: int, since: int, until: int, after: NotificationId | None = None
    ) -> Iterator[list[Due]]:
        assert since <= until, "DynamoDB refuses a range that runs backwards"
        due = [row.due for row in self.rows if row.lane is lane and self._shows(row)]
        found = rows_behind([one for one in due if since <= one.due_at <= until], since, after)
        yield from (found[start : start + PAGE] for start in range(0, len(found), PAGE))

    def _shows(self, row: Row) -> bool:
        if not self.delivers:
            return row.seen_from <= now()
        gone_from = min(self.visible_at.get(row.due, [now() + HOUR])) + ATTEMPT
        return row.seen_from <= now() < gone_from

    def send(self, dues: Sequence[Due], moment: int) -> int:
        self._takes_time()
        for due in dues:
            delay = delay_seconds(due.due_at, moment)
            assert 0 <= delay <= 900
            self.visible_at.setdefault(due, []).append(now() + delay * SECOND)
        self._takes_time()
        return len(dues)

    def depth(self) -> int:
        return sum(at <= now() for times in self.visible_at.values() for at in times)

    def position(self, lane: Lane, shard: int) -> Position:
        found = self.cursor.get((lane, shard), Position())
        if found.after is None:
            self.pass_began_at[lane] = now()
        return found

    def save_position(self, lane: Lane, shard: int, position: Position) -> None:
        self._takes_time()
        self.cursor[lane, shard] = position
        self._takes_time()

    def _takes_time(self) -> None:
        self.clock.shift(STEP / SECOND)
        if self.steps_left is not None:
            self.steps_left -= 1
            if self.steps_left < 0:
                raise Crashed

    def window(self, every: int, work_time: int) -> RunWindow:
        return RunWindow(began_at=now(), ends_at=now() + work_time, every=every)

    def poll(self, window: RunWindow) -> bool:
        """Whether the poll did all it had to."""
        poll = Poll(index=self, cursors=self, queue=self, dead_letters=MemoryQueue(), window=window)
        return bool((poll.send_parked() + poll.send_new()).finished)


@dataclass(frozen=True)
class Polled:
    """A poll that did all it had to; perhaps it finished a pass that polls before it began and were cut short."""

    began_at: int
    ended_at: int
    horizon: int
    passes_began_at: dict[Lane, int]

    def covers(self, row: Row) -> bool:
        """What the index shows only after the pass has gone past its place is the next pass's."""
        until = self.began_at if row.lane is Lane.NEW else self.horizon
        return row.seen_from <= self.passes_began_at[row.lane] and row.due.due_at <= until


@dataclass(frozen=True)
class Slot:
    """A poll: at which second of its minute it comes, what becomes of it, and in how many minutes the next one is."""

    every: int
    second: float
    fate: str  # runs, missed, cut (by the end of its time), crashes
    steps: int  # after which it is cut or crashes

    def run(self, world: World) -> Polled | None:
        if self.fate == "missed":
            return None
        world.steps_left = self.steps if self.fate == "crashes" else None
        window = world.window(self.every * MINUTE, self.steps * STEP if self.fate == "cut" else HOUR)
        finished = False
        with suppress(Crashed):  # also in a group
            finished = world.poll(window)
        return Polled(window.began_at, now(), window.horizon, dict(world.pass_began_at)) if finished else None


def run_all(world: World, slots: list[Slot]) -> list[Polled]:
    """Runs the polls, each in its minute; gives those that did all they had to."""
    done, minute = [], START
    for slot in slots:
        world.clock.move_to(max(now(), minute + int(slot.second * SECOND)) / SECOND)
        done.append(slot.run(world))
        minute += slot.every * MINUTE
    return [polled for polled in done if polled is not None]


def row(number: int, lane: Lane, due_at: int, wait: int, lag: int) -> Row:
    """A row that was written so long before it is due, and shows in the index so long after that."""
    return Row(Due(NotificationId(3528, f"o{number}", f"{number:032x}"), 1, due_at), lane, due_at - wait + lag)


NUMBERS, DUE = st.integers(0, 10**9), st.integers(START, START + 40 * MINUTE)
NEW = st.builds(row, NUMBERS, st.just(Lane.NEW), DUE, st.just(0), st.integers(0, LAG[Lane.NEW]))
WAITS = st.integers(LONGEST_DELAY + 1, HOUR)
PARKED = st.builds(row, NUMBERS, st.just(Lane.PARKED), DUE, WAITS, st.integers(0, LAG[Lane.PARKED]))
ROWS = st.lists(NEW | PARKED, max_size=20, unique_by=lambda one: one.due.id)
FEW_MOMENTS = st.sampled_from([START - 90 * SECOND, START - 61 * SECOND, START + 5 * MINUTE, START + HORIZON - 1])
AT_FEW_MOMENTS = st.builds(
    row, NUMBERS, st.sampled_from((Lane.NEW, Lane.PARKED)), FEW_MOMENTS, st.just(HOUR), st.just(0)
)
CROWD = st.lists(AT_FEW_MOMENTS, max_size=40, unique_by=lambda one: one.due.id)
SECONDS = st.floats(0, 59.999)
EVERY = st.integers(1, 13)
RUNS = st.builds(Slot, EVERY, SECONDS, st.just("runs"), st.just(0))
FATES = st.builds(Slot, EVERY, SECONDS, st.sampled_from(("runs", "missed", "cut", "crashes")), st.integers(0, 9))
TO_THE_END = [Slot(13, 30, "runs", 0)] * 5


@pytest.fixture(autouse=True, scope="module")
def _one_shard() -> Iterator[None]:
    """Shards share nothing: one is enough, and threads would make an example that fails hard to repeat."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(due_poll, "SHARDS", 1)
        yield


def test_a_poll_at_the_first_moment_of_its_minute_looks_beyond_the_last_moment_of_the_next_ones() -> None:
    due_at = START + 6 * MINUTE - 2 * SECOND
    parked = row(1, Lane.PARKED, due_at, HOUR, 0)
    with time_machine.travel(START / SECOND, tick=False) as clock:
        world = World(clock, [parked])
        run_all(world, [Slot(5, 0, "runs", 0), Slot(5, 59.999, "runs", 0)])
    assert min(world.visible_at[parked.due]) < due_at + LATE


def test_a_shorter_time_between_polls_takes_the_cursor_back_to_the_nearer_horizon() -> None:
    with time_machine.travel(START / SECOND, tick=False) as clock:
        world = World(clock, [])
        world.poll(world.window(13 * MINUTE, HOUR))
        clock.move_to((START + MINUTE) / SECOND)
        assert world.poll(world.window(MINUTE, HOUR))
    assert world.cursor[Lane.PARKED, 0] == Position(START + MINUTE + 150 * SECOND)


@settings(deadline=None)
@given(rows=ROWS, slots=st.lists(FATES, max_size=15))
def test_first_complete_poll_sends_what_it_covers_and_never_early(rows: list[Row], slots: list[Slot]) -> None:
    with time_machine.travel(START / SECOND, tick=False) as clock:
        world = World(clock, rows)
        done = run_all(world, slots + TO_THE_END)
    for one in rows:
        first = next(polled for polled in done if polled.covers(one))
        visible_at = world.visible_at[one.due]
        assert min(visible_at) >= one.due.due_at
        assert min(visible_at) <= max(one.due.due_at + LATE, first.ended_at)


@settings(deadline=None)
@given(rows=ROWS, slots=st.lists(RUNS, min_size=1, max_size=60))
def test_polls_at_any_second_of_their_minute_queue_what_is_parked_to_the_second_of_its_due_time(
    rows: list[Row], slots: list[Slot]
) -> None:
    with time_machine.travel(START / SECOND, tick=False) as clock:
        world = World(clock, rows)
        done = run_all(world, slots)
    watched = [one for one in rows if one.seen_from >= START and one.due.due_at <= done[-1].horizon]
    for one in watched:
        if one.lane is Lane.PARKED:
            assert one.due.due_at <= min(world.visible_at[one.due]) < one.due.due_at + LATE
        elif one.seen_from <= done[-1].began_at:
            polled = next(polled for polled in done if polled.began_at >= one.seen_from)
            assert min(world.visible_at[one.due]) <= polled.ended_at


@settings(deadline=None)
@given(rows=ROWS, slots=st.lists(RUNS, min_size=1, max_size=30))
def test_what_is_parked_is_sent_once_while_nothing_goes_wrong(rows: list[Row], slots: list[Slot]) -> None:
    with time_machine.travel(START / SECOND, tick=False) as clock:
        world = World(clock, [one for one in rows if one.lane is Lane.PARKED])
        done = run_all(world, [Slot(5, slot.second, "runs", 0) for slot in slots])
    on_the_brink = {polled.horizon for polled in done}  # to the millisecond: the one case that two polls share
    assert all(len(times) == 1 or due.due_at in on_the_brink for due, times in world.visible_at.items())


@settings(deadline=None)
@given(rows=CROWD, steps=st.lists(st.integers(1, 30), min_size=1, max_size=60), every=st.integers(5, 12))
def test_polls_that_are_cut_short_go_past_equal_due_times_and_send_nothing_twice(
    rows: list[Row], steps: list[int], every: int
) -> None:
    """Nobody delivers, so whatever a poll reads again it sends again. The index lags behind nothing here, so no poll of
    these needs an overlap: what is `new` is older than that, and the horizon is nearer than 14 minutes."""
    with time_machine.travel(START / SECOND, tick=False) as clock:
        world = World(clock, [one for one in rows if one.lane is Lane.PARKED or one.due.due_at < START], delivers=False)
        done = run_all(world, [Slot(every, 0, "cut", count) for count in steps] + [Slot(12, 0, "runs", 0)])
    assert done
    assert set(world.visible_at) == {one.due for one in world.rows if one.due.due_at <= done[-1].horizon}
    assert {len(times) for times in world.visible_at.values()} <= {1}


@settings(deadline=None)
@given(rows=CROWD, steps=st.integers(1, 30))
def test_each_poll_that_is_cut_short_goes_further_than_the_one_before(rows: list[Row], steps: int) -> None:
    with time_machine.travel(START / SECOND, tick=False) as clock:
        world = World(clock, [one for one in rows if one.lane is Lane.PARKED], delivers=False)
        done: list[Polled] = []
        while not done:
            before = len(world.visible_at)
            done = run_all(world, [Slot(13, 0, "cut", steps)])
            assert done or len(world.visible_at) > before


SMALL_TIMES = st.integers(0, 200)
SOMEBODY = st.integers(1, 5).map(lambda n: NotificationId(3528, f"o{n}", f"{n:032x}"))
POSITIONS = st.builds(Position, SMALL_TIMES, st.none() | SOMEBODY, st.none() | SMALL_TIMES)


@given(found=POSITIONS, overlap=st.integers(0, 60), until=SMALL_TIMES, due_at=SMALL_TIMES, somebody=SOMEBODY)
def test_a_pass_never_reads_backwards_and_never_leaves_its_position_ahead_of_its_end(
    found: Position, overlap: int, until: int, due_at: int, somebody: NotificationId
) -> None:
    one = LanePass(found, overlap, until)
    assert one.since <= until
    assert one.settled <= until
    assert one.finished().sent_until <= until
    assert one.finished().after is None
    assert one.finished().pass_until is None
    assert one.after is None or one.since == found.sent_until  # the key lies in the range that it starts
    noted = one.behind(Due(somebody, 1, due_at))
    assert (noted.sent_until, noted.after) == (due_at, somebody)
    assert noted.pass_until is not None or due_at <= until - overlap


# ── What is sent again of a deep queue ──

PAGES = st.lists(
    st.lists(
        st.builds(lambda n, who: Due(NotificationId(who, f"o{n}", f"{n:032x}"), 1, n), NUMBERS, st.integers(1, 12))
    ),
    max_size=40,
)


@given(pages=PAGES)
def test_of_overdue_rows_the_first_few_of_each_partner_are_taken_and_few_pages_are_read(pages: list[list[Due]]) -> None:
    reading = iter(pages)
    taken = few_per_partner.few_per_partner(reading)
    looked_at = [due for page in pages[: few_per_partner.PAGES] for due in page]
    firsts = [
        due
        for place, due in enumerate(looked_at)
        if sum(one.id.partner_id == due.id.partner_id for one in looked_at[:place]) < few_per_partner.OF_EACH
    ]
    assert taken == firsts[: few_per_partner.OF_ALL]
    assert len(list(reading)) >= len(pages) - few_per_partner.PAGES
