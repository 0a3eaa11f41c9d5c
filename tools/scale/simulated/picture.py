"""The picture of the simulated waiting times: for each load, what share was attempted within how many minutes."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from tools.scale.simulated.line import Of
from tools.scale.simulated.scenarios import Run

_COLORS: Final = ("#c00000", "#e08000", "#0a7d32", "#1f5fa8", "#7a3fa0", "#4d4d4d")
_WIDTHS: Final = (5.0, 2.6, 1.0)  # in turn: where lines are one, each is seen
_STYLES: Final = {Of.OTHERS: "-", Of.MANY: ":"}


def draw(done: Sequence[Run], path: Path) -> None:
    """Writes the picture as PNG. The simulations have run."""
    scenarios = list(dict.fromkeys(one.scenario for one in done))
    figure, all_axes = plt.subplots(1, len(scenarios), figsize=(15, 6), dpi=110, squeeze=False, sharey=True)
    for axes, scenario in zip(all_axes[0], scenarios, strict=True):
        _draw_scenario(axes, [one for one in done if one.scenario == scenario])
        axes.set_title(scenario)
    all_axes[0][0].set_ylabel("attempted within that time, of a hundred")
    figure.tight_layout()
    figure.savefig(path)
    plt.close(figure)


def _draw_scenario(axes: Axes, those: Sequence[Run]) -> None:
    for place, (color, one) in enumerate(zip(_COLORS, those, strict=False)):
        width = _WIDTHS[place % len(_WIDTHS)]
        for whose, waits in one.simulation.waits.items():
            if waits:
                several = one.simulation.load.of_one > 0
                label = f"{one.label}: {whose.value}" if several else one.label
                style = _STYLES[whose]
                xs, ys = _shares(waits)
                axes.plot(xs, ys, color=color, linestyle=style, linewidth=width, solid_capstyle="butt", label=label)
    axes.axvline(5, color="#999999", linewidth=0.8, zorder=0)  # the time between two polls
    axes.set_xlabel("minutes from acceptance to the first attempt")
    axes.set_xlim(left=0)
    axes.set_ylim(0, 101)
    axes.grid(color="#e6e6e6")
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.12), fontsize=8, frameon=False)


def _shares(waits: Counter[int]) -> tuple[list[float], list[float]]:
    total, passed = waits.total(), 0
    minutes, shares = [0.0], [0.0]
    for wait in sorted(waits):
        passed += waits[wait]
        minutes.append(wait / 60)
        shares.append(100 * passed / total)
    return minutes, shares
