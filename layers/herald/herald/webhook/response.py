"""What a partner answered, as far as it was read. Pure."""

from codecs import getincrementaldecoder
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

MAX_RESPONSE: Final = 64 * 1024  # bytes of an answer that are read, compressed or not (DESIGN, section 1)
MAX_HEADER_LINE: Final = 8_190  # bytes of a header's value, or of the status line's phrase
MAX_HEADER_LINES: Final = 128
EXCERPT: Final = 512  # bytes of it that the attempt log keeps


class BodyEnd(Enum):
    """How the reading of a body ended."""

    COMPLETE = auto()
    CUT_OFF = auto()  # the connection closed, or its framing broke, before the body was complete
    TOO_LARGE = auto()  # Herald stopped reading
    IMPROPER = auto()  # what came cannot be the rest of this answer; `Answer.flaw` says why


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookResponse:
    """Status, the headers that matter, and the body as it came: chunks joined, content codings still on it."""

    status: int
    body: bytes = b""
    codings: str = ""  # the header Content-Encoding
    location: str | None = None  # the header Location
    ending: BodyEnd = BodyEnd.COMPLETE
    flaw: str = ""  # of the ending IMPROPER, in words that follow "HTTP 200, but"
    followed: bytes = b""  # what came behind the complete answer, as far as it was there by then; its beginning


def excerpt(body: bytes) -> str:
    """The first 512 bytes as text, what is not UTF-8 as U+FFFD; a character that the cut divides is left out."""
    return getincrementaldecoder("utf-8")("replace").decode(body[:EXCERPT])


def quoted(text: str, longest: int = 60) -> str:
    """A partner's text inside a sentence of ours: on one line, bounded, nothing invisible in it."""
    shown = "".join(character if character.isprintable() else _named(character) for character in text[: longest + 1])
    return f"`{shown[:longest]}…`" if len(shown) > longest else f"`{shown}`"


def _named(character: str) -> str:
    return " " if character in "\t\r\n" else f"<U+{ord(character):04X}>"
