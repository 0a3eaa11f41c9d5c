"""The verdict on a response, and the reason as a sentence for the partner. Pure.

The manual: 合作方收到我方請求消息直接返回success字符串 (the partner answers with the string success).
"""

import unicodedata
from dataclasses import dataclass
from typing import Final

from herald.domain.attempt import Verdict
from herald.webhook.content_encoding import DecodingError, decode
from herald.webhook.response import MAX_RESPONSE, BodyEnd, WebhookResponse, excerpt, quoted
from herald.webhook.status_messages import status_message

ACKNOWLEDGEMENT: Final = "success"
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
_ASCII_WHITE_SPACE: Final = b" \t\n\r\v\f"
_QUOTES: Final = "\"'`“”「」『』\N{LEFT SINGLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}"
_UNSEEN: Final = "\ufeff\u200b\u200c\u200d\u2060\0"
_BARE: Final = "it must be the bare word `success`"
_LONGEST_LOCATION: Final = 200  # characters in a reason
_LONGEST_REST: Final = 20  # characters of the bytes after a complete response
_WITHOUT_THE_HEADER: Final = "; without the header Content-Encoding the body would have been accepted"


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict, its reason, and the beginning of the response."""

    verdict: Verdict
    reason: str
    excerpt: str = ""


def judge(response: WebhookResponse) -> Judgement:
    """Delivered means: status 2xx, and a body that is exactly the seven bytes `success`.

    Before the comparison the body is decoded (Content-Encoding), and stripped of a UTF-8 byte-order mark and of ASCII
    white space at both ends. With a status outside 2xx the body does not count.
    """
    content = decode(response.codings, response.body, MAX_RESPONSE)
    seen = content.inside or response.body if isinstance(content, DecodingError) else content
    verdict, reason = _judge(response, content)
    return Judgement(verdict, reason + _trailing_bytes(response), excerpt(seen))


def _judge(response: WebhookResponse, content: bytes | DecodingError) -> tuple[Verdict, str]:
    status = f"HTTP {response.status}"
    match response.status // 100:
        case 2:
            verdict, reason = _judge_body(response, content)
            return verdict, f"{status}, {reason}"
        case 3:
            return Verdict.REDIRECT, f"{status}: {_redirect(response.location)}"
        case _:
            return (
                Verdict.BAD_STATUS,
                f"{status}: {status_message(response.status)}{_acknowledged_nevertheless(content)}",
            )


def _judge_body(response: WebhookResponse, content: bytes | DecodingError) -> tuple[Verdict, str]:
    if response.ending is BodyEnd.TOO_LARGE or (isinstance(content, DecodingError) and content.too_large):
        return Verdict.TOO_LARGE, f"but the answer was larger than {MAX_RESPONSE // 1024} KiB: {_BARE}"
    if response.ending is BodyEnd.CUT_OFF:
        return Verdict.BROKEN_ANSWER, "but the answer broke off in its middle"
    if response.ending is BodyEnd.IMPROPER:
        return Verdict.BROKEN_ANSWER, f"but {response.flaw}"
    if isinstance(content, DecodingError):
        return Verdict.BROKEN_ANSWER, f"but {content.reason}{_without_coding(content)}"
    flaw = _flaw(content)
    if flaw is None:
        return Verdict.SUCCESS, f"and the body was `{ACKNOWLEDGEMENT}`"
    return Verdict.NOT_SUCCESS, f"but the body was {flaw}"


def _without_coding(coded: DecodingError) -> str:
    """Whether a body that is not in its announced coding would be accepted without the header."""
    if coded.plain is None:
        return ""
    flaw = _flaw(coded.plain)
    return f"; the body as it came was {flaw}" if flaw else _WITHOUT_THE_HEADER


def _trailing_bytes(response: WebhookResponse) -> str:
    if response.ending is not BodyEnd.COMPLETE or not response.followed:
        return ""
    return f"; behind the complete answer more came: {quoted(excerpt(response.followed), _LONGEST_REST)}"


def _redirect(location: str | None) -> str:
    aim = f"it points to {quoted(location, _LONGEST_LOCATION)}, but " if location else ""
    return f"{aim}Herald does not follow redirects; register the address that answers itself"


def _acknowledged_nevertheless(content: bytes | DecodingError) -> str:
    acknowledged = not isinstance(content, DecodingError) and _flaw(content) is None
    return f" (the body was `{ACKNOWLEDGEMENT}`, but the status must be 200)" if acknowledged else ""


def _flaw(content: bytes) -> str | None:
    """What the body is and what it must be instead; None for an acknowledgement."""
    core = content.removeprefix(_BYTE_ORDER_MARK).strip(_ASCII_WHITE_SPACE)
    if core == ACKNOWLEDGEMENT.encode():
        return None
    if not core:
        return f"empty: {_BARE}"
    if core.startswith((b"\xff\xfe", b"\xfe\xff")):
        return f"UTF-16 text: {_BARE}, one byte a letter"
    try:
        text = core.decode()
    except UnicodeDecodeError:
        return f"not UTF-8 text: {_BARE}"
    return _form_flaw(text) or f"{quoted(text)}: {_word_flaw(text)}"


def _form_flaw(text: str) -> str | None:
    """The flaw of a body that is a document: XML, HTML or JSON."""
    if text.startswith("<"):
        return f"{'XML' if text.startswith('<?xml') else 'an HTML page'}: {_BARE}"
    if text.startswith(("{", "[")):
        return f"JSON: {quoted(text)}; {_BARE}"
    return None


def _word_flaw(text: str) -> str:
    """The flaw of a body that is similar to the word; the most specific one first."""
    lowered = text.lower()
    if lowered == ACKNOWLEDGEMENT:
        return "it must be lower case"
    if lowered.strip(_QUOTES) == ACKNOWLEDGEMENT:
        return "it must not be quoted" if ACKNOWLEDGEMENT in text else "it must be lower case and not quoted"
    if "".join(lowered.split()).strip(_UNSEEN) == ACKNOWLEDGEMENT:
        return "there must be no other characters in it, not even spaces or invisible ones"
    if unicodedata.normalize("NFKC", lowered) == ACKNOWLEDGEMENT:
        return "it must be in plain ASCII letters, not in full-width ones"
    if ACKNOWLEDGEMENT in lowered:
        return "it must be `success` and nothing else"
    return f"it must be exactly `{ACKNOWLEDGEMENT}`"
