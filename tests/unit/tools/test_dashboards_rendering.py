"""The dashboards' renderer: what it measures from logs, what it reads of a widget, what it draws."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.aws.alarm_watch import NAMES
from tools.cloudwatch.expression import UnknownExpression, evaluate
from tools.cloudwatch.insights import answer
from tools.cloudwatch.log_lines import read
from tools.cloudwatch.measurements import Measurements, Metric, statistic
from tools.cloudwatch.template_body import dashboards
from tools.dashboards.render_input import RenderInput
from tools.dashboards.renderer import draw, save
from tools.dashboards.widget import Line, Row, Widget, widgets

STACK = frozenset({("stack", "herald")})
DELIVERED = Metric("Herald", "Delivered", STACK)
BLOB = {
    "_aws": {
        "Timestamp": 1_000_000,
        "CloudWatchMetrics": [
            {
                "Namespace": "Herald",
                "Dimensions": [["stack"]],
                "Metrics": [{"Name": "Delivered", "Unit": "Count"}, {"Name": "Latency", "Unit": "Milliseconds"}],
            }
        ],
    },
    "stack": "herald",
    "Delivered": 3,
    "Latency": [10.0, 20.0, 30.0],
}


def measured() -> Measurements:
    found = Measurements()
    read(json.dumps(BLOB), 1_000_500, "deliverer", found)
    later = {**BLOB, "_aws": {**BLOB["_aws"], "Timestamp": 1_007_000}, "Delivered": 1}  # type: ignore[dict-item] # a dict
    read(json.dumps(later), 1_007_500, "deliverer", found)
    return found


def test_an_embedded_metric_counts_at_its_own_moment() -> None:
    found = measured()
    assert found.values[DELIVERED] == [(1_000_000, 3), (1_007_000, 1)]
    assert found.points(DELIVERED, "Sum", 5_000) == [(0.0, 3), (5.0, 1)]
    assert found.over_all(Metric("Herald", "Latency", STACK), "p50") == 20
    assert found.over_all(Metric("Herald", "Nothing", STACK), "Sum") is None


def test_lambdas_own_report_counts_an_invocation_and_its_duration() -> None:
    found = Measurements()
    read("REPORT RequestId: 1\tDuration: 742 ms\tBilled Duration: 742 ms", 5, "f", found)
    read("[ERROR] ValueError: x", 6, "f", found)
    read("START RequestId: 1", 7, "f", found)
    values = {metric.name: [value for _, value in those] for metric, those in found.values.items()}
    assert values == {"Duration": [742.0], "Invocations": [1], "Errors": [0, 1], "Throttles": [0]}


@pytest.mark.parametrize(
    ("stat", "value"), [("Sum", 6), ("Average", 2), ("Minimum", 1), ("Maximum", 3), ("SampleCount", 3), ("p50", 2)]
)
def test_a_statistic_is_cloudwatchs(stat: str, value: float) -> None:
    assert statistic(stat, [1, 3, 2]) == value


def test_a_statistic_that_there_is_not_is_refused() -> None:
    with pytest.raises(ValueError, match="Median"):
        statistic("Median", [1])


def test_metric_math_is_done_where_both_have_a_value() -> None:
    lines = {"m1": [(0.0, 1.0), (5.0, 3.0)], "m2": [(5.0, 4.0), (10.0, 0.0)]}
    assert evaluate("100 * m1 / m2", lines) == [(5.0, 75.0)]
    assert evaluate("FILL(m1, 0) + FILL(m2, 0)", lines) == [(0.0, 1.0), (5.0, 7.0), (10.0, 0.0)]
    assert evaluate("m1 / m2 * 0", {**lines, "m2": [(0.0, 0.0)]}) == []
    assert evaluate("5", lines) == [(0.0, 5.0), (5.0, 5.0), (10.0, 5.0)]


@pytest.mark.parametrize("expression", ["ANOMALY_DETECTION_BAND(m1)", "m9", "m1 ** 2", "__import__('os')"])
def test_what_is_no_known_metric_math_is_refused(expression: str) -> None:
    with pytest.raises(UnknownExpression):
        evaluate(expression, {"m1": [(0.0, 1.0)]})


def panel(**properties: Any) -> Widget:
    body = {"widgets": [{"type": "metric", "x": 0, "y": 0, "width": 12, "height": 6, "properties": properties}]}
    return widgets(body)[0]


def test_the_abbreviations_of_a_widget_are_written_out() -> None:
    rows = panel(
        metrics=[
            ["Herald", "Delivered", "stack", "herald", {"label": "delivered"}],
            [".", "Failed", ".", "."],
            ["...", "other"],
            [{"expression": "m1 / m2", "id": "e1"}],
        ]
    ).rows()
    assert rows[0] == Row(DELIVERED, {"label": "delivered"})
    assert rows[1].metric == Metric("Herald", "Failed", STACK)
    assert rows[2].metric == Metric("Herald", "Failed", frozenset({("stack", "other")}))
    assert (rows[3].metric, rows[3].label) == (None, "m1 / m2")


def test_a_widget_draws_what_is_visible_and_calculates_with_the_rest() -> None:
    relative_path = panel(
        stat="Sum",
        metrics=[
            ["Herald", "Delivered", "stack", "herald", {"id": "m1", "visible": False}],
            [{"expression": "m1 * 2", "label": "twice", "id": "e1"}],
        ],
    )
    assert relative_path.lines(measured(), 5_000) == [Line("twice", [(0.0, 6.0), (5.0, 2.0)])]


def test_a_log_widgets_query_counts_by_a_field() -> None:
    lines = [json.dumps({"message": "attempt", "partner_id": n % 2, "verdict": "timeout"}) for n in range(5)]
    lines += [json.dumps({"message": "attempt", "partner_id": 1, "verdict": "success"}), "START", "[1]"]
    query = (
        "SOURCE '/herald/x/deliverer' | fields @timestamp | filter message = 'attempt' and verdict != 'success' "
        "| stats count(*) as failures by partner_id, verdict | sort failures desc | limit 1"
    )
    found = answer(query, lines)
    assert found.columns == ("partner_id", "verdict", "failures")
    assert found.rows == (("0", "timeout", "3"),)


def test_the_plumbing_dashboard_counts_errors_that_were_caught_and_those_that_were_not() -> None:
    panels = widgets(dashboards(NAMES)["PlumbingDashboard"])
    [query] = [panel.properties["query"] for panel in panels if panel.kind == "log"]
    lines = [
        '{"level": "ERROR", "message": "record failed"}',
        '{"level": "ERROR", "errorMessage": "boom", "errorType": "ValueError"}',  # as Lambda writes what nobody caught
        '{"level": "ERROR", "message": "record failed"}',
        '{"level": "INFO", "message": "poll"}',
    ]
    found = answer(query, lines)
    assert (found.columns, found.rows) == (("error", "times"), (("record failed", "2"), ("boom", "1")))


def test_a_dashboard_of_every_kind_of_widget_is_drawn(tmp_path: Path) -> None:
    metrics = [["Herald", "Delivered", "stack", "herald"]]
    limit = {"horizontal": [{"label": "alarm", "value": 2}]}
    kinds: list[tuple[str, dict[str, Any]]] = [
        ("text", {"markdown": "# What to do\n**First** look at [the guide](https://example.com)."}),
        ("metric", {"title": "Are partners told?", "stat": "Sum", "metrics": metrics, "annotations": limit}),
        ("metric", {"title": "How many?", "view": "singleValue", "stat": "Sum", "metrics": metrics}),
        ("metric", {"title": "Nothing", "metrics": [["AWS/SQS", "Nothing", "QueueName", "q"]]}),
        ("log", {"title": "Who?", "query": "stats count(*) as n by partner_id"}),
        ("alarm", {"title": "Alarms", "alarms": ["NoPollAlarm", "PoisonAlarm"]}),
    ]
    body = {
        "widgets": [
            {"type": kind, "x": 0, "y": 4 * place, "width": 12, "height": 4, "properties": properties}
            for place, (kind, properties) in enumerate(kinds)
        ]
    }
    table = answer("stats count(*) as n by partner_id", ['{"partner_id": 7}'])
    render_input = RenderInput(
        measured=measured(), period=5_000, tables={"Who?": table}, ringing=frozenset({"NoPollAlarm"})
    )
    figure = draw("Business", widgets(body), render_input)
    save(figure, tmp_path / "picture.png")
    assert (tmp_path / "picture.png").read_bytes().startswith(b"\x89PNG")
    titles = {axes.get_title(loc="left") for axes in figure.axes}
    assert {"Are partners told?", "How many?", "Who?"} <= titles
    said = {text.get_text() for axes in figure.axes for text in axes.texts}
    assert {"NoPollAlarm: in alarm", "PoisonAlarm: OK"} <= said
