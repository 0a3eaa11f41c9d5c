"""The same measurement several times. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import median
from typing import Self

MS = 1_000  # in a second


@dataclass(frozen=True, slots=True)
class Series:
    """The values of all runs, in milliseconds, bytes or whatever they are."""

    values: tuple[float, ...]

    @classmethod
    def per_one(cls, runs: Iterable[Mapping[str, float]], name: str = "cpu") -> Self:
        """Milliseconds for one of the `count` things of each run, from the seconds of all of them."""
        return cls(tuple(run[name] / run["count"] * MS for run in runs))

    @classmethod
    def of(cls, runs: Iterable[Mapping[str, float]], name: str, factor: float = 1) -> Self:
        """One figure of each run, by its name, times a factor."""
        return cls(tuple(run[name] * factor for run in runs))

    @property
    def median(self) -> float:
        """The value in the middle."""
        return median(self.values)

    @property
    def range(self) -> str:
        """The lowest and the highest."""
        return f"{shown(min(self.values))} to {shown(max(self.values))}"

    def ratio_to(self, other: "Series") -> float:
        """How many times as much as the other one, by the medians."""
        return self.median / other.median


def shown(value: float) -> str:
    """The value with about three digits."""
    if value >= 100:  # noqa: PLR2004 - three digits before the point
        return f"{value:,.0f}"
    if value >= 10:  # noqa: PLR2004 - likewise two
        return f"{value:.1f}"
    return f"{value:.2f}"
