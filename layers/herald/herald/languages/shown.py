"""Text from outside as a value of a sentence. Pure."""

from typing import Final

# Blank, although Unicode counts them as visible: the combining grapheme joiner, the fillers of Hangul, two vowels of
# Khmer, the Braille pattern without dots.
BLANK: Final = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")


def shown(text: str, longest: int = 60) -> str:
    """The text on one line, of at most `longest` characters, without invisible characters: those are `<U+202E>`.

    A sentence quotes it in backticks, which are its template's.
    """
    whole = "".join(character if _is_seen(character) else _named(character) for character in text[: longest + 1])
    return f"{whole[:longest]}…" if len(whole) > longest else whole


def _is_seen(character: str) -> bool:
    return character.isprintable() and character not in BLANK


def _named(character: str) -> str:
    return " " if character in "\t\r\n" else f"<U+{ord(character):04X}>"
