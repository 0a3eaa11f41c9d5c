"""The ladder: the wait after each failed attempt.

The manual: 間隔為3分鐘,6分鐘,12分鐘等,依次遞增十次 (3, 6, 12 … minutes, ten steps, each twice the previous one).
"""

import re
from dataclasses import dataclass
from typing import override

from herald.domain.clock import HOUR, MINUTE, SECOND
from herald.languages.message import Message
from herald.languages.refusal import Refusal

MAX_RUNGS = 20
_UNITS = {"s": SECOND, "m": MINUTE, "h": HOUR}
_RUNG = re.compile(r"([1-9][0-9]{0,5})([smh])")


class MalformedLadder(Refusal, ValueError):
    """The text is not a ladder; the message says why and shows an example."""

    def __init__(self, problem: Message) -> None:
        super().__init__(
            Message(
                '{problem}; a ladder is 1 to {most} waits in s, m or h, such as "3m 6m 12m"',
                problem=problem,
                most=MAX_RUNGS,
            )
        )


@dataclass(frozen=True, slots=True)
class Ladder:
    """The waits (ms), each from the end of a failed attempt to the next attempt; `text` is the input."""

    text: str
    waits: tuple[int, ...]

    @classmethod
    def parse(cls, text: str) -> "Ladder":
        """Parses `3m 6m 12m`. Raises `MalformedLadder`."""
        rungs = text.split()
        if not 1 <= len(rungs) <= MAX_RUNGS:
            raise MalformedLadder(Message("it has {count} rungs", count=len(rungs)))
        return cls(" ".join(rungs), tuple(_wait(rung) for rung in rungs))

    @property
    def length(self) -> int:
        """The sum of the waits (ms): the time from the first attempt to the last one, if each failed at once."""
        return sum(self.waits)

    def wait_after(self, attempt: int) -> int | None:
        """The wait (ms) after the failed attempt with this number (from 1), None when the ladder is exhausted."""
        return self.waits[attempt - 1] if attempt <= len(self.waits) else None

    @override
    def __str__(self) -> str:
        return self.text


def _wait(rung: str) -> int:
    form = _RUNG.fullmatch(rung)
    if form is None:
        raise MalformedLadder(Message("`{rung}` is not a wait", rung=rung[:20]))
    return int(form[1]) * _UNITS[form[2]]


DEFAULT_LADDER = Ladder.parse("3m 6m 12m 24m 48m 96m 192m 384m 768m 1536m")
