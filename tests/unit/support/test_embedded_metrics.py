"""What Herald emits is what CloudWatch makes metrics of."""

import json
from typing import Any

import pytest

from herald.runtime.metric_names import Metric
from herald.runtime.metrics import flush, record
from tests.support.aws_calls.embedded_metrics import faults
from tests.support.emitted_metrics import blobs, emitted


@pytest.mark.parametrize("times", [1, 2, 99, 100, 101, 250])
def test_every_metric_is_emitted_in_lines_that_cloudwatch_reads_however_often_it_is_noted(
    times: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "herald")
    flush()
    capsys.readouterr()
    for _ in range(times):
        for metric in Metric:
            record(metric, 10**15 + 0.5)
    flush()
    printed = capsys.readouterr().out
    assert [fault for line in blobs(printed) for fault in faults(line)] == []
    assert {name: len(values) for name, values in emitted(printed).items()} == {one.title: times for one in Metric}


def a_line(metrics: list[Any], dimensions: list[str] | None = None, namespace: str = "Herald", **values: Any) -> str:
    names = dimensions if dimensions is not None else ["service"]
    directive = {"Namespace": namespace, "Dimensions": [names], "Metrics": metrics}
    return json.dumps({"_aws": {"CloudWatchMetrics": [directive]}, "service": "herald", **values})


ONE = [{"Name": "A", "Unit": "Count"}]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (
            a_line([{"Name": f"M{n}"} for n in range(101)], **dict[str, Any]({f"M{n}": 1 for n in range(101)})),
            "1 to 100 metrics",
        ),
        (a_line(ONE, A=list(range(101))), "has 101 values"),
        (a_line(ONE, A="1"), "no number"),
        (a_line(ONE), "no number"),
        (a_line([{"Name": "A", "Unit": "Notifications"}], A=1), "counted in Notifications"),
        (a_line(ONE, [f"d{n}" for n in range(31)], A=1), "at most 30 dimensions"),
        (a_line(ONE, ["stack"], A=1), "dimension stack has no value"),
        (a_line(ONE, namespace="", A=1), "namespace is empty"),
        (a_line(ONE, A=1, text="x" * 262_144), "more than 262144 bytes"),
    ],
)
def test_a_line_that_cloudwatch_would_leave_aside_is_found(line: str, says: str) -> None:
    assert any(says in fault for fault in faults(line))


def test_a_line_that_cloudwatch_reads_is_left_alone() -> None:
    assert [*faults(a_line(ONE, A=[1, 2.5]))] == []
