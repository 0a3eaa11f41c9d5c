"""Draws a dashboard: its widgets on CloudWatch's grid of 24 columns."""

import re
from math import ceil
from pathlib import Path
from textwrap import wrap

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from tools.cloudwatch.insights import Table
from tools.dashboards.render_input import RenderInput
from tools.dashboards.widget import Widget

COLUMNS = 24
_CELL = (0.75, 0.62)  # inches, width and height of a cell
_TITLE = 0.6  # inches above everything
_MARGIN = 0.16  # inches around what has no scales
_HEAD, _FOOT, _LEFT, _RIGHT = 0.42, 0.55, 0.6, 0.2  # inches inside a panel, for its title and its scales
_NO_DATA = "no data in this run"
_ALARM, _OK = "#d13212", "#1d8102"  # red and green, as CloudWatch has them
_HEADING, _GAP = re.compile(r"^#+ (.*)$", re.MULTILINE), re.compile(r"\n\s*\n")
_MARKDOWN = re.compile(r"[*`]|\[(?P<link>[^\]]*)\]\([^)]*\)")


def draw(title: str, widgets: list[Widget], render_input: RenderInput) -> Figure:
    """The whole dashboard."""
    rows = max(widget.box.y + widget.box.height for widget in widgets)
    figure = Figure(figsize=(COLUMNS * _CELL[0], rows * _CELL[1] + _TITLE), facecolor="#f2f3f3", dpi=70)
    figure.suptitle(title, x=0.012, ha="left", y=0.995, va="top", fontsize=15, fontweight="bold")
    for widget in widgets:
        axes = _panel(figure, widget)
        axes.set_title(widget.title, loc="left", fontsize=9.5, fontweight="bold")
        _fill(axes, widget, render_input)
    return figure


def save(figure: Figure, path: Path) -> None:
    """As PNG."""
    figure.savefig(path, format="png")


def _fill(axes: Axes, widget: Widget, render_input: RenderInput) -> None:
    match widget.kind, widget.properties.get("view"):
        case "text", _:
            _draw_text(axes, widget)
        case "log", _:
            _draw_table(axes, render_input.tables.get(widget.title))
        case "metric", "singleValue":
            _draw_numbers(axes, widget, render_input)
        case "metric", _:
            _draw_lines(axes, widget, render_input)
        case "alarm", _:
            _draw_alarms(axes, widget, render_input)
        case _:
            _say(axes, f"{widget.kind}: CloudWatch shows it")


def _panel(figure: Figure, widget: Widget) -> Axes:
    width, height = figure.get_size_inches()
    box, bare = widget.box, widget.kind in {"text", "log"}
    left = box.x * _CELL[0] + (_MARGIN if bare else _LEFT)
    top = height - _TITLE - box.y * _CELL[1] - _HEAD
    wide = box.width * _CELL[0] - (2 * _MARGIN if bare else _LEFT + _RIGHT)
    high = max(box.height * _CELL[1] - _HEAD - (_MARGIN if bare else _FOOT), 0.1)
    return figure.add_axes((left / width, (top - high) / height, wide / width, high / height))


def _draw_lines(axes: Axes, widget: Widget, render_input: RenderInput) -> None:
    lines = widget.lines(render_input.measured, render_input.period)
    for line in lines:
        x, y = [at for at, _ in line.points], [value for _, value in line.points]
        axes.plot(x, y, marker=".", linewidth=1.4, label=line.label, color=line.color)
    for label, value in widget.limits:
        axes.axhline(value, color=_ALARM, linewidth=1, linestyle="--")
        place = {"xy": (0.995, value), "xycoords": ("axes fraction", "data"), "ha": "right", "va": "bottom"}
        axes.annotate(label, fontsize=7, color=_ALARM, **place)  # type: ignore[arg-type] # each as matplotlib wants it
    axes.grid(visible=True, color="#e0e0e0", linewidth=0.6)
    axes.set_xlabel("seconds of the run", fontsize=7)
    axes.tick_params(labelsize=7)
    axes.set_ylim(bottom=widget.least)
    axes.set_ylabel(widget.unit, fontsize=7)
    if any(line.points for line in lines):
        axes.legend(fontsize=7, loc="best", framealpha=0.7)
    else:
        axes.text(0.5, 0.5, _NO_DATA, transform=axes.transAxes, ha="center", color="#888888")


def _draw_alarms(axes: Axes, widget: Widget, render_input: RenderInput) -> None:
    axes.axis("off")
    names = [str(name) for name in widget.properties["alarms"]]
    rows = max(1, widget.box.height * 2 - 1)
    columns = ceil(len(names) / rows)
    for place, name in enumerate(names):
        column, row = divmod(place, rows)
        color, state = (_ALARM, "in alarm") if name in render_input.ringing else (_OK, "OK")
        where = (column / columns, 1 - (row + 0.5) / rows)
        axes.text(*where, f"{name}: {state}", va="center", fontsize=7.5, color=color)


def _draw_numbers(axes: Axes, widget: Widget, render_input: RenderInput) -> None:
    axes.axis("off")
    found = widget.numbers(render_input.measured)
    for place, (label, value) in enumerate(found):
        x = (place + 0.5) / len(found)
        axes.text(x, 0.6, "-" if value is None else f"{value:,.0f}", ha="center", va="center", fontsize=17)
        axes.text(x, 0.1, label, ha="center", va="center", fontsize=8, color="#555555")


def _draw_text(axes: Axes, widget: Widget) -> None:
    axes.axis("off")
    columns = int(widget.box.width * 7.5)
    lines = [part for one in _paragraphs(str(widget.properties["markdown"])) for part in (*wrap(one, columns), "")]
    axes.text(0, 1.2, "\n".join(lines), va="top", fontsize=10, linespacing=1.4)


def _paragraphs(markdown: str) -> list[str]:
    """Plain text; a heading is a paragraph of its own."""
    apart = _HEADING.sub(lambda heading: f"{heading[1]}\n", markdown)
    return [_MARKDOWN.sub(lambda mark: mark["link"] or "", " ".join(one.split())) for one in _GAP.split(apart)]


def _draw_table(axes: Axes, table: Table | None) -> None:
    axes.axis("off")
    if table is None or not table.rows:
        _say(axes, _NO_DATA)
        return
    drawn = axes.table(cellText=[list(row) for row in table.rows], colLabels=list(table.columns), loc="upper left")
    drawn.auto_set_font_size(value=False)
    drawn.set_fontsize(8)


def _say(axes: Axes, what: str) -> None:
    axes.axis("off")
    axes.text(0.5, 0.5, what, ha="center", va="center", color="#888888")
