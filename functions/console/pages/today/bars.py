"""Bars for SVG pictures, from counts. Pure; lengths are in the units of the picture's `viewBox`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

PLOT_HEIGHT: Final = 90
_BAR_WIDTH, _BAR_STEP = 10, 13
WIDTH: Final = 24 * _BAR_STEP
ROW_WIDTH: Final = 200
_LEAST: Final = 2  # so that one of ten thousand is still seen
_STEPS: Final = (1, 2, 5, 10)


@dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle, and its number."""

    x: float
    y: float
    width: float
    height: float
    count: int


def upright(counts: Sequence[int]) -> list[Bar]:
    """A bar for each count from left to right, on the line at `PLOT_HEIGHT`."""
    scale = PLOT_HEIGHT / top_of(counts)
    heights = [_length(count * scale) for count in counts]
    return [
        Bar(place * _BAR_STEP, round(PLOT_HEIGHT - height, 1), _BAR_WIDTH, height, count)
        for place, (count, height) in enumerate(zip(counts, heights, strict=True))
    ]


def top_of(counts: Iterable[int]) -> int:
    """The number at the top of the picture: the next 1, 2 or 5 with zeros from the largest count on; at least 1."""
    largest, unit = max(counts, default=0), 1
    while unit * 10 < largest:
        unit *= 10
    return next(unit * step for step in _STEPS if unit * step >= largest)


def in_a_row(counts: Sequence[int], most: int) -> list[Bar]:
    """The counts one behind the other; `most` is the sum that takes the whole `ROW_WIDTH`."""
    bars, x = [], 0.0
    for count in counts:
        width = _length(count * ROW_WIDTH / max(1, most))
        bars.append(Bar(round(x, 1), 0, width, 1, count))
        x += width
    return bars


def _length(exact: float) -> float:
    return round(max(_LEAST, exact), 1) if exact else 0
