"""docs/costs.md: each cost is its quantity times its price, and what is not counted follows from template and ladder.

tests/integration/system/test_costs.py compares the quantities of a notification with those counted in a run.
"""

import re
from itertools import accumulate

import pytest

from herald.domain.clock import HOUR, MINUTE, SECOND
from herald.domain.ladder import DEFAULT_LADDER
from herald.runtime.metric_names import Metric
from tests.support.docs.cost_table import COSTS, FUNCTION_OF, WAYS, cells, memory, number
from tests.support.docs.template import ALARM, ALWAYS, TABLE, TEMPLATE, events, of_type

MILLION = cells("| A million notifications |")
FIXED = cells("| Whatever is sent |")
BREAKER = cells("| One attempt at a server that hangs |")
COLUMNS = range(1, 2 + len(WAYS))
MONTH = 30 * 86_400  # seconds
TOTALS = ("**Together**", "**With decryption and log lines**")


def split(cell: str) -> tuple[float, float]:
    """Quantity and cost of a cell; both 0 where it is empty."""
    quantity, _, cost = cell.partition(" = ")
    return (number(quantity), number(cost)) if cell else (0, 0)


@pytest.mark.parametrize("column", COLUMNS)
def test_each_cost_of_a_million_is_its_quantity_times_its_price(column: int) -> None:
    total = 0.0
    for name, row in MILLION.items():
        if name in TOTALS:
            assert number(row[column]) == pytest.approx(total, abs=0.03), name
            continue
        quantity, cost = split(row[column])
        assert cost == pytest.approx(quantity * number(row[0]), abs=0.006), name
        total += cost


def test_writes_are_paid_in_one_way_only() -> None:
    by_request, provisioned = (MILLION[f"Writes, {way}"][1:] for way in ("by request", "provisioned"))
    assert [bool(cell) for cell in by_request] == [True] * len(WAYS) + [False]
    assert [bool(cell) for cell in provisioned] == [False] * len(WAYS) + [True]
    assert split(provisioned[-1])[0] == split(by_request[-2])[0]


def test_everything_else_of_a_batch_is_the_same_with_provisioned_capacity() -> None:
    others = [row for name, row in MILLION.items() if name not in TOTALS and not name.startswith("Writes")]
    assert [row[-1] for row in others] == [row[-2] for row in others]


def test_a_provisioned_unit_costs_its_hours_at_the_use() -> None:
    an_hour, use = 0.00065, int(TEMPLATE["Parameters"]["TargetUtilization"]["Default"]) / 100
    assert f"${an_hour} an hour" in COSTS
    assert number(MILLION["Writes, provisioned"][0]) == pytest.approx(an_hour / 3600 * 1e6 / use, abs=0.0005)


def test_the_goals_are_met() -> None:
    assert number(MILLION["**Together**"][-2]) <= 4.20
    assert number(MILLION["**Together**"][-1]) <= 2.30


def test_the_memory_is_that_of_the_template() -> None:
    told = {name.strip("`"): number(row[0]) for name, row in cells("| Function | Memory | Time | Of that |").items()}
    assert told == {name: memory(name) * 1024 for name in FUNCTION_OF}


# ── Fixed costs ──


def test_each_fixed_cost_is_its_quantity_times_its_price() -> None:
    *items, (last, (_, together)) = FIXED.items()
    costs = {name: split(row[1]) for name, row in items}
    for name, row in items:
        assert costs[name][1] == pytest.approx(costs[name][0] * number(row[0]), abs=0.006), name
    assert last == "**Together**"
    assert number(together) == pytest.approx(sum(cost for _, cost in costs.values()), abs=0.02)


