"""The command context: the API, the output and the options that all commands share.

The decorator adds the shared options to each command's signature. A Typer callback would take them before the
subcommand only, and `herald partners list --json` has them after it.
"""

import inspect
import os
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any

import requests
import typer
from rich.console import Console, Group, RenderableType

from herald.domain.clock import now
from herald.languages.catalogue import N_
from herald.languages.current import set_language
from herald.languages.language import language_of_locale
from herald.languages.message import Message
from herald.runtime.visible import visible
from tools.cli.csv_output import Columns, write_csv
from tools.cli.help import epilog, help_text
from tools.cli.output import json_text, writable
from tools.common.api_client import ApiClient
from tools.common.errors import CliError, Misused
from tools.common.formatting import Formatter
from tools.common.pages import joined
from tools.common.sentence import Sentence, told
from tools.common.stack.stack_file import find_stack
from tools.common.target import find_target
from tools.common.text import Text

type CommandFunction = Callable[
    ..., None
]  # a command: its context first, then the parameters that Typer reads from the annotations

_PANEL = N_("Where it points and how it prints")
_WIDTH_OF_A_FILE = 160  # columns, where the output is no terminal that has a width of its own


@dataclass(slots=True)
class Surroundings:
    """The environment of a command; a test passes its own."""

    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)
    folder: Path = field(default_factory=Path.cwd)
    session: requests.Session = field(default_factory=requests.Session)
    pause: Callable[[float], None] = time.sleep  # seconds, between two questions how far something has come


class CommandContext:
    """The API, the options and the output of one command."""

    def __init__(
        self,
        surroundings: Surroundings,
        role: str,
        asked: Mapping[str, str | None],
        *,
        as_json: bool,
        as_csv: bool = False,
    ) -> None:
        if as_json and as_csv:
            raise Misused("--csv and --json exclude each other", "give one of them")
        self.surroundings = surroundings
        self.as_json = as_json
        self.as_csv = as_csv
        self._role = role
        self._asked = asked

    @cached_property
    def api(self) -> ApiClient:
        """The API that this command points to. Raises `Misused` when there is none."""
        target = find_target(self._asked, self.surroundings.environment, self.surroundings.folder, self._role)
        return ApiClient(target, self.surroundings.session)

    @property
    def has_api_options(self) -> bool:
        """Whether the command's options tell an API or a key to it."""
        return any(self._asked.values())

    @property
    def names_api(self) -> bool:
        """Whether an option or HERALD_API_URL names the API; else a command points to the local stack."""
        return self.has_api_options or bool(self.surroundings.environment.get("HERALD_API_URL"))

    @cached_property
    def stack(self) -> dict[str, Any]:
        """The local stack's file; empty when there is none."""
        return find_stack(self.surroundings.folder)

    @cached_property
    def formatter(self) -> Formatter:
        """The formatter of this command, relative to now."""
        return Formatter(now())

    def show(self, response: Mapping[str, Any], render: Callable[[], RenderableType]) -> None:
        """Prints the answer: as JSON and nothing else where that was asked for, else for people."""
        if self.as_json:
            print(json_text(response, sys.stdout, indent=2))
            return
        console = Console(width=None if sys.stdout.isatty() else _WIDTH_OF_A_FILE, highlight=False)
        page = render()
        for part in page.renderables if isinstance(page, Group) else [page]:
            console.print(part, soft_wrap=isinstance(part, Text))  # text breaks nowhere: ids and commands get copied

    def show_list(
        self, pages: Iterable[dict[str, Any]], columns: Columns, render: Callable[[dict[str, Any]], RenderableType]
    ) -> None:
        """Prints a list: as CSV page by page where that was asked for, else all pages in one answer as `show` does.

        `columns` are the members of an item that become the columns of the CSV.
        """
        if self.as_csv:
            write_csv(pages, columns)
            return
        whole = joined(pages)
        self.show(whole, lambda: render(whole))

    def confirm(self, question: Sentence, *, yes: bool) -> None:
        """Goes on when the person says yes, or said so before; otherwise nothing happens. Raises `Misused`."""
        if yes:
            return
        if self.as_json or not sys.stdin.isatty():
            raise Misused(Message("not confirmed: {question}", question=question), Message("add --yes"))
        typer.confirm(writable(visible(told(question)), sys.stdout.encoding), abort=True)

    def partner_name(self, partner_id: int) -> str | None:
        """The partner's name, or None where the registry does not tell it (a publisher's key may not ask)."""
        try:
            return str(self.api.partner(partner_id)["name"])
        except CliError:  # nor does what was done depend on it
            return None


