"""A dashboard's widgets, read from the body that CloudWatch would get (CloudWatch: "Dashboard body structure")."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tools.cloudwatch.expression import evaluate
from tools.cloudwatch.measurements import Measurements, Metric, Point


@dataclass(frozen=True, slots=True)
class Box:
    """Where a widget stands on the grid of 24 columns."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Row:
    """One entry of a widget's metrics: a metric or an expression, and how it is shown."""

    metric: Metric | None
    options: Mapping[str, Any]

    @property
    def label(self) -> str:
        """What the legend calls it."""
        return str(self.options.get("label") or (self.metric.name if self.metric else self.options.get("expression")))


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a graph; without a color of its own it gets the next one."""

    label: str
    points: list[Point]
    color: str | None = None


@dataclass(frozen=True, slots=True)
class Widget:
    """One panel: `kind` is `metric`, `text`, `log` or `alarm`."""

    kind: str
    box: Box
    properties: Mapping[str, Any]

    @property
    def title(self) -> str:
        """The question that it answers."""
        return str(self.properties.get("title", ""))

    @property
    def limits(self) -> list[tuple[str, float]]:
        """The lines at which an alarm rings."""
        drawn = self.properties.get("annotations", {}).get("horizontal", [])
        return [(str(one.get("label", "")), float(one["value"])) for one in drawn]

    def rows(self) -> list[Row]:
        """Its metrics, with the abbreviations of the body (`.` and `...`) written out."""
        return list(_rows(self.properties.get("metrics", [])))

    @property
    def least(self) -> float | None:
        """Where the scale begins; None: at the smallest value."""
        least: float | None = self._scale().get("min")
        return least

    @property
    def unit(self) -> str:
        """What the scale counts."""
        return str(self._scale().get("label", ""))

    def lines(self, measured: Measurements, period: int) -> list[Line]:
        """What it draws: each visible row."""
        rows = self.rows()
        by_id = {
            str(row.options.get("id", number)): measured.points(row.metric, self._stat(row), period)
            for number, row in enumerate(rows)
            if row.metric
        }
        drawn = []
        for number, row in enumerate(rows):
            key = str(row.options.get("id", number))
            points = by_id[key] if row.metric else evaluate(str(row.options["expression"]), by_id)
            by_id.setdefault(key, points)
            if row.options.get("visible", True):
                drawn.append(Line(row.label, points, row.options.get("color")))
        return drawn

    def numbers(self, measured: Measurements) -> list[tuple[str, float | None]]:
        """What it counts over the whole run, where it shows single values."""
        return [(row.label, measured.over_all(row.metric, self._stat(row))) for row in self.rows() if row.metric]

    def _scale(self) -> Mapping[str, Any]:
        scale: Mapping[str, Any] = self.properties.get("yAxis", {}).get("left", {})
        return scale

    def _stat(self, row: Row) -> str:
        return str(row.options.get("stat", self.properties.get("stat", "Average")))


def widgets(body: Mapping[str, Any]) -> list[Widget]:
    """All widgets of a dashboard's body."""
    return [
        Widget(one["type"], Box(one["x"], one["y"], one["width"], one["height"]), one["properties"])
        for one in body["widgets"]
    ]


def _rows(entries: list[list[Any]]) -> Iterator[Row]:
    before: list[str] = []
    for entry in entries:
        options = entry[-1] if isinstance(entry[-1], dict) else {}
        words = [str(word) for word in entry if not isinstance(word, dict)]
        if words:
            before = _written_out(words, before)
            namespace, name, *pairs = before
            yield Row(Metric(namespace, name, frozenset(zip(pairs[::2], pairs[1::2], strict=True))), options)
        else:
            yield Row(None, options)


def _written_out(words: list[str], before: list[str]) -> list[str]:
    if words[0] == "...":
        words = [*before[: len(before) - len(words) + 1], *words[1:]]
    return [before[place] if word == "." else word for place, word in enumerate(words)]
