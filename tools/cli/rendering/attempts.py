"""Attempts and history, as notifications and partners share them."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table

from herald.languages.message import Message, plural
from herald.languages.shown import shown
from herald.languages.words import ACTIONS, PARTNER_ACTIONS, REVIEW_STATES, STATES, Words
from tools.common import formatting
from tools.common.formatting import Formatter
from tools.common.sentence import Sentence, word
from tools.common.text import Text

type Json = dict[str, Any]

MARGIN = (0, 0, 0, 2)
_LONGEST_ANSWER = 300  # characters of it that are shown; `--json` has all that was kept
_ACTIONS: Words = {**ACTIONS, **PARTNER_ACTIONS}
_STATES: Words = {**STATES, **REVIEW_STATES}


def attempts_page(attempts: list[Json], left_out: int, told: Formatter) -> Iterable[RenderableType]:
    """What was tried when, and how it was answered, round by round. `left_out` older ones are only counted."""
    if left_out:
        yield Text.assemble("  ", _left_out(left_out))
    for number, tries in groupby(attempts, key=lambda attempt: attempt["round"]):
        table = _table()
        for attempt in tries:
            table.add_row(*attempt_row(attempt, told))
        yield Text.assemble("  ", Message("Round {number}", number=number), style="dim")
        yield Padding(table, MARGIN, expand=False)


def _left_out(count: int) -> Message:
    return plural(
        "… {count} older attempt, counted but not kept", "… {count} older attempts, counted but not kept", count=count
    )


def attempt_row(attempt: Json, told: Formatter) -> tuple[RenderableType, ...]:
    """Number, start, how long it took, the verdict in words, and the reason."""
    verdict, answer = attempt["verdict"], attempt_answer(attempt)
    return (
        Text(str(attempt.get("attempt", ""))),
        Text(told.at(attempt["at"])),
        Text(formatting.duration(attempt["durationMs"])),
        Text(formatting.verdict(verdict), style="green" if verdict == "success" else "red"),
        attempt_reason(attempt).append(Message("; {answer}", answer=answer) if answer else ""),
    )


def attempt_reason(attempt: Json) -> Text:
    """Why it was judged so; where it went, when that is known."""
    address = attempt.get("address")
    return Text(attempt["reason"]).append(f"  ({address})" if address else "", style="dim")


def headline(text: Message) -> Iterable[Text]:
    """What stands above a part of a page."""
    return Text(), Text(text, style="bold")


def attempt_answer(attempt: Json) -> Message | None:
    """What the partner answered, on one line; None where it acknowledged, said nothing, or the reason quotes it."""
    answer = attempt.get("excerpt", "").strip()
    if attempt["verdict"] == "success" or not answer or f"`{shown(answer)}`" in attempt["reason"]:
        return None
    return Message("answered: {answer}", answer=f"`{shown(answer, _LONGEST_ANSWER)}`")


def history_page(history: list[Json], told: Formatter) -> Iterable[RenderableType]:
    """Who changed what, when and why."""
    table = _table(2)
    for entry in history:
        table.add_row(Text(told.at(entry["at"])), Text.assemble(*_change(entry)))
    yield Padding(table, MARGIN, expand=False)


def _change(entry: Json) -> Iterator[Sentence]:
    """One entry: who did what, from which state to which, then why, what was changed and by which job."""
    said = {"who": entry["by"], "action": word(_ACTIONS, entry["action"])}
    before, after = (word(_STATES, entry.get(name) or "") for name in ("from", "to"))
    if entry.get("from") != entry.get("to"):
        yield Message("{who}: {action} ({before} → {after})", **said, before=before, after=after)
    elif entry.get("to"):
        yield Message("{who}: {action} ({state})", **said, state=after)
    else:
        yield Message("{who}: {action}", **said)
    if entry.get("reason"):
        yield Message(", “{reason}”", reason=entry["reason"])
    if entry.get("what"):
        yield Message(", {what}", what=entry["what"])
    if entry.get("job"):
        yield Message(" (job {job})", job=entry["job"])


def _table(columns: int = 5) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    for _ in range(columns - 1):
        table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    return table
