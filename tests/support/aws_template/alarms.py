"""CloudWatch's rules for alarms (API reference, PutMetricAlarm), and whether the metric exists."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from herald.runtime.metric_names import NAMESPACE, Metric
from tests.support.aws_template.stack import Resources

HOUR, DAY, WEEK = 3_600, 86_400, 604_800  # seconds
# Documented metrics of AWS's services with the dimension that Herald's alarms and dashboards name.
METRICS = {
    "AWS/SQS": (
        "QueueName",
        {
            "ApproximateAgeOfOldestMessage",
            "ApproximateNumberOfMessagesVisible",
            "ApproximateNumberOfMessagesNotVisible",
            "ApproximateNumberOfMessagesDelayed",
            "NumberOfMessagesDeleted",
            "NumberOfMessagesReceived",
            "NumberOfMessagesSent",
        },
    ),
    "AWS/Lambda": (
        "FunctionName",
        {"Invocations", "Errors", "Throttles", "Duration", "ConcurrentExecutions", "DeadLetterErrors", "AsyncEventAge"},
    ),
    "AWS/ApiGateway": ("ApiId", {"4xx", "5xx", "Count", "DataProcessed", "IntegrationLatency", "Latency"}),
    "AWS/DynamoDB": (
        "TableName",
        {
            "ConsumedReadCapacityUnits",
            "ConsumedWriteCapacityUnits",
            "ReadThrottleEvents",
            "WriteThrottleEvents",
            "ThrottledRequests",
            "SystemErrors",
            "UserErrors",
        },
    ),
    NAMESPACE: ("service", {metric.title for metric in Metric}),
}
_PERCENTILE = re.compile(r"p(100|\d{1,2}(\.\d{1,10})?)")
_TRIMMED = re.compile(r"(tm|wm|tc|ts)(100|\d{1,2}(\.\d{1,10})?)|IQM|(TM|WM|TC|TS|PR)\([^)]*:[^)]*\)")
_MISSING = {"breaching", "notBreaching", "ignore", "missing"}


def faults(resources: Resources) -> Iterator[str]:
    """Each rule that an alarm does not meet."""
    for name, one in resources.items():
        if one["Type"] == "AWS::CloudWatch::Alarm":
            yield from (f"{name}: {fault}" for fault in of_alarm(one["Properties"]))


def of_alarm(alarm: Mapping[str, Any]) -> Iterator[str]:
    """Each rule that these properties do not meet."""
    yield from _of_statistic(alarm)
    yield from _of_time(int(alarm["Period"]), int(alarm["EvaluationPeriods"]), int(alarm.get("DatapointsToAlarm", 1)))
    if alarm.get("TreatMissingData", "missing") not in _MISSING:
        yield f"TreatMissingData is {alarm['TreatMissingData']}"
    dimensions = {str(one["Name"]): one["Value"] for one in alarm.get("Dimensions", [])}
    yield from of_metric(alarm["Namespace"], alarm["MetricName"], dimensions)


def of_metric(namespace: str, name: str, dimensions: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with this metric: a name that nothing emits, or other dimensions."""
    dimension, names = METRICS.get(namespace, ("", set[str]()))
    if name not in names:
        yield f"nothing emits the metric {name} of {namespace}"
    elif set(dimensions) != {dimension}:
        yield f"the metric {name} of {namespace} has the dimension {dimension}, not {', '.join(dimensions)}"
    for value in dimensions.values():
        if not str(value).strip() or not str(value).isascii() or str(value).startswith(":"):
            yield f"{value!r} is not a dimension's value"


def is_percentile(statistic: str) -> bool:
    """`p99`, not `Average`."""
    return _PERCENTILE.fullmatch(statistic) is not None


def is_extended(statistic: str) -> bool:
    """Whether it is a percentile, a trimmed mean or the like."""
    return is_percentile(statistic) or _TRIMMED.fullmatch(statistic) is not None


def _of_statistic(alarm: Mapping[str, Any]) -> Iterator[str]:
    if ("Statistic" in alarm) == ("ExtendedStatistic" in alarm):
        yield "there must be a Statistic or an ExtendedStatistic, and not both"
    if "ExtendedStatistic" in alarm and not is_extended(alarm["ExtendedStatistic"]):
        yield f"{alarm['ExtendedStatistic']} is not an extended statistic"
    few = alarm.get("EvaluateLowSampleCountPercentile")
    if few is not None and not is_percentile(alarm.get("ExtendedStatistic", "")):
        yield "EvaluateLowSampleCountPercentile is for percentiles only"
    if few not in {None, "evaluate", "ignore"}:
        yield f"EvaluateLowSampleCountPercentile is {few}"


def _of_time(period: int, periods: int, to_alarm: int) -> Iterator[str]:
    if period not in {10, 20, 30} and period % 60:
        yield f"a period is 10, 20, 30 or a multiple of 60 seconds, not {period}"
    longest = DAY if period < HOUR else WEEK
    if period * periods > longest:
        yield f"{periods} periods of {period} s are more than {longest} s"
    if to_alarm > periods:
        yield f"{to_alarm} of {periods} periods cannot breach"
