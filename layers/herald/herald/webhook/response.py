"""A partner's response, as far as it was read. Pure."""

from codecs import getincrementaldecoder
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from herald.languages.reason import Reason

MAX_RESPONSE: Final = 64 * 1024  # bytes of a body that are read, compressed or not
MAX_HEADER_LINE: Final = 8_190  # bytes of a header's value, or of the reason phrase
MAX_HEADER_LINES: Final = 128
EXCERPT: Final = 512  # bytes of the body that the attempt log keeps


class BodyEnd(Enum):
    """How reading the body ended."""

    COMPLETE = auto()
    CUT_OFF = auto()  # the connection or the framing ended before the body was complete
    TOO_LARGE = auto()  # Herald stopped reading at the limit
    IMPROPER = auto()  # the bytes are not valid HTTP; `flaw` says why


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookResponse:
    """Status, relevant headers, and the body: chunks joined, not yet decoded."""

    status: int
    body: bytes = b""
    codings: str = ""  # the header Content-Encoding
    location: str | None = None  # the header Location
    ending: BodyEnd = BodyEnd.COMPLETE
    flaw: Reason | None = None  # for the ending IMPROPER
    followed: bytes = b""  # the first bytes received after the complete response


def excerpt(body: bytes) -> str:
    """The first 512 bytes as text: invalid UTF-8 as U+FFFD, without an incomplete character at the end."""
    return getincrementaldecoder("utf-8")("replace").decode(body[:EXCERPT])
