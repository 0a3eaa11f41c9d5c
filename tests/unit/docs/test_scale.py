"""docs/scale.md against the template, the code, and the simulation."""

from dataclasses import replace
from functools import cache
from itertools import pairwise
from statistics import median

import pytest

from dispatcher.app import MARGIN
from dispatcher.due import parallel_queue, shard_pass
from dispatcher.sharing.sharing import PAGES_ALONE
from herald.domain.clock import SECOND
from herald.domain.notification import SHARDS
from herald.store.indexes import due_index
from tests.support.docs.markdown import rows
from tests.support.docs.template import FUNCTION, TEMPLATE
from tests.support.paths import DOCS
from tools.scale.report import simulated
from tools.scale.simulated import limits
from tools.scale.simulated.limits import Limits, Times
from tools.scale.simulated.line import Of
from tools.scale.simulated.scenarios import Run, runs
from tools.scale.simulated.simulation import Load, Simulation, percentile

PAGE = (DOCS / "scale.md").read_text(encoding="utf-8")
BENCHMARKS = (DOCS / "benchmarks.md").read_text(encoding="utf-8")
LIMITS, TIMES = Limits(), Times()
SENT_ALONE, SENT_SHARED = TIMES.messages_of_a_poll, TIMES.messages_of_a_share * SHARDS
OF_ONE_POLL = SENT_ALONE * LIMITS.poll_time
MILLION = 1_000_000
RUNS = {f"{run.scenario}, {run.label}": run for run in runs(seed=1, times=TIMES)}
MET = {row[0].partition(" (")[0]: row[1:] for row in rows(PAGE, "| Load | First |")}
QUOTAS = {row[0]: row[1:] for row in rows(PAGE, "| Quota |")}


@cache
def ran(name: str) -> Run:
    """The run of this name, after its end."""
    RUNS[name].simulation.run()
    return RUNS[name]


def of(name: str) -> Simulation:
    return ran(name).simulation


def longest(name: str, whose: Of = Of.OTHERS) -> str:
    """The longest wait, in minutes."""
    return f"{percentile(of(name).waits[whose], 100) / 60:.1f}"


def attempts(batches: int, answer: float = TIMES.answer_median) -> float:
    """In a second, by so many batches."""
    of_mapping, times = Limits(maximum_concurrency=batches), replace(TIMES, answer_median=answer)
    return Simulation(load=Load(), limits=of_mapping, times=times).attempts_of_batches


def hundreds(count: float) -> str:
    return f"{round(count, -2):,.0f}"


def test_the_limits_are_those_of_the_template_and_the_code() -> None:
    dispatcher, deliverer = FUNCTION["DispatcherFunction"], FUNCTION["DelivererFunction"]
    (mapping,) = (event["Properties"] for event in deliverer["Events"].values())
    assert mapping["ScalingConfig"]["MaximumConcurrency"] == LIMITS.maximum_concurrency
    assert mapping["BatchSize"] == LIMITS.batch
    assert int(TEMPLATE["Parameters"]["DispatchEvery"]["Default"]) * 60 == LIMITS.poll_every
    assert dispatcher["Timeout"] - MARGIN // SECOND == LIMITS.poll_time
    assert LIMITS.shards == SHARDS
    assert limits.PAGE == due_index._PAGE
    assert limits.REQUESTS == parallel_queue.REQUESTS == SHARDS
    assert limits.MESSAGES_OF_A_REQUEST == shard_pass.AT_ONCE
    assert LIMITS.poll_alone == PAGES_ALONE * due_index._PAGE * SHARDS
    assert f"first {PAGES_ALONE * due_index._PAGE:,} rows of each shard" in PAGE


def test_the_times_are_told_and_of_the_size_that_was_measured_last() -> None:
    assert f"{TIMES.cpu_a_message} ms of CPU for a message and {TIMES.cpu_a_delivery} ms for a delivery" in PAGE
    assert f"a median of {TIMES.answer_median:.0f} ms (lognormal, sigma {TIMES.answer_sigma})" in PAGE
    assert (
        f"{TIMES.tables:.0f} ms\nfor the two writes of a batch, {TIMES.round_trip:.0f} ms for a request of a poll"
        in PAGE
    )
    measured = {row[0]: float(row[1]) for row in rows(BENCHMARKS, "| Processor time, ms |")}
    assert measured["Herald: a message of a poll"] == pytest.approx(TIMES.cpu_a_message, rel=0.5)
    assert measured["Herald: a delivery"] == pytest.approx(TIMES.cpu_a_delivery, rel=0.5)


