"""`make up`, `make down` and `make invoke`, as commands."""

import os
import sys
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from tools.local_engine.containers import EVENTS, invoke, is_missing
from tools.local_engine.engine import Engine
from tools.local_engine.environment import LOCAL, ROOT
from tools.local_engine.errors import LocalEngineError
from tools.local_engine.lifecycle import down, running, up
from tools.local_stack.parameters import parse

app = typer.Typer(add_completion=False, help=__doc__)
console = Console(stderr=True, highlight=False)


def warn(sentence: str) -> None:
    """Says something that stays on the screen."""
    console.print(f"[yellow]Note:[/] {sentence}")


@app.command("up")
def start() -> None:
    """Starts Herald's stack on this machine, or brings it up to date. PARAMS overrides the template's parameters."""
    began = time.monotonic()
    try:
        with console.status("Starting") as status:
            parameters = parse(os.environ.get("PARAMS", ""))
            stack = up(parameters, lambda text: status.update(f"Starting: {text}"), warn)
    except LocalEngineError as fault:
        console.print(f"[red]No local stack:[/] {fault}")
        sys.exit(1)
    console.print(f"[green]Up[/] in {time.monotonic() - began:.0f} s")
    console.print(f"  console {stack.console_url}   (for a browser)")
    console.print(f"    key   {stack.keys['operator']}   (of an operator)")
    console.print(f"  API     {stack.api_url}")
    console.print(f"  engine  {stack.engine_url}   (its log: {(LOCAL / 'engine.log').relative_to(ROOT)})")
    console.print(f"  the rest, with the keys, is in {(LOCAL / 'stack.json').relative_to(ROOT)}; `make down` ends it")


@app.command("down")
def stop() -> None:
    """Stops it, and forgets all that was in it."""
    console.print("Down" if down() else "Nothing was up")


@app.command("invoke")
def invoke_events(
    events: Annotated[list[Path] | None, typer.Argument(help="Event files; all of events/ without any.")] = None,
) -> None:
    """Invokes each event's function in a container with the running stack behind it, and shows the answers.

    Needs a Docker engine. Each is what `sam local invoke <function> -e <event>` does by samconfig.toml.
    Example: python -m tools.local_engine invoke events/receiver_sn_notify.json
    """
    engine, stack = Engine.find(LOCAL), running()
    if not engine or not stack:
        console.print("[red]Nothing is up:[/] run `make up` first")
        sys.exit(1)
    for event in events or sorted(EVENTS.glob("*.json")):
        if is_missing(stack, event):
            console.print(f"[bold]{event.name}[/]  left out: make up PARAMS=CanaryPartnerId=900001 has its function")
            continue
        try:
            console.print(f"[bold]{event.name}[/]  {escape(invoke(engine, stack, event)[:300])}")
        except LocalEngineError as fault:
            console.print(f"[red]{event.name}[/]  {fault}")
            sys.exit(1)


if __name__ == "__main__":
    app()
