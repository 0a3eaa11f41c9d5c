"""CloudWatch's rules for dashboards ("Dashboard Body Structure and Syntax")."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from tests.support.aws_template import logs_insights
from tests.support.aws_template.alarms import is_extended, of_metric
from tests.support.aws_template.stack import REGION, Resources, arn

_WIDGETS, _METRICS, _METRICS_IN_ALL, _ALARMS, _COLUMNS, _ROWS = 500, 500, 2_500, 100, 24, 1_000
_STATISTICS = {"SampleCount", "Average", "Sum", "Minimum", "Maximum"}
_VIEWS = {
    "metric": {"timeSeries", "singleValue", "gauge", "bar", "pie", "table"},
    "log": {"timeSeries", "table", "bar", "pie", "stackedarea"},
}
_PROPERTIES = {
    "text": {"markdown", "background"},
    "alarm": {"alarms", "sortBy", "states", "title"},
    "log": {"region", "title", "query", "view", "stacked", "accountId", "logGroups"},
    "metric": {
        "accountId",
        "annotations",
        "liveData",
        "legend",
        "metrics",
        "period",
        "region",
        "stat",
        "title",
        "view",
        "stacked",
        "sparkline",
        "timezone",
        "yAxis",
        "table",
        "labels",
        "setPeriodToTimeRange",
        "trend",
        "start",
        "end",
    },
}
_REQUIRED = {"text": {"markdown"}, "alarm": {"alarms"}, "log": {"region", "query"}, "metric": {"region"}}
_OPTIONS = {
    "accountId",
    "color",
    "expression",
    "id",
    "label",
    "period",
    "region",
    "stat",
    "visible",
    "yAxis",
}
_ID = re.compile("[a-z][A-Za-z0-9_]*")
_COLOR = re.compile("#[0-9a-fA-F]{6}")

type Widget = Mapping[str, Any]


def faults(resources: Resources) -> Iterator[str]:
    """Each rule that a dashboard does not meet."""
    for name, one in resources.items():
        if one["Type"] == "AWS::CloudWatch::Dashboard":
            body = json.loads(one["Properties"]["DashboardBody"])
            yield from (f"{name}: {fault}" for fault in of_body(body, resources))


def of_body(body: Mapping[str, Any], resources: Resources) -> Iterator[str]:
    """Each rule that this body does not meet."""
    if unknown := set(body) - {"widgets", "start", "end", "periodOverride", "variables"}:
        yield f"a body has no {', '.join(sorted(unknown))}"
    widgets = body.get("widgets")
    if not isinstance(widgets, list) or len(widgets) > _WIDGETS:
        yield f"a body has 0 to {_WIDGETS} widgets"
        return
    for widget in widgets:
        title = str(widget.get("properties", {}).get("title", widget.get("type")))
        yield from (f"“{title}” {fault}" for fault in of_widget(widget, resources))
    if sum(len(one.get("properties", {}).get("metrics", [])) for one in widgets) > _METRICS_IN_ALL:
        yield f"a dashboard has at most {_METRICS_IN_ALL} metrics"
    yield from _overlaps(widgets)


def of_widget(widget: Widget, resources: Resources) -> Iterator[str]:
    """Each rule that one widget does not meet."""
    yield from _of_place(widget)
    kind, properties = widget.get("type"), widget.get("properties", {})
    if kind not in _PROPERTIES:
        yield f"is of type {kind}"
        return
    yield from (f"has no property {one}" for one in sorted(set(properties) - _PROPERTIES[kind]))
    yield from (f"lacks {one}" for one in sorted(_REQUIRED[kind] - set(properties)))
    if properties.get("region", REGION) != REGION:
        yield f"looks at {properties['region']}"
    if kind in _VIEWS and properties.get("view", "timeSeries") not in _VIEWS[kind]:
        yield f"has the view {properties['view']}"
    if kind == "alarm":
        yield from _of_alarms(properties.get("alarms", []), resources)
    if kind == "log":
        yield from logs_insights.faults(properties.get("query", ""), resources)
    if kind == "metric":
        yield from _of_metrics(properties)


def _of_place(widget: Widget) -> Iterator[str]:
    x, y, width, height = (widget.get(name, 0) for name in ("x", "y", "width", "height"))
    if not (0 <= x < _COLUMNS and y >= 0 and width >= 1 and 1 <= height <= _ROWS and x + width <= _COLUMNS):
        yield f"stands at {x}, {y} with {width} by {height}, not within {_COLUMNS} columns"


def _of_alarms(alarms: list[Any], resources: Resources) -> Iterator[str]:
    if not 1 <= len(alarms) <= _ALARMS:
        yield f"shows 1 to {_ALARMS} alarms"
    known = {arn(name, one) for name, one in resources.items() if one["Type"] == "AWS::CloudWatch::Alarm"}
    yield from (f"shows {one}, the ARN of no alarm of this stack" for one in alarms if one not in known)


def _of_metrics(properties: Mapping[str, Any]) -> Iterator[str]:
    yield from _of_statistic(properties)
    rows = properties.get("metrics", [])
    if not isinstance(rows, list) or len(rows) > _METRICS or not (rows or "annotations" in properties):
        yield f"shows 1 to {_METRICS} metrics"
        return
    above: list[Any] = []
    for row in rows:
        options = row[-1] if row and isinstance(row[-1], dict) else {}
        yield from _of_options(options)
        above = _written_out(row[:-1] if options else row, above)
        yield from _of_row(above, options)
    yield from _of_expressions([row[-1] for row in rows if row and isinstance(row[-1], dict)])
    for line in properties.get("annotations", {}).get("horizontal", []):
        if not isinstance(line.get("value"), int | float):
            yield f"has a line without a value: {line}"


def _of_row(row: list[Any], options: Mapping[str, Any]) -> Iterator[str]:
    if "expression" in options:
        return
    if len(row) < 2 or len(row) % 2 or not all(isinstance(one, str) for one in row):
        yield f"has the metric {row}: a namespace, a name, and pairs of dimensions are needed"
        return
    yield from of_metric(row[0], row[1], dict(zip(row[2::2], row[3::2], strict=True)))


def _written_out(row: list[Any], above: list[Any]) -> list[Any]:
    """`.` stands for what is above, `...` for all that is above and not given here."""
    if "..." in row:
        rest = row[row.index("...") + 1 :]
        row = [*above[: len(above) - len(rest)], *rest]
    return [above[place] if one == "." and place < len(above) else one for place, one in enumerate(row)]


def _of_options(options: Mapping[str, Any]) -> Iterator[str]:
    yield from (f"has a metric with {one}" for one in sorted(set(options) - _OPTIONS))
    yield from _of_statistic(options)
    if "color" in options and not _COLOR.fullmatch(options["color"]):
        yield f"has the color {options['color']}"


def _of_expressions(options: list[Mapping[str, Any]]) -> Iterator[str]:
    """An id is one small word, given once; an expression names the ids of its widget."""
    ids = [str(one["id"]) for one in options if "id" in one]
    yield from (f"has the id {one}" for one in ids if not _ID.fullmatch(one) or ids.count(one) > 1)
    for expression in (str(one["expression"]) for one in options if "expression" in one):
        unknown = set(re.findall(r"\b[a-z]\w*\b", re.sub(r"'[^']*'|\"[^\"]*\"", "", expression))) - set(ids)
        yield from (f"computes with {one} in `{expression}`, which is no id" for one in sorted(unknown))


def _of_statistic(properties: Mapping[str, Any]) -> Iterator[str]:
    statistic, period = properties.get("stat", "Average"), properties.get("period", 60)
    if statistic not in _STATISTICS and not is_extended(str(statistic)):
        yield f"has the statistic {statistic}"
    if period not in {1, 5, 10, 20, 30} and period % 60:
        yield f"has the period {period}"


def _overlaps(widgets: list[Widget]) -> Iterator[str]:
    taken: set[tuple[int, int]] = set()
    for one in widgets:
        columns = range(one.get("x", 0), one.get("x", 0) + one.get("width", 6))
        rows = range(one.get("y", 0), one.get("y", 0) + one.get("height", 6))
        place = {(column, row) for column in columns for row in rows}
        if place & taken:
            yield f"two widgets overlap at {min(place & taken)}"
        taken |= place
