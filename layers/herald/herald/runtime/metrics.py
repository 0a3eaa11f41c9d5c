"""Records metrics, and emits them at the end of an invocation as one line (CloudWatch's embedded metric format).

Powertools writes the line. Its own list of metrics is not safe for threads, so values are collected here first.
"""

from collections.abc import Callable
from functools import cache, wraps
from typing import Any

from aws_lambda_powertools import Metrics

from herald.runtime.metric_names import NAMESPACE, Metric

_MOST = 100  # values of a metric in one line (CloudWatch)
_recorded: list[tuple[Metric, float]] = []  # `append` is safe in threads


def record(metric: Metric, value: float = 1) -> None:
    """Adds a value, in the metric's unit, to the metrics of this invocation."""
    _recorded.append((metric, value))


def flush() -> None:
    """Emits the values recorded since the last call, if there are any, as lines of at most 100 values of a metric."""
    taken = _recorded[:]
    del _recorded[: len(taken)]
    values: dict[Metric, list[float]] = {}
    for metric, value in taken:
        values.setdefault(metric, []).append(float(value))
    while values:
        _emit({metric: some[:_MOST] for metric, some in values.items()})
        values = {metric: rest for metric, some in values.items() if (rest := some[_MOST:])}


def _emit(values: dict[Metric, list[float]]) -> None:
    """One line. Powertools takes one value at a time and checks it, so only the first of each metric is given to it."""
    for metric, (first, *others) in values.items():
        _emitter().add_metric(name=metric.title, unit=metric.unit, value=first)
        if others:
            _emitter().metric_set[metric.title]["Value"] += others
    _emitter().flush_metrics()


def emits_metrics[**Arguments, Result](handler: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
    """A handler that emits the recorded metrics after each invocation, also after a failed one."""

    @wraps(handler)
    def flushing(*arguments: Arguments.args, **named: Arguments.kwargs) -> Result:
        try:
            return handler(*arguments, **named)
        finally:
            flush()

    return flushing


@cache
def _emitter() -> Any:  # noqa: ANN401 - Powertools leaves its methods untyped
    """The dimension `service` is POWERTOOLS_SERVICE_NAME, which the template sets to the stack's name."""
    return Metrics(namespace=NAMESPACE)
