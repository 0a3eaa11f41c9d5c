"""Texts and numbers as a page shows them."""

from collections.abc import Mapping
from typing import Final

from console.rendering.page import translate
from herald.runtime.visible import visible

LINE: Final = 200  # characters of a text from outside in one line of a page


def shown(text: str, limit: int = LINE) -> str:
    """A text from outside for a page: its first `limit` characters, with invisible ones escaped."""
    return visible(text[:limit]) + ("…" if len(text) > limit else "")


def word(words: Mapping[str, str], value: str) -> str:
    """The word for a value, in the reader's language; the value itself where a later version of Herald made it."""
    return translate(words[value]) if value in words else shown(value)
