"""Metrics, dashboards and alarms agree with each other and with the template."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from herald.runtime.metric_names import NAMESPACE, Metric
from tests.support.aws.alarm_watch import ALARMS, NAMES
from tests.support.docs.template import ALARM, ALWAYS, FUNCTION, QUEUE, TABLE, TEMPLATE, sentence
from tests.support.paths import DOCS
from tools.cloudwatch.expression import evaluate
from tools.cloudwatch.template_body import dashboards
from tools.dashboards.widget import Box, Widget, widgets

DASHBOARDS = {name: widgets(body) for name, body in dashboards(NAMES).items()}
OPERATIONS = (DOCS / "operations.md").read_text(encoding="utf-8")
PANELS = [pytest.param(one, id=one.title) for panels in DASHBOARDS.values() for one in panels if one.kind != "text"]


def drawn(namespace: str) -> Iterator[tuple[str, frozenset[tuple[str, str]]]]:
    """The name and the dimensions of each metric of this namespace that a dashboard draws."""
    rows = (row for panels in DASHBOARDS.values() for panel in panels for row in panel.rows())
    for row in rows:
        if row.metric and row.metric.namespace == namespace:
            yield row.metric.name, row.metric.dimensions


# ── Metrics ──


def test_herald_metrics_exist_and_name_the_stack() -> None:
    watched = {(alarm.metric.name, alarm.metric.dimensions) for alarm in ALARMS.values() if is_ours(alarm)}
    for name, dimensions in {*drawn(NAMESPACE), *watched}:
        assert name in {metric.title for metric in Metric}
        assert dimensions == {("service", "herald")}


def is_ours(alarm: Any) -> bool:
    return bool(alarm.metric.namespace == NAMESPACE)


def test_every_metric_is_on_a_dashboard() -> None:
    assert {metric.title for metric in Metric} == {name for name, _ in drawn(NAMESPACE)}


def test_a_metrics_name_is_its_members() -> None:
    for metric in Metric:
        assert metric.title == "".join(word.capitalize() for word in metric.name.split("_"))
        assert metric.meaning


def test_aws_metrics_are_of_the_templates_resources() -> None:
    there = {f"<{name}>" for name in (*FUNCTION, *TABLE, "HttpApi")} | {f"<{name}.QueueName>" for name in QUEUE}
    for namespace in ("AWS/Lambda", "AWS/SQS", "AWS/DynamoDB", "AWS/ApiGateway"):
        found = list(drawn(namespace))
        assert found
        for name, dimensions in found:
            assert {value for _, value in dimensions} <= there, name


# ── Dashboards ──


def test_two_dashboards_begin_with_what_to_do() -> None:
    assert set(DASHBOARDS) == {"BusinessDashboard", "PlumbingDashboard"}
    for panels in DASHBOARDS.values():
        assert panels[0].kind == "text"
        assert "herald doctor --stack-name herald" in panels[0].properties["markdown"]


@pytest.mark.parametrize("panel", PANELS)
def test_title_is_a_question(panel: Widget) -> None:
    assert panel.title.endswith("?")


def test_panel_named_in_a_text_exists() -> None:
    texts = [panels[0].properties["markdown"] for panels in DASHBOARDS.values()]
    named = {
        name.replace("\n", " ")
        for text in (OPERATIONS, *texts)
        for name in re.findall(r"(?<!\*)\*([A-Z][^*]+\?)\*", text)
    }
    assert len(named) > 3
    assert named <= {panel.title for panels in DASHBOARDS.values() for panel in panels}


@pytest.mark.parametrize("panel", [panel for panel in PANELS if panel.values[0].kind == "metric"])  # type: ignore[union-attr] # a Widget
def test_line_has_a_label(panel: Widget) -> None:
    for row in panel.rows():
        assert row.options.get("label") or row.options.get("visible") is False
    evaluated = [row.options["expression"] for row in panel.rows() if row.metric is None]
    ids = {str(row.options.get("id")): [(0.0, 1.0)] for row in panel.rows() if row.metric}
    assert all(evaluate(expression, ids) for expression in evaluated)


@pytest.mark.parametrize("name", DASHBOARDS)
def test_panels_neither_overlap_nor_leave_the_grid(name: str) -> None:
    cells = [cell for panel in DASHBOARDS[name] for cell in cells_of(panel.box)]
    assert len(cells) == len(set(cells))
    assert all(0 <= x < 24 for x, _ in cells)


def cells_of(box: Box) -> list[tuple[int, int]]:
    return [(box.x + dx, box.y + dy) for dx in range(box.width) for dy in range(box.height)]


def test_every_alarm_is_a_line_on_its_graph() -> None:
    """Those of one kind (one for each function, each poison queue) share a line."""
    lines = {
        (label.partition(":")[0], row.metric.namespace, row.metric.name): value
        for panels in DASHBOARDS.values()
        for panel in panels
        for label, value in panel.limits
        for row in panel.rows()
        if row.metric
    }
    for name, alarm in ALARMS.items():
        label = line_of(name)
        value = 80 if label == "DurationAlarm" else alarm.threshold  # shown in per cent of each limit
        assert lines.get((label, alarm.metric.namespace, alarm.metric.name)) == value, name


def line_of(alarm: str) -> str:
    """What the dashboards call the line of this alarm."""
    if alarm in {
        "PoisonAlarm",
        "DeadLetterPoisonAlarm",
        "JobPoisonAlarm",
        "DispatcherFailureAlarm",
        "CanaryFailureAlarm",
    }:
        return "each its own alarm, PoisonAlarm for one"
    kind = re.search(r"(?:Errors|Throttles|Duration)Alarm$", alarm)
    return kind[0] if kind else alarm


def test_every_alarm_is_shown_on_a_dashboard() -> None:
    shown = [
        name
        for panels in DASHBOARDS.values()
        for panel in panels
        if panel.kind == "alarm"
        for name in panel.properties["alarms"]
    ]
    assert {name.strip("<>").removesuffix(".Arn") for name in shown} == set(
        ALARM
    ) & ALWAYS  # a canary's are not always there


def test_log_widgets_read_log_groups_of_the_stack() -> None:
    groups = {sentence(one["LogGroupName"]) for one in of_groups()}
    for panel in [panel for panels in DASHBOARDS.values() for panel in panels if panel.kind == "log"]:
        sources = re.findall(r"SOURCE '([^']+)'", panel.properties["query"])
        assert sources
        assert {source.replace("/herald/herald/", "/herald/${AWS::StackName}/") for source in sources} <= groups


def of_groups() -> list[dict[str, Any]]:
    return [one["Properties"] for one in TEMPLATE["Resources"].values() if one["Type"] == "AWS::Logs::LogGroup"]
