"""How a partner answers request after request: `refuse twice then success`.

    script = step, { " then ", step }
    step   = answer, [ " after ", time ], [ " once" | " twice" | " x3" | " 3 times" ]
    answer = a word of answer.NAMED | status, [ " ", body ]        503 | 200 SUCCESS
    time   = 250ms | 3s

The last step goes on for ever.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from tools.sample_partner.canned_response import NAMED, CannedResponse, plain

_STEP = re.compile(
    r"(?P<what>.+?)"
    r"(?:\s+after\s+(?P<delay>\d+)(?P<unit>ms|s))?"
    r"(?:\s+(?:(?P<word>once|twice)|x(?P<x>\d+)|(?P<times>\d+)\s+times))?"
)
_PLAIN = re.compile(r"(?P<status>[1-9]\d\d)(?:\s(?P<body>.*))?", re.DOTALL)
_WORDS = {"once": 1, "twice": 2}
_UNITS = {"ms": 1, "s": 1000}


class ScriptError(ValueError):
    """The text is not a script; says which step, and what can be said instead."""


@dataclass(frozen=True, slots=True)
class Script:
    """The answers in their order; the last one goes on for ever."""

    answers: tuple[CannedResponse, ...]

    @classmethod
    def parse(cls, text: str) -> "Script":
        """The script that the text tells. Raises `ScriptError`."""
        return cls.of([answer for step in re.split(r"\s+then\s+", text.strip()) for answer in _step(step)])

    @classmethod
    def of(cls, answers: Sequence[CannedResponse]) -> "Script":
        """These answers one after the other. Raises `ScriptError` when there is none."""
        if not answers:
            raise ScriptError("a script needs at least one answer")
        return cls(tuple(answers))

    def answer(self, number: int) -> CannedResponse:
        """The answer to the n-th request, counted from 1."""
        return self.answers[min(number, len(self.answers)) - 1]


def _step(text: str) -> list[CannedResponse]:
    step = _STEP.fullmatch(text)
    if step is None:
        raise ScriptError("a step of the script is empty")
    delay_ms = int(step["delay"]) * _UNITS[step["unit"]] if step["delay"] else 0
    times = _WORDS[step["word"]] if step["word"] else int(step["x"] or step["times"] or 1)
    return [replace(_answer(step["what"]), delay_ms=delay_ms)] * times


def _answer(text: str) -> CannedResponse:
    if text in NAMED:
        return NAMED[text]()
    if form := _PLAIN.fullmatch(text):
        return plain(int(form["status"]), (form["body"] or "").encode())
    raise ScriptError(f"`{text}` is no answer: say one of {', '.join(NAMED)}, or a status such as 503 or 200 SUCCESS")
