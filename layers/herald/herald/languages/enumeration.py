"""Several messages in one, with the separators of the reader's language. Pure."""

from collections.abc import Iterable
from functools import reduce

from herald.languages.message import Message


def sentences(parts: Iterable[Message]) -> Message:
    """One after the other: `a; b; c`. At least one."""
    # translators: two sentences, one after the other
    return reduce(lambda before, after: Message("{before}; {after}", before=before, after=after), parts)


def all_of(parts: Iterable[Message]) -> Message:
    """A list: `a, b, c`. At least one."""
    # translators: the items of a list
    return reduce(lambda before, after: Message("{before}, {after}", before=before, after=after), parts)


def any_of(parts: Iterable[Message]) -> Message:
    """Alternatives: `a or b or c`. At least one."""
    # translators: alternatives; they are names of values, in Latin letters
    return reduce(lambda before, after: Message("{before} or {after}", before=before, after=after), parts)


def as_written(text: str) -> Message:
    """A text that is the same in every language, as a part of one of the above: a name, a code."""
    return Message("{text}", text=text)