def test_the_fixed_quantities_are_those_of_the_template() -> None:
    told = {name: split(row[1])[0] for name, row in FIXED.items() if " = " in row[1]}
    keys = {name for name in of_type("KMS::Key") if name in ALWAYS}
    polls = MONTH / 60 / int(TEMPLATE["Parameters"]["DispatchEvery"]["Default"]) / 1e6
    assert told == {
        "Metrics of Herald": len(Metric),
        "Alarms": len({*ALARM} & ALWAYS),
        "Dashboards": len(of_type("CloudWatch::Dashboard")),
        "KMS keys, in their first year": len(keys),
        "SQS requests of empty queues": pytest.approx(empty_receives() / 1e6, abs=0.0006),
        "Scheduler": pytest.approx(polls, abs=0.0001),
        "Lambda time of polls, 0.3 s each": pytest.approx(polls * 0.3 * memory("dispatcher"), abs=0.0001),
        "What a poll reads": pytest.approx(polls * 50, abs=0.006),
    }


def empty_receives() -> float:
    """Of five pollers for each queue with a consumer, each of which asks for 20 s."""
    queues = [one["Queue"]["Fn::GetAtt"][0] for _, one in events("SQS")]
    waits = {of_type("SQS::Queue")[name]["ReceiveMessageWaitTimeSeconds"] for name in queues}
    assert waits == {20}
    return len(queues) * 5 * MONTH / 20


def test_the_least_capacity_is_what_the_parameters_say() -> None:
    places = 1 + len(TABLE["NotificationTable"]["GlobalSecondaryIndexes"])
    least = cells("| With `PROVISIONED` at least |")
    for verb, price in (("Write", 0.00065), ("Read", 0.00013)):
        units = places * int(TEMPLATE["Parameters"][f"Min{verb}Capacity"]["Default"])
        quantity, cost = split(least[f"{verb} units"][1])
        a_month = number(least[f"{verb} units"][0])
        assert quantity == units
        assert a_month == pytest.approx(price * MONTH / 3600, abs=0.0006)
        assert cost == pytest.approx(quantity * a_month, abs=0.006)
    policies = len(of_type("ApplicationAutoScaling::ScalingPolicy"))
    alarms, cost = split(least["Alarms of the scaling"][1])
    assert alarms == 4 * policies
    assert cost == pytest.approx(alarms * 0.10)


# ── The breaker, and others ──


def test_an_attempt_at_a_server_that_hangs_is_reckoned() -> None:
    *items, (_, (_, together)) = BREAKER.items()
    for name, row in items:
        quantity, cost = split(row[1])
        assert cost == pytest.approx(quantity * number(row[0]), abs=0.006), name
    assert number(together) == pytest.approx(sum(split(row[1])[1] for _, row in items), abs=0.02)
    waited = int(TEMPLATE["Parameters"]["AttemptTimeout"]["Default"])
    assert split(BREAKER["Lambda time"][1])[0] == waited * memory("deliverer") / 10  # ten wait together


def test_the_attempts_of_an_outage_are_those_of_the_ladder() -> None:
    found = re.search(r"an outage of (\d+) hours\s+costs (\d+) attempts", COSTS)
    assert found
    hours, attempts = int(found[1]), int(found[2])
    begins = [0, *accumulate(wait + 10 * SECOND for wait in DEFAULT_LADDER.waits)]
    assert attempts == len([at for at in begins if at < hours * HOUR])
    told = re.search(r"for a million notifications \$(\d+)", COSTS)
    assert told
    assert number(told[1]) == pytest.approx(attempts * number(BREAKER["**A million attempts**"][1]), abs=1)
    probes = re.search(r"at most (\d+) probes", COSTS)
    assert probes
    assert hours * HOUR / (5 * MINUTE) <= int(probes[1]) <= hours * HOUR / (5 * MINUTE) + 10


def test_the_sums_of_other_services_are_those_of_their_parts() -> None:
    for name, (parts, together) in cells("| Service | Price of its parts, a million | Together |").items():
        assert number(together) == pytest.approx(sum(float(one) for one in re.findall(r"\$([0-9.]+)", parts))), name
