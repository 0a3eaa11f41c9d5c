"""`make up` and `make down`, as commands."""

import os
import sys
import time

import typer
from rich.console import Console

from tools.local_engine import LocalEngineError, down, up
from tools.local_engine.house import LOCAL, ROOT
from tools.local_engine.parameters import parse

app = typer.Typer(add_completion=False, help=__doc__)
console = Console(stderr=True, highlight=False)


@app.command("up")
def start() -> None:
    """Starts Herald's stack on this machine, or brings it up to date. PARAMS overrides the template's parameters."""
    began = time.monotonic()
    try:
        with console.status("Starting") as status:
            stack = up(parse(os.environ.get("PARAMS", "")), lambda text: status.update(f"Starting: {text}"))
    except LocalEngineError as fault:
        console.print(f"[red]No local stack:[/] {fault}")
        sys.exit(1)
    console.print(f"[green]Up[/] in {time.monotonic() - began:.0f} s")
    console.print(f"  API     {stack.api_url}")
    console.print(f"  engine  {stack.engine_url}   (its log: {(LOCAL / 'engine.log').relative_to(ROOT)})")
    console.print(f"  the rest, with the keys, is in {(LOCAL / 'stack.json').relative_to(ROOT)}; `make down` ends it")


@app.command("down")
def stop() -> None:
    """Stops it, and forgets all that was in it."""
    console.print("Down" if down() else "Nothing was up")


if __name__ == "__main__":
    app()
