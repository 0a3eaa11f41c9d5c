"""`python -m tools.scale`: one poll measured, and Herald simulated within AWS's quotas (docs/scale.md)."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import matplotlib as mpl
import typer
from rich.console import Console

from tools.local_engine.environment import ROOT
from tools.scale.measured.measurement import measure
from tools.scale.report import measured, rates, simulated
from tools.scale.simulated.limits import Times
from tools.scale.simulated.picture import draw
from tools.scale.simulated.scenarios import runs

PICTURE = ROOT / "docs" / "pictures" / "scale.png"
_TIMES = Times()

app = typer.Typer(add_completion=False, help=__doc__)
console = Console(highlight=False, soft_wrap=True)


@app.command("simulate")
def simulate(
    into: Annotated[Path, typer.Option(help="The picture.")] = PICTURE,
    seed: Annotated[int, typer.Option(help="The same seed gives the same run.")] = 1,
    poll_cpu: Annotated[float, typer.Option(help="Milliseconds of CPU of a poll's message.")] = _TIMES.cpu_a_message,
    delivery_cpu: Annotated[float, typer.Option(help="Milliseconds of CPU of a delivery.")] = _TIMES.cpu_a_delivery,
) -> None:
    """Simulates the three loads, prints the table, and draws the waiting times."""
    mpl.use("Agg")
    done = list(runs(seed, Times(cpu_a_message=poll_cpu, cpu_a_delivery=delivery_cpu)))
    for one in done:
        one.simulation.run()
    draw(done, into)
    for line in (*simulated(done), *rates(done)):
        console.print(line, markup=False)
    console.print(str(into.relative_to(ROOT) if into.is_relative_to(ROOT) else into))


@app.command("measure")
def measure_polls(
    due: Annotated[list[int] | None, typer.Option(help="How many are due; may be repeated.")] = None,
    delay: Annotated[float, typer.Option(help="Milliseconds that each request takes longer.")] = 0,
    shared: Annotated[bool, typer.Option(help="Whether the polls may share.")] = True,  # noqa: FBT002 - an option
) -> None:
    """Measures one poll over so many due, against a server of prepared answers."""
    console.print(f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {_machine()}")
    those = [measure(count, delay, shared=shared) for count in due or (1_000, 10_000, 100_000)]
    for line in measured(those):
        console.print(line, markup=False)
    if any(one.sent != one.due or one.different != one.due or not one.finished for one in those):
        console.print("not everything was sent, or something twice")
        raise typer.Exit(1)


def _machine() -> str:
    loads = " ".join(f"{load:.1f}" for load in os.getloadavg())
    return f"{os.process_cpu_count()} processors, load {loads}"


if __name__ == "__main__":
    app()
