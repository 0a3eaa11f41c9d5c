"""Notes what was measured, and emits all of it at the end of an invocation as one line (CloudWatch's embedded format).

Powertools writes the line. Its own list of metrics is not made for threads, so what they note is gathered here first.
"""

from collections.abc import Callable
from functools import cache, wraps
from typing import Any

from aws_lambda_powertools import Metrics

from herald.runtime.metric_names import NAMESPACE, Metric

_noted: list[tuple[Metric, float]] = []  # appending to a list is safe in threads


def record(metric: Metric, value: float = 1) -> None:
    """The value, in the metric's unit, counts at the end of this invocation."""
    _noted.append((metric, value))


def flush() -> None:
    """Emits what was noted since the last time; nothing where nothing was. A line holds 100 values of a metric."""
    taken = _noted[:]
    del _noted[: len(taken)]
    for metric, value in taken:
        _emitter().add_metric(name=metric.title, unit=metric.unit, value=value)
    if _emitter().metric_set:  # Powertools warns of an empty line
        _emitter().flush_metrics()


def emits_metrics[**Arguments, Answer](handler: Callable[Arguments, Answer]) -> Callable[Arguments, Answer]:
    """A handler that emits what was noted while it ran, also when it fails."""

    @wraps(handler)
    def flushing(*arguments: Arguments.args, **named: Arguments.kwargs) -> Answer:
        try:
            return handler(*arguments, **named)
        finally:
            flush()

    return flushing


@cache
def _emitter() -> Any:  # noqa: ANN401 - Powertools leaves its methods untyped
    """The dimension `service` is POWERTOOLS_SERVICE_NAME, which the template sets to the stack's name."""
    return Metrics(namespace=NAMESPACE)