@pytest.mark.parametrize("name", RUNS)
def test_each_run_has_its_rows(name: str) -> None:
    _, _, *lines = simulated([ran(name)])
    assert lines
    for line in lines:
        assert line in PAGE


# ── What is met first ──

NEW = "a million due at one poll, shared poll, MaximumConcurrency 50"
NEW_WITH_MORE = "a million due at one poll, shared poll, MaximumConcurrency 200"
GROWN, GROWN_WITH_MORE = f"{NEW}, a table that has grown", f"{NEW_WITH_MORE}, a table that has grown"
GROWN_ALONE = GROWN_WITH_MORE.replace("shared poll", "poll alone")
A_DAY = "100 million a day, shared poll, MaximumConcurrency {batches}"
TEN_MILLION = "one partner with ten million, {poll}, MaximumConcurrency 50"


@pytest.mark.parametrize(
    ("name", "limit", "told", "attempts_a_second"),
    [
        (NEW, "writes of the table", 0, LIMITS.first_table_writes / LIMITS.writes_attempted),
        (NEW_WITH_MORE, "writes of the table", 0, LIMITS.first_table_writes / LIMITS.writes_attempted),
        (GROWN, "MaximumConcurrency", 1, attempts(50)),
        (GROWN_WITH_MORE, "writes of the index", 2, LIMITS.partition_writes * SHARDS),
    ],
)
def test_of_a_million_the_limits_are_met_in_this_order(
    name: str, limit: str, told: int, attempts_a_second: float
) -> None:
    cell = MET["A million due at one poll"][told]
    assert of(name).held_up_by.most_common(1)[0][0] == limit
    assert median(later - earlier for earlier, later in pairwise(of(name).attempted)) == pytest.approx(
        attempts_a_second, rel=0.01
    )
    assert hundreds(attempts_a_second) in cell
    assert f"{longest(name)} minutes" in cell


def test_of_a_day_the_figures_are_those_of_its_runs() -> None:
    fifty = of(A_DAY.format(batches=50))
    cell = MET["100 million in a day"][1]
    assert f"`MaximumConcurrency` 50: {attempts(50) * 86_400 / MILLION:.0f} million a day" in cell
    assert f"{fifty.deepest / MILLION:.1f} million deep" in cell
    assert f"the longest wait is {percentile(fifty.waits[Of.OTHERS], 100) / 60:.0f} minutes. 100 is enough" in cell
    assert longest(A_DAY.format(batches=100)) == longest(A_DAY.format(batches=200))


def test_of_the_partner_with_very_many_the_figures_are_those_of_its_runs() -> None:
    alone, shared = (TEN_MILLION.format(poll=poll) for poll in ("poll alone", "shared poll"))
    both = of(shared).held_up_by
    assert {name for name, seconds in both.items() if seconds > 20 * 60} == {
        "writes of the table",
        "MaximumConcurrency",
    }
    assert f"together {float(longest(shared, Of.MANY)):.0f} minutes" in MET["One partner with ten million"][0]
    told = (
        f"A poll alone would need {float(longest(alone)):.0f} minutes to come to them, a shared one {longest(shared)}."
    )
    assert told in PAGE


def test_what_is_recommended_follows_from_the_figures() -> None:
    noon = 3 * 100 * MILLION / 86_400
    assert f"{hundreds(attempts(100))} attempts a second; noon has {noon:,.0f}" in PAGE
    assert attempts(100) > noon > attempts(100, answer=100)
    assert f"{hundreds(attempts(100, answer=100))}, which is too few at noon" in PAGE
    assert f"200 make {hundreds(attempts(200, answer=100))}." in PAGE
    assert "to 5,000 write units a second for 50 batches" in PAGE
    assert attempts(50) * LIMITS.writes_attempted <= 5_000
    most = LIMITS.partition_writes * SHARDS
    assert f"for 200 to {most * LIMITS.writes_attempted:,}, and the due index to {most:,}" in PAGE
    assert f"a difference: {longest(GROWN_WITH_MORE)} minutes instead of {longest(GROWN_ALONE)}." in PAGE


def test_the_alarm_is_raised_from_so_many_on() -> None:
    """With what was accepted just before a poll, or one interval earlier: two polls find it ten minutes late."""
    a_second = LIMITS.first_table_writes / LIMITS.writes_attempted
    most, least = (polls * LIMITS.poll_every * a_second / MILLION for polls in (4, 3))
    assert f"is raised from {least} to {most} million due on" in PAGE


