"""CloudWatch's rules for metrics in a log line ("Specification: Embedded metric format")."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from tests.support.aws_calls.model import input_of

_METRICS, _VALUES, _DIMENSIONS, _NAME = 100, 100, 30, 1_024
_LINE = 262_144  # bytes of a log event that every consumer of CloudWatch Logs takes


def faults(line: str) -> Iterator[str]:
    """Each rule that the line does not meet."""
    if len(line.encode()) > _LINE:
        yield f"the line has more than {_LINE} bytes"
    said = json.loads(line)
    for directive in said["_aws"]["CloudWatchMetrics"]:
        yield from _of_directive(directive, said)


def _of_directive(directive: Mapping[str, Any], said: Mapping[str, Any]) -> Iterator[str]:
    if not 1 <= len(directive["Namespace"]) <= _NAME:
        yield "the namespace is empty or too long"
    if not 1 <= len(directive["Metrics"]) <= _METRICS:
        yield f"a line has 1 to {_METRICS} metrics, this one {len(directive['Metrics'])}"
    for dimensions in directive["Dimensions"]:
        if len(dimensions) > _DIMENSIONS:
            yield f"a metric has at most {_DIMENSIONS} dimensions"
        yield from (f"the dimension {name} has no value" for name in dimensions if not said.get(name))
    for metric in directive["Metrics"]:
        yield from _of_metric(metric, said.get(metric["Name"]))


def _of_metric(metric: Mapping[str, Any], values: Any) -> Iterator[str]:
    name = metric["Name"]
    if not 1 <= len(name) <= _NAME:
        yield f"the name {name} is empty or too long"
    if metric.get("Unit", "None") not in _units():
        yield f"{name} is counted in {metric['Unit']}"
    numbers = values if isinstance(values, list) else [values]
    if not 1 <= len(numbers) <= _VALUES:
        yield f"{name} has {len(numbers)} values, not 1 to {_VALUES}"
    if not all(isinstance(one, int | float) for one in numbers):
        yield f"{name} has a value that is no number"


def _units() -> list[str]:
    data = input_of("cloudwatch", "PutMetricData").members["MetricData"].member
    units: list[str] = data.members["Unit"].enum
    return units
