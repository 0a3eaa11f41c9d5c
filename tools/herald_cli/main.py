"""The `herald` command: operators and publishers on the API, from a shell or a script."""

import json
import sys
from collections.abc import Sequence
from typing import NoReturn

import typer
from rich.console import Console
from rich.text import Text

from tools.herald_cli.audit import audit_stack
from tools.herald_cli.desk import World, command
from tools.herald_cli.doctor import examine_stack
from tools.herald_cli.errors import CliError, Misused
from tools.herald_cli.jobs import jobs
from tools.herald_cli.keys import keys
from tools.herald_cli.notifications import list_notifications, notifications, show_notification
from tools.herald_cli.partners import partners
from tools.herald_cli.send import send

HELP = """Looks after Herald's notifications and partners, through its API.

It talks to --api-url with --key, else to HERALD_API_URL with HERALD_KEY, else to the local stack of `make up`.

Exit codes: 0 done; 1 refused by the API; 2 wrong usage; 3 not reachable.
"""

app = typer.Typer(help=HELP, no_args_is_help=True, rich_markup_mode="rich", add_completion=False)
app.add_typer(notifications, name="notifications")
app.add_typer(partners, name="partners")
app.add_typer(jobs, name="jobs")
app.add_typer(keys, name="keys")
command(app, "failed", examples=("herald failed", "herald failed --partner 3528", "herald failed --state held"))(
    list_notifications
)
command(app, "show", examples=("herald show 3528_dGVzdDE1ODU4NQ_5f2c…",))(show_notification)
command(app, "doctor", points=False, examples=("herald doctor", "herald doctor --stack-name herald"))(examine_stack)
command(app, "audit", points=False, examples=("herald audit", "herald audit --stack-name herald --json"))(audit_stack)
command(app, "send", role="publisher", examples=("herald send event.json", "cat event.json | herald send - --json"))(
    send
)


def main(arguments: Sequence[str] | None = None, world: World | None = None) -> None:
    """Runs one command and exits with its code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    as_json = "--json" in given
    try:
        # Typer tells of wrong usage by itself, but not as JSON.
        code = app(given, prog_name="herald", obj=world, standalone_mode=not as_json)
    except CliError as error:
        fail(error, as_json=as_json)
    except typer.TyperException as error:
        fail(Misused(error.format_message(), "add --help to see how it goes"), as_json=as_json)
    sys.exit(code or 0)


def fail(error: CliError, *, as_json: bool) -> NoReturn:
    """Says on stderr what went wrong and what to do, and exits."""
    if as_json:
        print(json.dumps(error.as_json(), ensure_ascii=False), file=sys.stderr)
    else:
        console = Console(stderr=True, highlight=False, soft_wrap=True)
        console.print(Text.assemble(("herald: ", "red"), error.describe))
        if error.remedy:
            console.print(Text(f"  → {error.remedy}"))
    sys.exit(error.exit_code)