# ── Polls ──


def test_the_arithmetic_of_large_polls() -> None:
    told = {int(due.replace(",", "")): (alone, shared) for due, alone, shared in rows(PAGE, "| Due at one poll |")}
    for due, (alone, shared) in told.items():
        seconds = (LIMITS.poll_alone / SENT_ALONE) + (due - LIMITS.poll_alone) / SENT_SHARED
        assert shared.startswith(f"{seconds:.0f} s")
        assert seconds < LIMITS.poll_time
        if not alone.endswith("polls"):
            assert alone.startswith(f"{due / SENT_ALONE:.0f} s")
        else:
            assert alone == f"{-(-due // (SENT_ALONE * LIMITS.poll_time)):.0f} polls"


def test_what_one_process_sends() -> None:
    assert f"One process of a poll sends some {hundreds(SENT_ALONE)} messages a second" in PAGE
    assert f"a million within {MILLION / SENT_ALONE / 60:.1f} minutes" in PAGE
    assert -(-10 * MILLION // OF_ONE_POLL) == 9
    assert "ten million in nine polls" in PAGE
    assert f"a poll sends up to {OF_ONE_POLL / MILLION:.1f} million again" in PAGE
    assert f"sends {SENT_ALONE:,.0f} messages a second where a\n  processor" in PAGE
    assert f"has the time for {1_000 / TIMES.cpu_a_message:,.0f}" in PAGE
    assert f"A share sends {TIMES.messages_of_a_share:,.0f} a second, eight of them {SENT_SHARED:,.0f}" in PAGE


def test_with_a_slower_sqs_a_poll_alone_needs_more_than_one_poll_for_a_million() -> None:
    assert "With more than 17 ms a request" in PAGE
    within, beyond = (replace(TIMES, round_trip=each).messages_of_a_poll * LIMITS.poll_time for each in (17, 17.5))
    assert within > MILLION > beyond


def test_a_million_due_are_queued_within_a_minute() -> None:
    assert LIMITS.poll_alone / SENT_ALONE + (MILLION - LIMITS.poll_alone) / SENT_SHARED < 60


# ── Quotas ──


def test_the_quotas_stand_in_the_table() -> None:
    figures = {name: cells[0] for name, cells in QUOTAS.items()}
    assert f"{LIMITS.in_flight:,}" in figures["SQS, messages in flight"]
    assert f"{LIMITS.partition_writes:,} units" in figures["DynamoDB, writes of one partition"]
    assert f"{LIMITS.first_table_writes:,} write units" in figures["DynamoDB, a new table paid by request"]
    assert f"{LIMITS.table_writes:,} units" in figures["DynamoDB, any table"]
    assert f"{LIMITS.account_concurrency:,}," in figures["Lambda, concurrent executions of an account"]
    batches = figures["Lambda, event source of a standard queue"]
    assert batches.startswith(
        f"{LIMITS.first_batches} batches at first, {LIMITS.more_batches_a_minute} more each minute"
    )


def test_what_herald_uses_of_them_stands_beside_them() -> None:
    used = {name: cells[2] for name, cells in QUOTAS.items()}
    assert f"some {hundreds(SENT_SHARED / 10)} `SendMessageBatch`" in used["SQS, requests"]
    units = TIMES.messages_of_a_share * 100 / 4_096 / 2  # rows of some 100 bytes, eventually consistent
    assert f"with {units:.0f} units a second" in used["DynamoDB, reads of one partition"]
    met = {name: cells[3] for name, cells in QUOTAS.items()}
    attempted = LIMITS.first_table_writes // LIMITS.writes_attempted
    assert met["DynamoDB, a new table paid by request"] == f"{attempted:,} attempts a second"
    both = LIMITS.writes_accepted + LIMITS.writes_attempted
    assert met["DynamoDB, any table"] == f"{LIMITS.table_writes // both:,} a second"
    assert (
        f"{LIMITS.partition_writes * SHARDS // 2:,} notifications a second" in met["DynamoDB, writes of one partition"]
    )


def test_the_route_limits_of_the_page_are_the_templates() -> None:
    limits = TEMPLATE["Resources"]["HttpApi"]["Properties"]["RouteSettings"]
    one, batch = (limits[f"POST /notifications{path}"]["ThrottlingRateLimit"] for path in ("", "/batch"))
    assert f"`POST /notifications`, {one:,} requests a second: {one * 86_400 // 10**6} million a day" in PAGE
    assert f"By batch, {batch} requests a second are {batch * 100:,} notifications" in PAGE
