"""The help pages in the reader's language.

Typer builds its commands anew for each call, so their texts are translated between building and parsing. The texts are
the docstrings of commands and the `help` of options and groups; `tools.translations` finds them there.
"""

import inspect
from collections.abc import Iterator
from typing import Any, Final

import typer
import typer.main
from typer import rich_utils

from herald.languages.catalogue import N_, translated
from herald.languages.current import current_language
from tools.common.text import FoldedText

EXAMPLES: Final = N_("Examples")
_HELP_OPTION: Final = N_("Show this message and exit.")
# The texts that Typer's pages are set with, by the names of its module. It offers them to be replaced, as its styles.
_TITLES: Final = {
    "DEFAULT_STRING": N_("[default: {}]"),
    "REQUIRED_LONG_STRING": N_("[required]"),
    "ARGUMENTS_PANEL_TITLE": N_("Arguments"),
    "OPTIONS_PANEL_TITLE": N_("Options"),
    "COMMANDS_PANEL_TITLE": N_("Commands"),
    "ERRORS_PANEL_TITLE": N_("Error"),
    "ABORTED_TEXT": N_("Aborted."),
    "RICH_HELP": N_("Try [blue]'{command_path} {help_option}'[/] for help."),
}


def help_text(text: str) -> str:
    """A docstring or a help as the catalogues have it: its paragraphs, each on one line."""
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in inspect.cleandoc(text).split("\n\n"))


def epilog(examples: tuple[str, ...]) -> str:
    """What stands below a command's help: examples, which are the same in every language."""
    return "\n\n".join((EXAMPLES, *(example.replace("[", r"\[") for example in examples)))


def translated_command(app: typer.Typer) -> Any:  # noqa: ANN401 - a class that Typer does not export
    """The command of the application, its help pages in the current language."""
    command = typer.main.get_command(app)
    for one in _with_subcommands(command):
        _translate(one)
    for name, text in _TITLES.items():
        setattr(rich_utils, name, _in_language(text))
    rich_utils.Text = FoldedText  # type: ignore[attr-defined] # it is imported there, and used for every help
    return command


def _with_subcommands(command: Any) -> Iterator[Any]:  # noqa: ANN401 - as above
    yield command
    for one in getattr(command, "commands", {}).values():
        yield from _with_subcommands(one)


def _translate(command: Any) -> None:  # noqa: ANN401 - as above
    command.help = _in_language(command.help)
    if command.epilog:
        title, *examples = command.epilog.split("\n\n")
        command.epilog = "\n\n".join((f"[bold]{_in_language(title)}[/bold]", *examples))
    help_option = command.get_help_option(typer.Context(command))
    for parameter in (*command.params, help_option):
        for name in ("help", "show_default", "rich_help_panel"):
            if isinstance(text := getattr(parameter, name, None), str):
                setattr(parameter, name, _in_language(text))


def _in_language(text: str) -> str:
    return translated(help_text(text), current_language()) if text else text
