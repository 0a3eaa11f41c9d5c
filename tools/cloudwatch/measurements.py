"""What was measured: values by metric, and CloudWatch's statistics of them by period."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from statistics import fmean

import numpy as np

type Dimensions = frozenset[tuple[str, str]]
type Point = tuple[float, float]  # seconds since the beginning, value

_SIMPLE: Mapping[str, Callable[[list[float]], float]] = {
    "Sum": sum,
    "Average": fmean,
    "Minimum": min,
    "Maximum": max,
    "SampleCount": lambda values: float(len(values)),
}


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric's full name: namespace, name and dimensions."""

    namespace: str
    name: str
    dimensions: Dimensions


@dataclass
class Measurements:
    """All values of a run, each with its moment (ms since the epoch)."""

    values: dict[Metric, list[tuple[int, float]]] = field(default_factory=lambda: defaultdict(list))

    def add(self, metric: Metric, at: int, values: Iterable[float]) -> None:
        """Values that were measured at that moment."""
        self.values[metric] += [(at, value) for value in values]

    @property
    def span(self) -> tuple[int, int]:
        """The first and the last moment at which anything was measured."""
        moments = [at for values in self.values.values() for at, _ in values]
        return (min(moments), max(moments)) if moments else (0, 1)

    def points(self, metric: Metric, stat: str, period: int) -> list[Point]:
        """The statistic of each period (ms) that has values, at the period's beginning in seconds."""
        begin, _ = self.span
        periods: dict[int, list[float]] = defaultdict(list)
        for at, value in self.values.get(metric, ()):
            periods[(at - begin) // period].append(value)
        return [(number * period / 1000, statistic(stat, values)) for number, values in sorted(periods.items())]

    def over_all(self, metric: Metric, stat: str) -> float | None:
        """The statistic of the whole run; None where nothing was measured."""
        values = [value for _, value in self.values.get(metric, ())]
        return statistic(stat, values) if values else None


def statistic(stat: str, values: list[float]) -> float:
    """`Sum`, `Average`, `Minimum`, `Maximum`, `SampleCount` or a percentile such as `p99`. Raises `ValueError`."""
    if stat in _SIMPLE:
        return _SIMPLE[stat](values)
    if stat.startswith("p"):
        return float(np.percentile(values, float(stat[1:])))
    message = f"`{stat}` is no statistic that is known here"
    raise ValueError(message)
