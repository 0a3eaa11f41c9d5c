"""The simulation of polls, queue and deliverer: nothing is lost in it, and no limit is exceeded."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.scale.simulated.capacity import Batches, TableWrites
from tools.scale.simulated.limits import Limits, Times
from tools.scale.simulated.line import Cohort, Line, Of
from tools.scale.simulated.simulation import Load, Simulation, percentile

LIMITS = st.builds(
    Limits,
    maximum_concurrency=st.integers(2, 300),
    first_table_writes=st.integers(100, 40_000),
    partition_writes=st.integers(20, 1_000),
    poll_time=st.integers(1, 230),
)
TIMES = st.builds(
    Times, cpu_a_message=st.floats(0.05, 2), cpu_a_delivery=st.floats(0.5, 10), answer_median=st.floats(10, 2_000)
)
LOADS = st.builds(
    lambda start, one, rate, seconds: Load(at_start=start, of_one=one, a_second=lambda _: rate, seconds=seconds),
    st.integers(0, 50_000),
    st.integers(0, 50_000),
    st.floats(0, 100),
    st.integers(0, 900),
)
SOME = settings(max_examples=25, deadline=None)
MOST_ACCEPTED = 200  # in a second, by these loads: what is accepted is not held up
ROUNDING = 2


@SOME
@given(load=LOADS, limits=LIMITS, times=TIMES, seed=st.integers(0, 9), shared=st.booleans())
def test_what_was_accepted_is_attempted_once_or_still_waits(
    load: Load, limits: Limits, times: Times, seed: int, *, shared: bool
) -> None:
    run = Simulation(load=load, shared=shared, limits=limits, times=times, seed=seed).run(longest=1_500)
    attempted = sum(waits.total() for waits in run.waits.values())
    assert run.accepted == attempted + run.left
    assert run.attempted == sorted(run.attempted)
    assert run.queued == sorted(run.queued)
    assert all(attempts <= queued <= run.accepted for attempts, queued in zip(run.attempted, run.queued, strict=True))


@SOME
@given(load=LOADS, limits=LIMITS, times=TIMES, seed=st.integers(0, 9))
def test_no_limit_is_exceeded(load: Load, limits: Limits, times: Times, seed: int) -> None:
    run = Simulation(load=load, limits=limits, times=times, seed=seed).run(longest=1_500)
    assert run.most_in_flight <= limits.batches * limits.batch <= limits.in_flight
    for second, writes in enumerate(run.writes):
        peak = max(run.writes[: max(0, second - limits.peak_counts_after + 1)], default=0)
        assert writes <= max(limits.first_table_writes, 2 * peak, MOST_ACCEPTED) + ROUNDING
    in_a_second = [later - earlier for earlier, later in zip([0, *run.attempted], run.attempted, strict=False)]
    assert max(in_a_second, default=0) <= limits.partition_writes * limits.shards


@SOME
@given(load=LOADS, seed=st.integers(0, 9))
def test_the_same_seed_gives_the_same_run(load: Load, seed: int) -> None:
    one, other = (Simulation(load=load, seed=seed).run(longest=1_000) for _ in range(2))
    assert (one.waits, one.attempted, one.held_up_by) == (other.waits, other.attempted, other.held_up_by)


@SOME
@given(load=LOADS, times=TIMES, seed=st.integers(0, 9))
def test_a_shared_poll_queues_no_later_than_a_poll_alone(load: Load, times: Times, seed: int) -> None:
    still = replace(load, seconds=0)
    shared, alone = (
        Simulation(load=still, shared=shared, times=times, seed=seed).run(longest=3_000) for shared in (True, False)
    )
    assert all(more >= less for more, less in zip(shared.queued, alone.queued, strict=False))


def test_a_million_due_are_queued_within_a_minute_by_a_shared_poll_and_within_one_poll_by_one_alone() -> None:
    load = Load(at_start=1_000_000)
    shared, alone = (Simulation(load=load, shared=shared).run() for shared in (True, False))
    assert shared.queued[60] == 1_000_000
    assert alone.queued[180] < alone.queued[229] == 1_000_000
    assert shared.left == alone.left == 0


def test_a_partner_with_very_many_delays_the_others_by_no_more_than_a_few_polls_when_polls_are_shared() -> None:
    load = Load(of_one=3_000_000, a_second=lambda _: 20.0, seconds=3_600)
    shared, alone = (Simulation(load=load, shared=shared).run() for shared in (True, False))
    assert percentile(shared.waits[Of.OTHERS], 100) < 360
    assert percentile(alone.waits[Of.OTHERS], 100) > 720


def test_messages_of_the_others_come_before_those_of_the_partner_with_very_many() -> None:
    run = Simulation(load=Load(at_start=1_000, of_one=100_000)).run()
    assert percentile(run.waits[Of.OTHERS], 100) <= 10 < percentile(run.waits[Of.MANY], 50)


# ── What a poll sends ──


def test_a_poll_sends_as_fast_as_its_requests_come_back_or_as_its_processor_allows() -> None:
    slow = Times(cpu_a_message=1e-9, round_trip=100)
    assert slow.messages_of_a_poll == pytest.approx(8 * 500 / 5.2)  # eight shards: a page, fifty requests, a position
    assert slow.messages_of_a_share == pytest.approx(
        500 / 1.0
    )  # a lease, a page, seven times eight requests, a position
    assert Times(cpu_a_message=1, round_trip=1).messages_of_a_poll == 1_000


# ── What AWS gives ──


def test_batches_begin_with_five_and_grow_by_three_hundred_a_minute_up_to_the_maximum() -> None:
    batches, seen = Batches(Limits(maximum_concurrency=1_000)), []
    for _ in range(300):
        batches.scale(100_000)
        seen.append(batches.now)
    assert (seen[0], seen[60], max(seen)) == (5, 305, 1_000)


def test_few_messages_need_few_batches() -> None:
    batches = Batches(Limits())
    batches.scale(11)
    assert batches.now == 2
    batches.scale(0)
    assert batches.now == 0


def test_a_table_takes_twice_its_peak_half_an_hour_later_and_not_before() -> None:
    table = TableWrites(Limits())
    for _ in range(1_800):
        assert table.most() == 4_000
        table.note(3_000)
    assert table.most() == 6_000


# ── Lines ──

COHORTS = st.lists(st.builds(Cohort, st.integers(0, 50), st.just(Of.OTHERS), st.integers(0, 20)), max_size=20)


@given(cohorts=COHORTS, takes=st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=20))
def test_a_line_gives_out_what_was_put_in_the_first_first(cohorts: list[Cohort], takes: list[tuple[int, int]]) -> None:
    line, taken = Line(), list[Cohort]()
    for one in sorted(cohorts):
        line.add(one)
    for most, until in takes:
        some = line.take(most, until)
        assert sum(one.size for one in some) <= most
        assert all(one.since <= until for one in some)
        taken += some
    assert sum(one.size for one in taken) + line.count == sum(one.size for one in cohorts)
    since = [one.since for one in taken]
    assert since == sorted(since)
