"""`python -m tools.latency`: the time to `success`, cold and warm, on a local engine of its own."""

import os
import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from tools.demo.environment import DemoEnvironment
from tools.latency.measuring import measure, start_of
from tools.latency.report import start_line, table
from tools.local_engine.engine import Engine
from tools.local_stack.deploying import build, deploy

MODULES = ("receiver.app", "authorizer.app", "inbound.app")
PARAMETERS = {"DispatchEvery": "13"}  # no poll and no attempt beside what is measured

app = typer.Typer(add_completion=False, help=__doc__)
console = Console(highlight=False, soft_wrap=True)


@app.command()
def main(rounds: Annotated[int, typer.Option(min=1, help="Cold starts of each route.")] = 5) -> None:
    """Measures the publishers' route and inbound addresses. Wants a machine that does nothing else. Needs Linux."""
    home = Path(tempfile.mkdtemp(prefix="herald-latency-"))
    try:
        with console.status("building and deploying …"):
            build()
            engine = Engine.start(home, port=0)
        try:
            _measure(engine, rounds)
        finally:
            engine.stop()
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _measure(engine: Engine, rounds: int) -> None:
    with console.status("measuring …"):
        environment = DemoEnvironment(engine, deploy(engine, "herald", PARAMETERS))
        load = " ".join(f"{one:.1f}" for one in os.getloadavg())
        measured = list(measure(environment, rounds))
        starts = {module: [start_of(module) for _ in range(rounds)] for module in MODULES}
    console.print(f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {os.process_cpu_count()} processors, load before {load}")
    for line in (*table(measured), *(start_line(module, seconds) for module, seconds in starts.items())):
        console.print(line, markup=False)


if __name__ == "__main__":
    app()
