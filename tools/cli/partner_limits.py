"""The options that change a partner's limits and its headers of its own, as the API takes them."""

import sys
from collections.abc import Sequence
from typing import Any

import typer

from herald.languages.message import Message
from tools.cli.output import writable
from tools.common.errors import Misused
from tools.common.sentence import told


def limit_changes(timeout: int | None, rate: int | None, concurrency: int | None) -> dict[str, Any]:
    """The limits that are given; 0 takes one away."""
    given = {"timeout": timeout, "ratePerSecond": rate, "concurrency": concurrency}
    return {name: value or None for name, value in given.items() if value is not None}


def header_changes(headers: Sequence[str], removed: Sequence[str]) -> dict[str, Any]:
    """The headers to set (`Name: value`, or `Name`, whose value is asked for) and to remove; {} without any.

    Raises `Misused` where a name is in both.
    """
    if both := {text.partition(":")[0].strip().lower() for text in headers} & {name.lower() for name in removed}:
        raise Misused(
            Message("--header and --remove-header both name `{name}`", name=min(both)), Message("give one of them")
        )
    changes = {**dict(map(header_with_value, headers)), **dict.fromkeys(removed)}
    return {"headers": changes} if changes else {}


def header_with_value(text: str) -> tuple[str, str]:
    """Name and value of `Name: value`; of `Name` alone the value is asked for."""
    name, colon, value = text.partition(":")
    return name.strip(), value.strip() if colon else asked(Message("Value of {name}", name=name.strip()))


def asked(question: Message) -> str:
    """What the person types, unseen; without a terminal the next line of the standard input."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().strip()
    return str(typer.prompt(writable(told(question), sys.stdout.encoding), hide_input=True, err=True)).strip()
