"""docs/scale.md against the template, the code, and the simulation."""

import pytest

from dispatcher.app import MARGIN
from dispatcher.sharing.sharing import PAGES_ALONE
from herald.domain.clock import SECOND
from herald.domain.notification import SHARDS
from herald.store.indexes import due_index
from tests.support.docs.markdown import rows
from tests.support.docs.template import FUNCTION, TEMPLATE
from tests.support.paths import DOCS
from tools.scale.report import simulated
from tools.scale.simulated.limits import Limits, Times
from tools.scale.simulated.scenarios import Run, runs

PAGE = (DOCS / "scale.md").read_text(encoding="utf-8")
LIMITS, TIMES = Limits(), Times()
SENT_ALONE, SENT_SHARED = TIMES.messages_a_second, TIMES.messages_a_second * SHARDS
A_DAY = "100 million a day"  # takes longer to simulate than all others together


def test_the_limits_are_those_of_the_template_and_the_code() -> None:
    dispatcher, deliverer = FUNCTION["DispatcherFunction"], FUNCTION["DelivererFunction"]
    (mapping,) = (event["Properties"] for event in deliverer["Events"].values())
    assert mapping["ScalingConfig"]["MaximumConcurrency"] == LIMITS.maximum_concurrency
    assert mapping["BatchSize"] == LIMITS.batch
    assert int(TEMPLATE["Parameters"]["DispatchEvery"]["Default"]) * 60 == LIMITS.poll_every
    assert dispatcher["Timeout"] - MARGIN // SECOND == LIMITS.poll_time
    assert LIMITS.shards == SHARDS
    assert LIMITS.poll_alone == PAGES_ALONE * due_index._PAGE * SHARDS
    assert f"first {PAGES_ALONE * due_index._PAGE:,} rows of each shard" in PAGE


RUNS = list(runs(seed=1, times=TIMES))


@pytest.mark.parametrize("run", RUNS, ids=lambda run: f"{run.scenario}, {run.label}")
def test_each_run_has_its_rows(run: Run) -> None:
    if run.scenario == A_DAY:
        assert f"| {A_DAY} | {run.label} |" in PAGE
        return
    run.simulation.run()
    _, _, *lines = simulated([run])
    assert lines
    for line in lines:
        assert line in PAGE


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


def test_a_million_due_are_queued_within_five_minutes() -> None:
    assert LIMITS.poll_alone / SENT_ALONE + (1_000_000 - LIMITS.poll_alone) / SENT_SHARED < 5 * 60


def test_the_quotas_stand_in_the_table() -> None:
    figures = {row[0]: row[1] for row in rows(PAGE, "| Quota |")}
    assert f"{LIMITS.in_flight:,}" in figures["SQS, messages in flight"]
    assert f"{LIMITS.partition_writes:,} units" in figures["DynamoDB, writes of one partition"]
    assert f"{LIMITS.first_table_writes:,} write units" in figures["DynamoDB, a new table paid by request"]
    assert f"{LIMITS.table_writes:,} units" in figures["DynamoDB, any table"]
    assert f"{LIMITS.account_concurrency:,}," in figures["Lambda, concurrent executions of an account"]
    batches = figures["Lambda, event source of a standard queue"]
    assert batches.startswith(
        f"{LIMITS.first_batches} batches at first, {LIMITS.more_batches_a_minute} more each minute"
    )


def test_the_route_limits_of_the_page_are_the_templates() -> None:
    limits = TEMPLATE["Resources"]["HttpApi"]["Properties"]["RouteSettings"]
    one, batch = (limits[f"POST /notifications{path}"]["ThrottlingRateLimit"] for path in ("", "/batch"))
    assert f"`POST /notifications`, {one:,} requests a second: {one * 86_400 // 10**6} million a day" in PAGE
    assert f"By batch, {batch} requests a second are {batch * 100:,} notifications" in PAGE
