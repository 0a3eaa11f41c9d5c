"""`python -m tools.both_ends`: notifications through two stacks, while functions are killed."""

import os
import shutil
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from tools.both_ends.report import figures, wrong
from tools.both_ends.run import Plan, run

app = typer.Typer(add_completion=False, help=__doc__)
console = Console(highlight=False, soft_wrap=True)


@app.command()
def main(
    count: Annotated[int, typer.Option(min=1, help="Notifications.")] = 200,
    seed: Annotated[int, typer.Option(help="Decides how the shop system answers.")] = 1,
) -> None:
    """Runs the platform's stack, a partner's behind it and a shop system that fails at random; 5 to 15 minutes.

    A process of each stack's deliverer and of its way in (receiver, inbound) is killed at work. Exit code 0 where every
    notification was acknowledged by the shop system and both audits are clean. Needs Linux.
    """
    home = Path(tempfile.mkdtemp(prefix="herald-both-ends-"))
    load = " ".join(f"{one:.1f}" for one in os.getloadavg())
    console.print(
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, seed {seed}, {os.process_cpu_count()} processors, load {load}"
    )
    try:
        outcome = run(home, Plan(count=count, seed=seed), lambda text: console.print(f"{text} …"))
    finally:
        shutil.rmtree(home, ignore_errors=True)
    for name, value in figures(outcome):
        console.print(f"{name}: {value}", markup=False)
    for one in (failures := wrong(outcome)):
        console.print(f"Not as it has to be: {one}", style="red", markup=False)
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    app()
