"""What nobody sees in a text (control, format and separator characters), made visible before it is shown. Pure.

Text from outside (payloads, names, answers of partners, reasons) may carry characters that move a terminal's cursor,
end a line, or turn the direction of what follows (Unicode's technical reports 36 and 39): written raw, they mislead
whoever reads it. Such text passes through here before it stands on a terminal, in an alert or in a log.
"""

import json
from collections.abc import Callable
from typing import Any, Final
from unicodedata import category, name

# Control, format, surrogate, line separator, paragraph separator.
UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
# Unassigned in our version of Unicode: a later one may make a format character of it, or one that people see.
_UNASSIGNED: Final = "Cn"
# Of other categories, and yet blank: the combining grapheme joiner, the fillers of Hangul, two vowels of Khmer, and the
# Braille pattern without a dot.
_BLANK: Final = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")


def visible(text: str) -> str:
    r"""The text on one line, with what nobody sees written as Python's escapes: `\n`, `\x1b`, `\u202e`.

    Applied twice it changes no more. A backslash stays as it is, so the result is for reading and not for parsing.
    """
    return _escaped(text, lambda character: character.encode("unicode_escape").decode())


def visible_json(text: str) -> str:
    r"""JSON of the same value, with what nobody sees escaped as JSON does (`\u202e`). Its own line ends stay."""
    return "\n".join(_escaped(line, lambda character: json.dumps(character)[1:-1]) for line in text.split("\n"))


def log_line(record: Any) -> str:  # noqa: ANN401 - whatever is logged
    """The record as one line of JSON, for Powertools' logger; what JSON does not know is written as its text."""
    return visible_json(json.dumps(record, default=str, separators=(",", ":"), ensure_ascii=False))


def unseen(text: str) -> str | None:
    """The first character that no name may have, as people look it up: `U+202E RIGHT-TO-LEFT OVERRIDE`; or None.

    What is unassigned is none of these: a later version of Unicode may know it as a letter.
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
