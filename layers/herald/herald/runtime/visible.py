"""Escapes invisible characters (control, format and separator characters) in a text. Pure.

Text from outside (payloads, names, partners' responses, reasons) can have characters that move a terminal's cursor, end
a line, or change the direction of the text (Unicode's technical reports 36 and 39). They mislead a reader, so they are
escaped before the text is written to a terminal, an alert or a log.
"""

import json
from collections.abc import Callable
from typing import Any, Final
from unicodedata import category, name

# Control, format, surrogate, line separator, paragraph separator.
UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
# Unassigned in Python's version of Unicode; a later one may assign a format character, or a visible one.
_UNASSIGNED: Final = "Cn"
# Blank, although of other categories: the combining grapheme joiner, the fillers of Hangul, two vowels of Khmer, the
# Braille pattern without dots.
_BLANK: Final = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")


def visible(text: str) -> str:
    r"""The text on one line, with invisible characters as Python's escapes: `\n`, `\x1b`, `\u202e`.

    Idempotent. A backslash is not escaped, so the result is for reading and not for parsing.
    """
    return _escaped(text, lambda character: character.encode("unicode_escape").decode())


def visible_json(text: str) -> str:
    r"""JSON of the same value, with invisible characters escaped as in JSON (`\u202e`). Its line ends stay."""
    return "\n".join(_escaped(line, lambda character: json.dumps(character)[1:-1]) for line in text.split("\n"))


def log_line(record: Any) -> str:  # noqa: ANN401 - of any type
    """The record as one line of JSON, for Powertools' logger; values of other types as `str`."""
    return visible_json(json.dumps(record, default=str, separators=(",", ":"), ensure_ascii=False))


def unseen(text: str) -> str | None:
    """The first invisible character, with its Unicode name: `U+202E RIGHT-TO-LEFT OVERRIDE`; or None.

    Unassigned characters do not count: in a later version of Unicode they may be letters.
    """
    found = next((one for one in text if category(one) in UNSEEN or one in _BLANK), None)
    return None if found is None else f"U+{ord(found):04X} {name(found, '')}".rstrip()


def _escaped(text: str, escape: Callable[[str], str]) -> str:
    if text.isascii() and text.isprintable():
        return text
    return "".join(escape(one) if _is_hidden(one) else one for one in text)


def _is_hidden(character: str) -> bool:
    kind = category(character)
    return kind in UNSEEN or kind == _UNASSIGNED or character in _BLANK
