"""`python -m tools.outage`: a long outage simulated and drawn, or a short one measured on the local engine."""

import os
import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import matplotlib as mpl
import typer
from rich.console import Console

from herald.domain.clock import HOUR
from tools.local_engine.environment import ROOT
from tools.outage.measurement import Plan, measure
from tools.outage.picture import draw
from tools.outage.report import report
from tools.outage.simulation import Simulation
from tools.outage.workload import Scale

OUTAGE = 60 * HOUR
PICTURE = ROOT / "docs" / "pictures" / "outage.png"

app = typer.Typer(add_completion=False, help=__doc__)
console = Console(highlight=False, soft_wrap=True)


@app.command("draw")
def draw_picture(into: Annotated[Path, typer.Option(help="The picture.")] = PICTURE) -> None:
    """Draws 60 hours of outage, simulated by the rules of the domain: when each of 100 notifications was attempted."""
    mpl.use("Agg")
    simulation = Simulation(count=100, repaired_at=OUTAGE)
    simulation.run(OUTAGE + HOUR)
    draw(simulation, into)
    console.print(str(into.relative_to(ROOT) if into.is_relative_to(ROOT) else into))


@app.command("measure")
def measure_outage(
    breaker: Annotated[list[str] | None, typer.Option(help="On or Off; both, unless one is named.")] = None,
    count: Annotated[int, typer.Option(min=100, help="Notifications of the partner whose server hangs.")] = 2000,
    outage: Annotated[float, typer.Option(min=60, help="Seconds until its server is repaired.")] = 130,
) -> None:
    """Runs a short outage on a local engine of its own, about ten minutes for each of On and Off."""
    for wanted in breaker or ("On", "Off"):
        home = Path(tempfile.mkdtemp(prefix="herald-outage-"))
        plan = Plan(breaker=wanted, scale=Scale(of_sick=count), outage=outage)
        console.print(f"Breaker={wanted}, {datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {_machine()}")
        try:
            with console.status("…") as status:
                measured = measure(home, plan, lambda text: status.update(f"{text} …"))
        finally:
            shutil.rmtree(home, ignore_errors=True)
        for line in report(measured):
            console.print(f"  {line}")


def _machine() -> str:
    loads = " ".join(f"{load:.1f}" for load in os.getloadavg())
    return f"{os.process_cpu_count()} processors, load {loads}"


if __name__ == "__main__":
    app()
