"""Characters that nobody sees, for the tests that none of them is shown."""

import sys
from typing import Final
from unicodedata import category

from hypothesis import strategies as some

KINDS: Final = ("Cc", "Cf", "Cs", "Zl", "Zp", "Cn")
ALL = [chr(point) for point in range(sys.maxunicode + 1) if category(chr(point)) in set(KINDS) - {"Cn"}]
NAMED = {
    "nul": "\0",
    "bell": "\a",
    "new line": "\n",
    "carriage return": "\r",
    "tab": "\t",
    "escape sequence": "\x1b[2J\x1b]0;title\x07",
    "delete": "\x7f",
    "next line": "\x85",
    "control sequence introducer": "\x9b31m",
    "soft hyphen": "\xad",
    "zero width space": "\u200b",
    "right-to-left override": "\u202e",
    "isolates": "\u2066a\u2069",
    "line separator": "\u2028",
    "paragraph separator": "\u2029",
    "byte-order mark": "\ufeff",
    "tag": "\U000e0041",
    "half a surrogate pair": "\ud800",
    "unassigned": "\u0378",
    "noncharacter": "\uffff",
}


def texts(**sizes: int) -> some.SearchStrategy[str]:
    """Texts in which these characters stand among others, and rich's markup among both."""
    characters = some.characters(categories=KINDS) | some.characters() | some.sampled_from("旅é[]/\\\"'")
    return some.text(characters, **sizes) | some.sampled_from(["[bold]x[/bold]", "[/]", "[red]", r"\[x]", ":boom:"])


def shown_raw(text: str, but: str = "\n") -> set[str]:
    """What of it stands in a text as it is."""
    return {one for one in text if category(one) in KINDS and one not in but}
