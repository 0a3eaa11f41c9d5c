"""The check of dashboards finds what CloudWatch would reject or show as an empty graph."""

from typing import Any

import pytest

from tests.support.aws_template import dashboards, logs_insights

type Node = Any

METRIC = {"region": "eu-central-1", "metrics": [["AWS/SQS", "NumberOfMessagesSent", "QueueName", "q"]]}
WIDGETS: dict[str, tuple[Node, str]] = {
    "a widget beyond the edge": (
        {"type": "text", "x": 20, "width": 5, "height": 1, "properties": {"markdown": ""}},
        "24 columns",
    ),
    "a widget of no height": ({"type": "text", "width": 5, "height": 0, "properties": {"markdown": ""}}, "24 columns"),
    "a widget of an unknown type": ({"type": "graph", "width": 5, "height": 1}, "is of type graph"),
    "a text without words": ({"type": "text", "width": 5, "height": 1, "properties": {}}, "lacks markdown"),
    "an alarm by its name": (
        {"type": "alarm", "width": 5, "height": 1, "properties": {"alarms": ["PoisonAlarm"]}},
        "ARN of no alarm",
    ),
    "another region": (
        {"type": "metric", "width": 5, "height": 1, "properties": {**METRIC, "region": "eu-west-9"}},
        "eu-west-9",
    ),
    "an unknown property": (
        {"type": "metric", "width": 5, "height": 1, "properties": {**METRIC, "colour": "red"}},
        "colour",
    ),
    "an unknown statistic": (
        {"type": "metric", "width": 5, "height": 1, "properties": {**METRIC, "stat": "Median"}},
        "Median",
    ),
    "a period of 90 seconds": (
        {"type": "metric", "width": 5, "height": 1, "properties": {**METRIC, "period": 90}},
        "period 90",
    ),
    "an unknown view": (
        {"type": "metric", "width": 5, "height": 1, "properties": {**METRIC, "view": "pies"}},
        "view pies",
    ),
}
ROWS: dict[str, tuple[Node, str]] = {
    "a dimension without a value": (["AWS/SQS", "NumberOfMessagesSent", "QueueName"], "pairs of dimensions"),
    "a metric that nothing emits": (["Herald", "Acepted", "service", "herald"], "nothing emits"),
    "a label with a comma in YAML's short form": (
        ["Herald", "Waiting", "service", "herald", {"label": "waiting", "due or not": None}],
        "a metric with due or not",
    ),
    "a color by its name": (["Herald", "Waiting", "service", "herald", {"color": "red"}], "the color red"),
    "a statistic of one metric": (["Herald", "Waiting", "service", "herald", {"stat": "p101"}], "p101"),
    "an expression with an unknown id": ([{"expression": "m0 / 100"}], "computes with m0"),
}
QUERIES = {
    "a misspelt command": ("SOURCE '/herald/herald/api' | feilds status", "cannot be read"),
    "no log group": ("fields status", "queries 0 log groups"),
    "an unknown log group": ("SOURCE '/herald/herald/nobody' | limit 10", "the stack does not have"),
    "a function that there is not": ("SOURCE '/herald/herald/api' | stats mean(ms) by route", "mean"),
    "a sort by what is gone": (
        "SOURCE '/herald/herald/api' | stats count(*) as times by route | sort ms desc",
        "sorts by ms",
    ),
    "a filter without a condition": ("SOURCE '/herald/herald/api' | filter status", "cannot be read"),
    "a limit beyond 10,000": ("SOURCE '/herald/herald/api' | limit 10001", "cannot be read"),
    "an open parenthesis": ("SOURCE '/herald/herald/api' | stats count(* by route", "do not match"),
}
RESOURCES = {"ApiLog": {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": "/herald/herald/api"}}}


@pytest.mark.parametrize("mistake", WIDGETS)
def test_a_mistake_in_a_widget_is_found(mistake: str) -> None:
    widget, says = WIDGETS[mistake]
    assert any(says in fault for fault in dashboards.of_body({"widgets": [widget]}, {}))


@pytest.mark.parametrize("mistake", ROWS)
def test_a_mistake_in_a_metric_is_found(mistake: str) -> None:
    row, says = ROWS[mistake]
    widget = {"type": "metric", "width": 6, "height": 6, "properties": {**METRIC, "metrics": [row]}}
    assert any(says in fault for fault in dashboards.of_widget(widget, {}))


@pytest.mark.parametrize("mistake", QUERIES)
def test_a_mistake_in_a_query_is_found(mistake: str) -> None:
    query, says = QUERIES[mistake]
    assert any(says in fault for fault in logs_insights.faults(query, RESOURCES))


@pytest.mark.parametrize(
    "query",
    [
        "SOURCE '/herald/herald/api' | filter ms >= 500 and route like /POST|GET/ | sort @timestamp desc | limit 20",
        "SOURCE '/herald/herald/api' | fields @timestamp, ms * 2 as twice | filter ispresent(error)",
        "SOURCE '/herald/herald/api' | stats count(*), pct(ms, 99) as slow by bin(5m) | sort slow",
        "SOURCE '/herald/herald/api' | filter status in [500, 503] or not (ip = '192.0.2.1') | display route",
    ],
)
def test_valid_query_has_no_fault(query: str) -> None:
    assert [*logs_insights.faults(query, RESOURCES)] == []


def test_two_widgets_at_one_place_are_found() -> None:
    widget = {"type": "text", "x": 0, "y": 0, "width": 5, "height": 2, "properties": {"markdown": "x"}}
    assert [*dashboards.of_body({"widgets": [widget, {**widget, "y": 1}]}, {})] == ["two widgets overlap at (0, 1)"]
