"""What the body of a response is instead of `success`. Pure."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from herald.languages.shown import shown

ACKNOWLEDGEMENT: Final = "success"
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
_ASCII_WHITE_SPACE: Final = b" \t\n\r\v\f"
_QUOTES: Final = "\"'`“”「」『』\N{LEFT SINGLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}"
_UNSEEN: Final = "\ufeff\u200b\u200c\u200d\u2060\0"


@dataclass(frozen=True, slots=True)
class BodyFlaw:
    """A flaw of a body: the last part of the reason's code (`herald.languages.reasons.responses`), and its values."""

    name: str
    values: Mapping[str, str] = field(default_factory=dict)


def body_flaw(content: bytes) -> BodyFlaw | None:
    """The flaw of a decoded body; None for an acknowledgement.

    A UTF-8 byte-order mark and ASCII white space at both ends do not count.
    """
    core = content.removeprefix(_BYTE_ORDER_MARK).strip(_ASCII_WHITE_SPACE)
    if core == ACKNOWLEDGEMENT.encode():
        return None
    if not core:
        return BodyFlaw("empty")
    if core.startswith((b"\xff\xfe", b"\xfe\xff")):
        return BodyFlaw("utf16")
    try:
        text = core.decode()
    except UnicodeDecodeError:
        return BodyFlaw("not_utf8")
    if text.startswith("<"):
        return BodyFlaw("xml" if text.startswith("<?xml") else "html")
    return BodyFlaw("json" if text.startswith(("{", "[")) else _word_flaw(text), {"body": shown(text)})


def _word_flaw(text: str) -> str:
    """The flaw of a body that is similar to the word; the most specific one first."""
    lowered = text.lower()
    if lowered == ACKNOWLEDGEMENT:
        return "case"
    if lowered.strip(_QUOTES) == ACKNOWLEDGEMENT:
        return "quoted" if ACKNOWLEDGEMENT in text else "case_quoted"
    if "".join(lowered.split()).strip(_UNSEEN) == ACKNOWLEDGEMENT:
        return "spaced"
    if unicodedata.normalize("NFKC", lowered) == ACKNOWLEDGEMENT:
        return "full_width"
    return "more" if ACKNOWLEDGEMENT in lowered else "other"
