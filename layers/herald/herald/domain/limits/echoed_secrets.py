"""A partner's secrets in what its server answers: it may repeat them, whole or in part, or escaped. Pure."""

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from herald.domain.attempt import Outcome
from herald.languages.reason import Reason

SHORTEST: Final = (
    8  # characters; a shorter value is a common word rather than a secret, and so is a shorter part of one
)
HIDDEN: Final = "•••"
_DEPTH: Final = 2  # of escapes in each other: JSON in HTML, HTML in HTML
_ESCAPES: Final = (
    re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z]{2,8});"),  # HTML
    re.compile(r"\\(?:u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2}|[t!-/:-@\[-`{-~])"),  # JSON, JavaScript; PHP writes `\/`
    re.compile(r"%[0-7][0-9A-Fa-f]"),  # a URL (RFC 3986, section 2.1)
)
_SPACES: Final = str.maketrans("+\t\xa0", "   ")  # a form writes a space as `+`, HTML as U+00A0


@dataclass(frozen=True, slots=True)
class _Unescaped:
    """A text without some of its escapes, and where each of its characters stood: the first index and the end."""

    text: str
    places: tuple[tuple[int, int], ...]

    def without(self, escapes: re.Pattern[str]) -> "_Unescaped":
        """The text with what these escapes stand for."""
        parts: list[str] = []
        places: list[tuple[int, int]] = []
        end = 0
        for found in escapes.finditer(self.text):
            written = _character_of(found[0])
            parts += self.text[end : found.start()], written
            places += self.places[end : found.start()]
            end = found.end()
            places += [(self.places[found.start()][0], self.places[end - 1][1])] * len(written)
        return _Unescaped("".join([*parts, self.text[end:]]), (*places, *self.places[end:]))


def _unescaped(text: str) -> list[_Unescaped]:
    """The text as it stands, and without its escapes, those of one kind after those of another."""
    newest = [_Unescaped(text, tuple((index, index + 1) for index in range(len(text))))]
    every = {text: newest[0]}
    for _ in range(_DEPTH):
        newest = [one.without(escapes) for one in newest for escapes in _ESCAPES if escapes.search(one.text)]
        every.update((one.text, one) for one in newest)
    return list(every.values())


def _character_of(escape: str) -> str:
    if escape[0] == "&":
        return html.unescape(escape)
    if escape[0] == "%" or escape[1] in "ux":
        return chr(int(escape.lstrip("%\\ux"), 16))
    return "\t" if escape[1] == "t" else escape[1]


def _compared(text: str) -> str:
    """The text as it is compared: as many characters, but without upper case, and with one kind of space."""
    lower = "".join(character.lower() if character.isascii() else character for character in text)
    return lower.translate(_SPACES)


def without_secrets(outcome: Outcome, secrets: Iterable[str]) -> Outcome:
    """The outcome without these secrets, which the partner's answer may repeat, and without each part of 8 characters.

    They are found in upper and lower case, and escaped as in HTML, JSON or a URL. A secret of fewer characters
    hides nothing.
    """
    if not any(len(text) >= SHORTEST for text in _texts(outcome)):
        return outcome  # as an answer `success` is
    parts = {part for secret in secrets for part in _parts(secret)}
    return replace(outcome, excerpt=_hidden(outcome.excerpt, parts), reason=_reason_without(outcome.reason, parts))


def _texts(outcome: Outcome) -> Iterator[str]:
    """Those that may show something of an answer."""
    yield outcome.excerpt
    reasons = [outcome.reason]
    for reason in reasons:
        yield from (value for value in reason.values.values() if isinstance(value, str))
        reasons.extend(reason.also)


def _reason_without(reason: Reason, parts: set[str]) -> Reason:
    values = {name: _hidden(value, parts) if isinstance(value, str) else value for name, value in reason.values.items()}
    return Reason(reason.code, values, tuple(_reason_without(other, parts) for other in reason.also))


def _parts(text: str) -> Iterator[str]:
    """Every 8 characters that follow each other in the text."""
    compared = _compared(text)
    return (compared[start : start + SHORTEST] for start in range(len(text) - SHORTEST + 1))


def _hidden(text: str, parts: set[str]) -> str:
    if len(text) < SHORTEST or not parts:
        return text
    marks = ["-"] * len(text)
    for one in _unescaped(text):
        for start, part in enumerate(_parts(one.text)):
            if part in parts:
                first, end = one.places[start][0], one.places[start + SHORTEST - 1][1]
                marks[first:end] = "x" * (end - first)
    return _without_marked(text, "".join(marks))


def _without_marked(text: str, marks: str) -> str:
    """The text with `HIDDEN` in the place of marked characters that follow each other, but for spaces around them."""
    parts: list[str] = []
    end = 0
    for run in re.finditer("x+", marks):
        found = text[run.start() : run.end()]
        before, after = len(found) - len(found.lstrip(" ")), len(found.rstrip(" "))
        parts += text[end : run.start()], found[:before], HIDDEN, found[after:]
        end = run.end()
    return "".join([*parts, text[end:]])
