"""Measurements from log lines: the embedded metric format of our functions, and Lambda's own report lines."""

import json
import re
from collections.abc import Iterator

from tools.cloudwatch.measurements import Measurements, Metric

_REPORT = re.compile(r"^REPORT .*?\tDuration: ([0-9.]+) ms")
_ERROR = ("[ERROR]", '"errorType"')


def read(line: str, at: int, function: str, into: Measurements) -> None:
    """One line of the function's log, written at that moment (ms since the epoch)."""
    if report := _REPORT.match(line):
        _add_lambda("Duration", float(report[1]), at, function, into)
        _add_lambda("Invocations", 1, at, function, into)
        _add_lambda("Errors", 0, at, function, into)
        _add_lambda("Throttles", 0, at, function, into)
    elif line.startswith(_ERROR[0]) or _ERROR[1] in line:
        _add_lambda("Errors", 1, at, function, into)
    elif '"_aws"' in line:
        for metric, moment, values in embedded(line):
            into.add(metric, moment, values)


def embedded(line: str) -> Iterator[tuple[Metric, int, list[float]]]:
    """The metrics of a blob (CloudWatch: "Embedded metric format specification")."""
    blob = json.loads(line)
    for directive in blob["_aws"]["CloudWatchMetrics"]:
        for names in directive["Dimensions"]:
            dimensions = frozenset((name, str(blob[name])) for name in names)
            for metric in directive["Metrics"]:
                values = blob[metric["Name"]]
                full = Metric(directive["Namespace"], metric["Name"], dimensions)
                yield full, int(blob["_aws"]["Timestamp"]), values if isinstance(values, list) else [values]


def _add_lambda(name: str, value: float, at: int, function: str, into: Measurements) -> None:
    into.add(Metric("AWS/Lambda", name, frozenset({("FunctionName", function)})), at, [value])
