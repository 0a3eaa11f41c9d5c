"""`python -m tools.prove`: a soak of the whole stack on the local engine, and its books."""

import os
import shutil
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from secrets import randbelow
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from tools.local_engine.environment import LOCAL, ROOT
from tools.prove.faulty_aws.planted import PLANTS
from tools.prove.report import figures, findings, table
from tools.prove.soak import Ran, soak
from tools.prove.stand import Plan

DOCUMENT = ROOT / "docs" / "reliability.md"
BEGIN, END = "<!-- the figures of make prove -->", "<!-- end of the figures -->"

app = typer.Typer(add_completion=False, help=__doc__)
console = Console(highlight=False, soft_wrap=True)


@app.command()
def prove(
    seed: Annotated[list[int] | None, typer.Option(help="Once for each soak; any, unless one is given.")] = None,
    minutes: Annotated[float, typer.Option(min=0.5, help="Minutes of disturbances.")] = 10.0,
    per_second: Annotated[float, typer.Option(min=0.1, help="New notifications a second.")] = 3.0,
    fault_rate: Annotated[float, typer.Option(min=0, max=0.2, help="Share of the requests to AWS that fail.")] = 0.02,
    planted: Annotated[str | None, typer.Option("--plant", help=f"A fault to be found: {', '.join(PLANTS)}.")] = None,
    *,
    document: Annotated[bool, typer.Option("--document", help="Write the figures into docs/reliability.md.")] = False,
) -> None:
    """Kills functions, lets requests to AWS fail, disturbs queues and clocks, and balances the books.

    Exit code 1 where a rule was broken; then it prints the seed and the story of the notification.
    """
    if planted is not None and planted not in PLANTS:
        raise typer.BadParameter(f"there is no {planted} to plant, only {', '.join(PLANTS)}")
    runs: list[Ran] = []
    for one in seed or [randbelow(1_000_000)]:
        plan = Plan(seed=one, minutes=minutes, per_second=per_second, fault_rate=fault_rate, planted=planted)
        runs.append(_run(plan))
    if document:
        write(table([figures(ran) for ran in runs]), DOCUMENT)
    if any(ran.books.violations or not ran.ended for ran in runs):
        sys.exit(1)


def write(lines: list[str], into: Path) -> None:
    """Puts the lines between the two marks of the document."""
    before, _, rest = into.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    into.write_text(before + "\n".join([BEGIN, "", *lines, "", END]) + after, encoding="utf-8")


def _run(plan: Plan) -> Ran:
    """One soak in a folder of its own; the journal is kept where a rule was broken."""
    home = Path(tempfile.mkdtemp(prefix="herald-prove-"))
    console.print(f"Seed {plan.seed}, {datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {_machine()}")
    try:
        with console.status("…") as status:
            ran = soak(home, plan, lambda text: status.update(f"{text} …"))
        for name, value in figures(ran).items():
            console.print(f"  {name.replace('**', '')}: {value.replace('**', '')}")
        if ran.books.violations or not ran.ended:
            kept = LOCAL / "prove" / f"{plan.seed}"
            kept.mkdir(parents=True, exist_ok=True)
            for file in (home / "journal.jsonl", home / "engine" / "engine.log"):
                shutil.copy(file, kept)
            console.print(f"[red]Seed {plan.seed} broke rules[/] (its journal: {kept.relative_to(ROOT)})")
            for line in findings(ran):
                console.print(escape(line))
    finally:
        shutil.rmtree(home, ignore_errors=True)
    return ran


def _machine() -> str:
    loads = " ".join(f"{load:.1f}" for load in os.getloadavg())
    return f"{os.process_cpu_count()} processors, load {loads}"


if __name__ == "__main__":
    app()
