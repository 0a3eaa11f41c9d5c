"""The picture of an outage: a line for each notification, a mark for each thing that happened to it."""

from pathlib import Path
from typing import Final

from matplotlib import pyplot as plt

from herald.domain.clock import HOUR
from tools.outage.simulation import Simulation, What

_MARKS: Final = {
    What.FAILED_ATTEMPT: ("#666666", ".", 20),
    What.PROBE: ("#e08000", ".", 20),
    What.DELIVERED: ("#0a7d32", "|", 30),
    What.EXHAUSTED: ("#c00000", "x", 25),
}


def draw(simulation: Simulation, path: Path) -> None:
    """Writes the picture as PNG."""
    figure, axes = plt.subplots(figsize=(12, 7), dpi=110)
    for begin, end in simulation.open_from_to:
        axes.axvspan(begin / HOUR, end / HOUR, color="#f3ead8", zorder=0, label="breaker open")
    for what, (color, marker, size) in _MARKS.items():
        found = [event for event in simulation.events if event.what is what]
        label = f"{what.value}: {len(found)}"
        axes.scatter(
            [one.at / HOUR for one in found],
            [one.place for one in found],
            c=color,
            marker=marker,
            s=size,
            label=label,
            linewidths=1,
        )
    axes.set_xlabel("hours since the server stopped answering")
    axes.set_ylabel("notification, the oldest at the bottom")
    axes.set_title("100 notifications, a server that is down for 60 hours, the ladder of the manual")
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.1), ncols=5, frameon=False)
    figure.tight_layout()
    figure.savefig(path)
    plt.close(figure)
