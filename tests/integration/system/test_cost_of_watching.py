"""What Herald writes down of a notification, in bytes, and that docs/operations.md reckons with it."""

import io
import re
from itertools import takewhile

import pytest
import time_machine

from herald.domain.clock import SECOND
from herald.runtime.logging import logger
from herald.runtime.metric_names import Metric
from tests.integration.system.test_costs import MANY, Journey
from tests.support.aws.aws_stack import Aws
from tests.support.docs.log_bytes import OVERHEAD, TRACE, access_log_line
from tests.support.docs.template import ALARM, ALWAYS, TEMPLATE
from tests.support.factories import NOON, a_partner
from tests.support.functions.deliverer import Poster, employed
from tests.support.functions.dispatcher import registered
from tests.support.paths import DOCS
from tests.support.report import show_figure
from tests.support.request_counter import Meter

OPERATIONS = (DOCS / "operations.md").read_text(encoding="utf-8")


@pytest.fixture
def poster(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> Poster:  # noqa: ARG001 - its environment
    return employed(monkeypatch)


@pytest.mark.usefixtures("poster")
def test_the_bytes_that_are_written_of_a_notification_are_those_of_the_document(
    aws: Aws, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("_X_AMZN_TRACE_ID", TRACE)
    written = io.StringIO()
    monkeypatch.setattr(logger.registered_handler, "stream", written)
    with time_machine.travel(NOON / SECOND, tick=False) as clock:
        registered(a_partner())
        Journey(aws, Meter(aws), clock).begin(MANY)
    lines = [*written.getvalue().splitlines(), *capsys.readouterr().out.splitlines(), *[access_log_line()] * MANY]
    bytes_each = sum(len(line.encode()) + OVERHEAD for line in lines) / MANY
    show_figure(capsys, f"written of a notification: {bytes_each:.0f} bytes in {len(lines) / MANY:g} lines")
    assert bytes_each == pytest.approx(told_bytes(), rel=0.05)


def told_bytes() -> int:
    """What the document reckons with."""
    found = re.search(r"\*\*(\d+) bytes\*\*", OPERATIONS)
    assert found
    return int(found[1])


# ── The arithmetic of the document ──


def rows(heading: str = "| What watching costs |") -> list[list[str]]:
    table = OPERATIONS[OPERATIONS.index(heading) :].splitlines()[2:]
    return [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in takewhile(lambda one: one.startswith("|"), table)
    ]


def number(text: str) -> float:
    return float(text.replace(",", "").replace("$", "").strip())


COLUMNS = {2: 1, 3: 100}  # of the table: for so many million notifications a month


@pytest.mark.parametrize("column", COLUMNS)
def test_each_row_of_the_costs_is_its_quantity_times_its_price_and_the_last_one_their_sum(column: int) -> None:
    *items, (_, _, *sums) = rows()
    total = 0.0
    for _, price, *cells in items:
        quantity, cost = cells[column - 2].split("=")
        per = number(re.split(r" (?:a|for) ", price)[0])
        assert number(cost) == pytest.approx(number(quantity.split()[0]) * per, abs=0.006)
        total += number(cost)
    assert number(sums[column - 2]) == pytest.approx(total, abs=0.02)


@pytest.mark.parametrize("column", COLUMNS)
def test_the_quantities_are_those_of_the_template_and_of_what_is_written(column: int) -> None:
    cells = {row[0]: row[column] for row in rows()}
    gigabytes = COLUMNS[column] * 1e6 * told_bytes() / 1e9
    assert quantity(cells["Log lines taken in"]) == pytest.approx(gigabytes, rel=0.01)
    assert quantity(cells["Log lines kept for 90 days, compressed to 15 %"]) == pytest.approx(
        gigabytes * 3 * 0.15, rel=0.01
    )
    assert quantity(cells["Metrics of our own"]) == len(Metric)
    assert quantity(cells["Alarms"]) == len(set(ALARM) & ALWAYS)
    dashboards = [one for one in TEMPLATE["Resources"].values() if one["Type"] == "AWS::CloudWatch::Dashboard"]
    assert quantity(cells["Dashboards"]) == len(dashboards)


MONTH = 30 * 86_400  # seconds
INVOCATIONS = {"submissions": 1.0, "deliveries": 0.11}  # for each notification: batches of ten, when there are many


def traced(requests: float) -> float:
    """How many of a month's requests Lambda traces: the first of each second, and 5 % of the others."""
    first = min(requests, MONTH)
    return first + 0.05 * (requests - first)


@pytest.mark.parametrize("column", COLUMNS)
def test_the_cost_of_traces_is_told_apart_from_what_everybody_pays(column: int) -> None:
    assert not [row for row in rows() if "X-Ray" in row[0]]
    (told,) = rows("| With `Tracing=On` besides |")
    count, cost = told[column].split("=")
    expected = sum(traced(COLUMNS[column] * 1e6 * each) for each in INVOCATIONS.values()) / 1e6
    assert number(count) == pytest.approx(expected, rel=0.02)
    assert number(cost) == pytest.approx(number(count) * 5.00, abs=0.006)


def quantity(cell: str) -> float:
    return number(cell.split("=", maxsplit=1)[0].split(maxsplit=1)[0])
