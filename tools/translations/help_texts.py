"""Babel's extraction for Python, and with it the help texts of a Typer application, which no call marks."""

import ast
import io
from collections.abc import Collection, Generator, Iterator, Mapping
from typing import IO, Any, Final

from babel.messages.extract import extract_python

from tools.cli.help import help_text

_WITH_HELP: Final = frozenset({"Option", "Argument", "Typer"})  # of the module `typer`
_TEXTS: Final = frozenset({"help", "show_default"})  # their arguments that people read
_CONTEXT: Final = "CommandContext"  # what the first parameter of every command is

type Extracted = tuple[int, str | None, Any, list[str]]  # line, function, text or texts, comments


def extract(
    file: IO[bytes],
    keywords: Mapping[str, Any],
    comment_tags: Collection[str],
    options: Any,  # noqa: ANN401 - a type that Babel does not export
) -> Generator[Extracted]:
    """What Babel finds by itself, then the docstrings of commands and the helps of options, arguments and groups.

    It is one of Babel's extraction methods.
    """
    source = file.read()
    marked: Any = extract_python(io.BytesIO(source), keywords, comment_tags, options)  # its declared type is another
    yield from marked
    for node in ast.walk(ast.parse(source)):
        for text in (*_docstring(node), *_helps(node)):
            yield getattr(node, "lineno", 1), None, help_text(text), []


def _docstring(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.FunctionDef) and _is_command(node) and (text := ast.get_docstring(node)):
        yield text


def _is_command(node: ast.FunctionDef) -> bool:
    """Whether it is registered by `tools.cli.context.command`, there or in another module."""
    first = next(iter(node.args.args), None)
    takes_context = first is not None and isinstance(first.annotation, ast.Name) and first.annotation.id == _CONTEXT
    return takes_context and not node.name.startswith("_")


def _helps(node: ast.AST) -> Iterator[str]:
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or node.func.attr not in _WITH_HELP:
        return
    for argument in node.keywords:
        value = argument.value.value if isinstance(argument.value, ast.Constant) else None
        if argument.arg in _TEXTS and isinstance(value, str):
            yield value
