"""`python -m tools.dashboards`, as `make dashboards` calls it."""

import shutil
import tempfile
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from herald.domain.clock import SECOND
from tools.cloudwatch.alarm import alarms
from tools.cloudwatch.insights import Table, answer
from tools.cloudwatch.template_body import dashboards
from tools.dashboards.render_input import RenderInput
from tools.dashboards.renderer import draw, save
from tools.dashboards.run import Run, run
from tools.dashboards.widget import Widget, widgets
from tools.local_engine.environment import ROOT

PERIOD = 5 * SECOND  # the run is over in minutes; CloudWatch's own periods are minutes


def main(
    count: Annotated[int, typer.Option(min=20, help="Notifications.")] = 2000,
    into: Annotated[Path, typer.Option(help="Where the pictures go.")] = ROOT / "docs" / "pictures",
) -> None:
    """Runs notifications through a local stack and renders the template's dashboards of it as pictures."""
    console = Console()
    home = Path(tempfile.mkdtemp(prefix="herald-dashboards-"))
    try:
        with console.status("…") as status:
            found = run(home, count, lambda text: status.update(f"{text} …"))
    finally:
        shutil.rmtree(home, ignore_errors=True)
    into.mkdir(parents=True, exist_ok=True)
    for name, body in dashboards(found.names).items():
        title, panels = name.removesuffix("Dashboard"), widgets(body)
        path = into / f"{title.lower()}.png"
        save(draw(f"{title}: a local run", panels, seen(found, panels)), path)
        console.print(str(path.relative_to(ROOT) if path.is_relative_to(ROOT) else path))


def seen(found: Run, panels: list[Widget]) -> RenderInput:
    """What the run measured, as these panels want it."""
    _, end = found.measured.span
    ringing = frozenset(name for name, alarm in alarms(found.names).items() if alarm.rings(found.measured, end))
    return RenderInput(measured=found.measured, period=PERIOD, tables=tables(panels, found), ringing=ringing)


def tables(panels: list[Widget], found: Run) -> dict[str, Table]:
    """The answers of the log widgets, from the lines of all functions."""
    lines = [line for those in found.lines.values() for line in those]
    return {one.title: answer(str(one.properties["query"]), lines) for one in panels if one.kind == "log"}


if __name__ == "__main__":
    typer.run(main)