def command(
    group: typer.Typer,
    name: str,
    *,
    examples: tuple[str, ...],
    role: str = "operator",
    points: bool = True,
    lists: bool = False,
) -> Callable[[CommandFunction], CommandFunction]:
    """Registers a function that takes a `CommandContext` first as a command of the group, with the shared options.

    `role` is the role whose key of the local stack it uses; `points` is whether it calls the API; `lists` is whether it
    prints a list, by `CommandContext.show_list`, and so has the option `--csv`.
    """
    names = [*(("api_url", "key") if points else ()), "as_json", *(("as_csv",) if lists else ()), "language"]
    shared = {name: _SHARED[name] for name in names}

    def register(function: CommandFunction) -> CommandFunction:
        def run(
            *,
            ctx: typer.Context,
            as_json: bool,
            as_csv: bool = False,
            language: str | None = None,
            **given: Any,  # noqa: ANN401 - as typer parsed them
        ) -> None:
            if language:
                set_language(language_of_locale(language))
            asked = {name: given.pop(name, None) for name in ("api_url", "key")}
            context = CommandContext(ctx.obj or Surroundings(), role, asked, as_json=as_json, as_csv=as_csv)
            function(context, **given)

        # Typer reads the options off the signature, and Python lets a function carry another one (PEP 362).
        run.__signature__ = _signature(run, function, shared)  # type: ignore[attr-defined] # typeshed does not know it
        group.command(name, help=help_text(function.__doc__ or ""), epilog=epilog(examples))(run)
        return function

    return register


LanguageOption = Annotated[
    str | None,
    typer.Option(
        help="en, zh-Hant (繁體中文) or zh-Hans (简体中文), or a locale such as zh_TW.",
        show_default="HERALD_LANGUAGE, else the locale",
        rich_help_panel=_PANEL,
    ),
]
_SHARED: Mapping[str, Any] = {
    "api_url": Annotated[
        str | None,
        typer.Option(help="The API.", show_default="HERALD_API_URL, else the local stack", rich_help_panel=_PANEL),
    ],
    "key": Annotated[
        str | None,
        typer.Option(help="The key to it.", show_default="HERALD_KEY, else the local stack's", rich_help_panel=_PANEL),
    ],
    "as_json": Annotated[
        bool, typer.Option("--json", help="JSON on stdout, errors as JSON on stderr.", rich_help_panel=_PANEL)
    ],
    "as_csv": Annotated[
        bool, typer.Option("--csv", help="All of the list as CSV on stdout, for Excel.", rich_help_panel=_PANEL)
    ],
    "language": LanguageOption,
}


def _signature(run: CommandFunction, function: CommandFunction, shared: Mapping[str, Any]) -> inspect.Signature:
    """Typer's context, the command's own parameters without its context, then the shared options."""
    context = inspect.signature(run).parameters["ctx"]
    own = list(inspect.signature(function, eval_str=True).parameters.values())[1:]
    added = [_parameter(name, kind) for name, kind in shared.items()]
    return inspect.Signature([context, *(one.replace(kind=inspect.Parameter.KEYWORD_ONLY) for one in own), *added])


def _parameter(name: str, kind: Any) -> inspect.Parameter:  # noqa: ANN401 - an annotation
    default = False if name.startswith("as_") else None
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=kind)
