"""The `herald` command: operators and publishers on the API, from a shell or a script."""

import sys
from collections.abc import Sequence

import typer
from rich.console import Console
from typer import rich_utils

from herald.languages.message import Message
from herald.runtime.visible import visible
from tools.cli.commands.jobs import jobs
from tools.cli.commands.keys import keys
from tools.cli.commands.notifications import list_notifications, notifications, show_notification
from tools.cli.commands.orders import orders
from tools.cli.commands.partner_deletion import EXAMPLES as DELETE_EXAMPLES
from tools.cli.commands.partner_deletion import delete_partner
from tools.cli.commands.partners import partners
from tools.cli.commands.search import FIND_EXAMPLES, LIST_EXAMPLES, find, list_of_partner
from tools.cli.commands.send import send
from tools.cli.commands.sources import sources
from tools.cli.commands.stack.audit import audit_stack
from tools.cli.commands.stack.doctor import examine_stack
from tools.cli.commands.stack.encrypt import EXAMPLES as ENCRYPT_EXAMPLES
from tools.cli.commands.stack.encrypt import encrypt_secrets
from tools.cli.commands.stack.reindex import EXAMPLES as REINDEX_EXAMPLES
from tools.cli.commands.stack.reindex import reindex
from tools.cli.context import LanguageOption, Surroundings, command
from tools.cli.help import translated_command
from tools.cli.language import chosen_language, speaking
from tools.cli.output import json_text, lenient_output
from tools.cli.usage_errors import in_words
from tools.common.errors import CliError, Misused, Unwritten
from tools.common.sentence import told
from tools.common.text import Text

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="rich",
    add_completion=False,
    help="""Looks after Herald's notifications and partners, through its API.

    It talks to --api-url with --key, else to HERALD_API_URL with HERALD_KEY, else to the local stack of `make up`.

    Exit codes: 0 done; 1 refused by the API; 2 wrong usage; 3 not reachable. An output that cannot be written changes
    none.
    """,
)


@app.callback()
def accept_language(language: LanguageOption = None) -> None:
    """Lets `--language` stand before a command too: `herald --language zh-Hant --help`. `main` has read it."""


app.add_typer(notifications, name="notifications")
app.add_typer(partners, name="partners")
app.add_typer(orders, name="orders")
app.add_typer(jobs, name="jobs")
app.add_typer(sources, name="sources")
app.add_typer(keys, name="keys")
command(partners, "encrypt", examples=ENCRYPT_EXAMPLES)(encrypt_secrets)
command(partners, "delete", examples=DELETE_EXAMPLES)(delete_partner)
_FAILED = ("herald failed", "herald failed --partner 3528", "herald failed --state held", "herald failed --csv")
command(app, "failed", lists=True, examples=_FAILED)(list_notifications)
command(app, "list", lists=True, examples=LIST_EXAMPLES)(list_of_partner)
command(app, "find", lists=True, examples=FIND_EXAMPLES)(find)
command(app, "show", examples=("herald show 3528_dGVzdDE1ODU4NQ_5f2c…",))(show_notification)
command(app, "reindex", examples=REINDEX_EXAMPLES)(reindex)
command(app, "doctor", points=False, examples=("herald doctor", "herald doctor --stack-name herald"))(examine_stack)
command(app, "audit", points=False, examples=("herald audit", "herald audit --stack-name herald --json"))(audit_stack)
command(app, "send", role="publisher", examples=("herald send event.json", "cat event.json | herald send - --json"))(
    send
)


def main(arguments: Sequence[str] | None = None, surroundings: Surroundings | None = None) -> None:
    """Runs one command and exits with its code, whatever becomes of its output."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    there, as_json = surroundings or Surroundings(), "--json" in given
    with speaking(chosen_language(given, there.environment)), lenient_output() as stdout_fault:
        code = _run(given, there, as_json=as_json)
        fault = stdout_fault()
        if fault is not None and not isinstance(fault, BrokenPipeError):  # who closed the pipe has read enough
            _tell(Unwritten(fault, code), as_json=as_json)
    sys.exit(code)


def _run(given: list[str], surroundings: Surroundings, *, as_json: bool) -> int:
    """The exit code, after what went wrong is told on stderr."""
    try:
        command = translated_command(app)
        return command(given, prog_name="herald", obj=surroundings, standalone_mode=False) or 0
    except CliError as error:
        return _tell(error, as_json=as_json)
    except typer.TyperException as error:
        return _tell_of_usage(error, as_json=as_json)
    except typer.Abort:
        rich_utils.rich_abort_error()
        return 1


def _tell(error: CliError, *, as_json: bool) -> int:
    """Says on stderr what went wrong and what to do; the exit code."""
    if as_json:
        print(json_text(error.as_json(), sys.stderr), file=sys.stderr)
        return error.exit_code
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    console.print(Text.assemble(("herald: ", "red"), error.describe))
    if error.remedy:
        console.print(Text(f"  → {error.remedy}"))
    return error.exit_code


def _tell_of_usage(error: typer.TyperException, *, as_json: bool) -> int:
    """As Typer tells of wrong usage, but nothing hidden in it, and as JSON where that was asked for."""
    if as_json:
        return _tell(Misused(in_words(error.format_message()), Message("add --help to see how it goes")), as_json=True)
    error.message = visible(error.message or "")
    sentence = told(in_words(error.format_message()))
    error.format_message = lambda: sentence  # type: ignore[method-assign] # it is what Typer prints
    rich_utils.rich_format_error(error)  # type: ignore[arg-type] # every one that Typer raises is of this kind
    return error.exit_code
