"""The sample partners by hand: `python -m tools.sample_partner lakeside="refuse twice then success"`."""

from datetime import datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from herald.domain.clock import SECOND
from tools.sample_partner import Received, SamplePartners, ScriptError
from tools.sample_partner.canned_response import MEANINGS

HELP = """Sample partners on 127.0.0.1: each is a path, `/p/<name>`, and answers as it was told.

A script is a list of answers, and the last one goes on for ever:
refuse twice then success · 503 x3 then success after 2s · 200 SUCCESS · hang

[bold]Examples[/bold]

  python -m tools.sample_partner lakeside="refuse twice then success" --port 8700

  curl -X PUT 127.0.0.1:8700/control/partners/lakeside -d '{"script": "hang", "secret": "whsec_…"}'

  curl '127.0.0.1:8700/control/partners/lakeside/requests?count=3&timeout=30'
"""
app = typer.Typer(rich_markup_mode="rich", add_completion=False)
console = Console(highlight=False, soft_wrap=True)


@app.command(help=HELP)
def run(
    partners: Annotated[list[str] | None, typer.Argument(metavar="NAME=SCRIPT")] = None,
    *,
    port: Annotated[int, typer.Option(help="0 takes a free one.")] = 0,
    words: Annotated[bool, typer.Option("--words", help="Print the answers that a script knows, and end.")] = False,
) -> None:
    """Runs until Ctrl-C, and prints each request as it comes."""
    if words:
        console.print(_words())
        return
    with SamplePartners(port) as server:
        for told in partners or ():
            _tell(server, told)
        console.print(f"Partners answer at {server.origin}/p/<name>, control at {server.origin}/control. Ctrl-C ends.")
        _watch(server)


def _tell(server: SamplePartners, told: str) -> None:
    name, found, script = told.partition("=")
    if not found:
        raise typer.BadParameter(f"`{told}` has no script: write {told}=success")
    try:
        server.configure(name, script)
    except ScriptError as fault:
        raise typer.BadParameter(str(fault)) from None
    console.print(f"{server.url(name)}  {escape(script)}")


def _watch(server: SamplePartners) -> None:
    try:
        for name, received in server.request_log.follow():
            console.print(_line(name, received))
    except KeyboardInterrupt:
        console.print("Stopped.")


def _line(name: str, received: Received) -> str:
    at = datetime.fromtimestamp(received.at / SECOND).astimezone()
    place = f"round {received.headers.get('herald-round', '?')} attempt {received.headers.get('herald-attempt', '?')}"
    text = f"{name} #{received.number} {place}, signature {received.signature}, answer {received.answer}"
    body = received.body.decode("utf-8", "replace")
    return f"{at:%H:%M:%S}.{received.at % SECOND:03} {escape(text)}\n    {escape(body)}"


def _words() -> Table:
    table = Table("word", "answer", box=None)
    for word, meaning in MEANINGS.items():
        table.add_row(word, meaning)
    return table


if __name__ == "__main__":
    app()
