"""What is held back is counted in a minute at most, and the oldest of each list is seen first."""

from collections import Counter
from collections.abc import Iterator

import pytest
import time_machine

from dispatcher.breakers.held_partners import HeldPartners
from dispatcher.breakers.overdue import LONGEST_PASS, collect_overdue
from dispatcher.run_window import RunWindow
from herald.domain.clock import MINUTE, SECOND, now
from herald.domain.ladder import DEFAULT_LADDER
from herald.domain.notification import SHARDS, Due, Lane
from herald.domain.notification_id import NotificationId
from tests.support.factories import NOON, a_partner
from tests.support.functions.breakers import open_breaker_of

PAGE = 20  # rows; the real ones have 500
LISTS = 3 * SHARDS
HELD = HeldPartners({3528: a_partner(breaker=open_breaker_of())})


class Lists:
    """So many pages in each list; reading one takes its time."""

    def __init__(self, clock: time_machine.Traveller, pages: int, takes: int) -> None:
        self.clock, self.count, self.takes = clock, pages, takes
        self.read = Counter[tuple[Lane, int]]()

    def pages(
        self, lane: Lane, shard: int, _since: int, until: int, _after: NotificationId | None = None
    ) -> Iterator[list[Due]]:
        for page in range(self.count):
            self.clock.shift(self.takes / SECOND)
            self.read[lane, shard] += 1
            due_at = until - MINUTE * (self.count - page)
            yield [Due(NotificationId(3528, f"{lane}-{shard}-{page}-{n}", "0" * 32), 1, due_at) for n in range(PAGE)]


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON / SECOND, tick=False) as traveller:
        yield traveller


def window(time: int = 4 * MINUTE) -> RunWindow:
    return RunWindow(NOON, NOON + time, 5 * MINUTE)


def test_everything_is_counted_where_a_minute_is_enough(clock: time_machine.Traveller) -> None:
    rows = collect_overdue(Lists(clock, pages=3, takes=40), HELD, window(), DEFAULT_LADDER)
    assert (rows.complete, rows.by_partner[3528].count) == (True, LISTS * 3 * PAGE)


def test_of_ten_million_a_poll_counts_for_a_minute_and_has_the_rest_of_its_time_for_the_others(
    clock: time_machine.Traveller,
) -> None:
    rows = collect_overdue(Lists(clock, pages=833, takes=40), HELD, window(), DEFAULT_LADDER)
    assert not rows.complete
    assert rows.by_partner[3528].count == LONGEST_PASS // 40 * PAGE - PAGE
    assert now() - NOON <= LONGEST_PASS + 40


def test_each_list_is_read_from_its_oldest_row_on_in_turn(clock: time_machine.Traveller) -> None:
    lists = Lists(clock, pages=100, takes=1_000)
    collect_overdue(lists, HELD, window(), DEFAULT_LADDER)
    assert len(lists.read) == LISTS
    assert set(lists.read.values()) <= {2, 3}


def test_a_poll_with_less_time_counts_no_longer_than_it_has(clock: time_machine.Traveller) -> None:
    collect_overdue(Lists(clock, pages=100, takes=1_000), HELD, window(10 * SECOND), DEFAULT_LADDER)
    assert now() - NOON <= 11 * SECOND


def test_nothing_is_read_where_no_partner_is_left_alone(clock: time_machine.Traveller) -> None:
    lists = Lists(clock, pages=3, takes=40)
    assert collect_overdue(lists, HeldPartners(), window(), DEFAULT_LADDER).complete
    assert not lists.read
