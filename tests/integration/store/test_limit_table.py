"""LimitTable: moments by a rate and slots of a concurrency, whoever asks for them at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from herald.domain.clock import HOUR, SECOND
from herald.store.dynamodb import TableUnavailable
from herald.store.limit_table import HORIZON, SLOT_TIME, LimitTable
from tests.support.aws.aws_faults import Network
from tests.support.aws.aws_stack import Aws
from tests.support.dynamodb_pricing import item_size
from tests.support.factories import NOON
from tests.support.fake_limits import MemoryLimits

pytestmark = pytest.mark.usefixtures("aws")


@pytest.fixture
def limits() -> LimitTable:
    return table()


def table(choose: Callable[[int], int] = lambda _: 0) -> LimitTable:
    return LimitTable("LimitTable", choose)


def item_of(aws: Aws) -> dict[str, Any]:
    item: dict[str, Any] = aws.dynamodb.get_item(TableName="LimitTable", Key={"partner_id": {"N": "1"}})["Item"]
    return item


# ── The rate ──


def test_moments_are_spaced_by_the_rate_from_now_on(limits: LimitTable) -> None:
    moments = [limits.reserve(1, 20, NOON) for _ in range(5)]

    assert moments == [NOON + n * 50 for n in range(5)]


def test_a_rate_that_does_not_divide_a_second_is_never_exceeded(limits: LimitTable) -> None:
    moments = [limits.reserve(1, 3, NOON) or 0 for _ in range(4)]

    assert [after - before for before, after in pairwise(moments)] == [334] * 3


def test_after_a_pause_nothing_is_made_up_for(limits: LimitTable) -> None:
    limits.reserve(1, 10, NOON)

    assert [limits.reserve(1, 10, NOON + 60 * SECOND) for _ in range(2)] == [NOON + 60_000, NOON + 60_100]


def test_partners_do_not_share_their_moments(limits: LimitTable) -> None:
    assert limits.reserve(1, 1, NOON) == limits.reserve(2, 1, NOON) == NOON


def test_beyond_an_hour_nothing_is_reserved(limits: LimitTable) -> None:
    limits.reserve(1, 1, NOON + HORIZON)

    assert limits.reserve(1, 1, NOON) is None
    assert limits.reserve(1, 1, NOON + SECOND) == NOON + HOUR + SECOND


@pytest.mark.usefixtures("network")  # one write at a time, as in DynamoDB
def test_a_moment_is_given_once_however_many_ask(limits: LimitTable) -> None:
    with ThreadPoolExecutor(8) as threads:
        moments = list(threads.map(lambda _: limits.reserve(1, 100, NOON), range(40)))

    given_out = [moment for moment in moments if moment is not None]
    assert len(set(given_out)) == len(given_out)
    assert sorted(given_out) == [NOON + n * 10 for n in range(len(given_out))]


# ── The slots ──


def test_there_are_as_many_slots_as_the_concurrency(limits: LimitTable) -> None:
    slots = [limits.take_slot(1, 3, f"c{n}", NOON) for n in range(4)]

    assert sorted(slot for slot in slots if slot is not None) == [0, 1, 2]
    assert slots[3] is None


def test_a_freed_slot_can_be_taken(limits: LimitTable) -> None:
    limits.take_slot(1, 1, "c1", NOON)
    limits.free_slot(1, 0, "c1")

    assert limits.take_slot(1, 1, "c2", NOON) == 0


def test_a_slot_that_nobody_freed_is_free_after_a_minute(limits: LimitTable) -> None:
    limits.take_slot(1, 1, "c1", NOON)

    assert limits.take_slot(1, 1, "c2", NOON + SLOT_TIME - 1) is None
    assert limits.take_slot(1, 1, "c2", NOON + SLOT_TIME) == 0


def test_who_lost_a_slot_does_not_free_it_for_its_next_holder(limits: LimitTable) -> None:
    limits.take_slot(1, 1, "c1", NOON)
    limits.take_slot(1, 1, "c2", NOON + SLOT_TIME)
    limits.free_slot(1, 0, "c1")

    assert limits.take_slot(1, 1, "c3", NOON + SLOT_TIME) is None


def test_a_slot_that_is_freed_for_later_cannot_be_taken_before(limits: LimitTable) -> None:
    limits.take_slot(1, 1, "c1", NOON)
    limits.free_slot(1, 0, "c1", NOON + 1_000)

    assert limits.take_slot(1, 1, "c2", NOON + 999) is None
    assert limits.take_slot(1, 1, "c2", NOON + 1_000) == 0


def test_with_a_lower_concurrency_the_slots_beyond_it_are_not_given(limits: LimitTable) -> None:
    for n in range(3):
        limits.take_slot(1, 3, f"c{n}", NOON)

    limits.free_slot(1, 2, "c2")
    assert limits.take_slot(1, 2, "c4", NOON) is None


@pytest.mark.usefixtures("network")
def test_no_more_than_the_concurrency_hold_a_slot_however_many_ask(aws: Aws) -> None:
    with ThreadPoolExecutor(8) as threads:
        slots = list(threads.map(lambda n: table(lambda _: n % 4).take_slot(1, 4, f"c{n}", NOON), range(24)))

    taken = [slot for slot in slots if slot is not None]
    assert sorted(taken) == [0, 1, 2, 3]
    assert (
        item_size(aws.dynamodb.get_item(TableName="LimitTable", Key={"partner_id": {"N": "1"}})["Item"]) < 1_024
    )  # one unit


def test_the_largest_item_takes_two_write_units_at_most(limits: LimitTable, aws: Aws) -> None:
    limits.reserve(1, 1, NOON)
    for n in range(50):
        assert limits.take_slot(1, 50, "0123456789ab", NOON) == n

    item = item_of(aws)
    assert len(item) == 2 + 2 * 50
    assert item_size(item) < 2_048


def test_a_table_that_does_not_answer_is_unavailable_and_asked_once(limits: LimitTable, network: Network) -> None:
    with network.throttles("UpdateItem"), pytest.raises(TableUnavailable):
        limits.take_slot(1, 1, "c1", NOON)

    assert network.operations() == ["UpdateItem"]


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from("rtfl"), st.integers(0, 2), st.integers(0, 40_000)), max_size=15))
def test_the_fake_of_other_tests_behaves_as_the_table(aws: Aws, steps: list[tuple[str, int, int]]) -> None:
    aws.dynamodb.delete_item(TableName="LimitTable", Key={"partner_id": {"N": "1"}})
    real, memory, moment = table(), MemoryLimits(), NOON
    for what, number, later in steps:
        moment += later
        match what:
            case "r":
                assert real.reserve(1, 5, moment) == memory.reserve(1, 5, moment)
            case "t":
                slots = real.take_slot(1, 2, f"c{number}", moment), memory.take_slot(1, 2, f"c{number}", moment)
                assert slots[0] == slots[1]
            case "l":
                real.free_slot(1, number, f"c{number}", moment + 1_000)
                memory.free_slot(1, number, f"c{number}", moment + 1_000)
            case _:
                real.free_slot(1, number, f"c{number}")
                memory.free_slot(1, number, f"c{number}")
