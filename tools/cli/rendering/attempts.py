"""Attempts and history, as notifications and partners share them."""

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table

from herald.languages.shown import shown
from tools.common import formatting
from tools.common.formatting import Formatter
from tools.common.text import Text

type Json = dict[str, Any]

MARGIN = (0, 0, 0, 2)
_LONGEST_ANSWER = 300  # characters of it that are shown; `--json` has all that was kept


def attempts_page(attempts: list[Json], left_out: int, told: Formatter) -> Iterable[RenderableType]:
    """What was tried when, and how it was answered, round by round. `left_out` older ones are only counted."""
    if left_out:
        yield Text(f"  … {formatting.many(left_out, 'older attempt')}, counted but not kept")
    for number, tries in groupby(attempts, key=lambda attempt: attempt["round"]):
        table = _table()
        for attempt in tries:
            table.add_row(*attempt_row(attempt, told))
        yield Text(f"  Round {number}", style="dim")
        yield Padding(table, MARGIN, expand=False)


def attempt_row(attempt: Json, told: Formatter) -> tuple[RenderableType, ...]:
    """Number, start, how long it took, the verdict in words, and the reason."""
    verdict, answer = attempt["verdict"], attempt_answer(attempt)
    return (
        Text(str(attempt.get("attempt", ""))),
        Text(told.at(attempt["at"])),
        Text(formatting.duration(attempt["durationMs"])),
        Text(formatting.verdict(verdict), style="green" if verdict == "success" else "red"),
        attempt_reason(attempt).append(f"; {answer}" if answer else ""),
    )


def attempt_reason(attempt: Json) -> Text:
    """Why it was judged so; where it went, when that is known."""
    address = attempt.get("address")
    return Text(attempt["reason"]).append(f"  ({address})" if address else "", style="dim")


def headline(text: str) -> Iterable[Text]:
    """What stands above a part of a page."""
    return Text(), Text(text, style="bold")


def attempt_answer(attempt: Json) -> str | None:
    """What the partner answered, on one line; None where it acknowledged, said nothing, or the reason quotes it."""
    answer = attempt.get("excerpt", "").strip()
    if attempt["verdict"] == "success" or not answer or f"`{shown(answer)}`" in attempt["reason"]:
        return None
    return f"answered: `{shown(answer, _LONGEST_ANSWER)}`"


def history_page(history: list[Json], told: Formatter) -> Iterable[RenderableType]:
    """Who changed what, when and why."""
    table = _table(2)
    for entry in history:
        change = f"{entry['from']} → {entry['to']}" if entry.get("from") != entry.get("to") else entry.get("to", "")
        said = f"{entry['by']}: {entry['action']} ({change})" if change else f"{entry['by']}: {entry['action']}"
        said += f", “{entry['reason']}”" if entry.get("reason") else ""
        said += f", {entry['what']}" if entry.get("what") else ""
        said += f" (job {entry['job']})" if entry.get("job") else ""
        table.add_row(Text(told.at(entry["at"])), Text(said))
    yield Padding(table, MARGIN, expand=False)


def _table(columns: int = 5) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    for _ in range(columns - 1):
        table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    return table
