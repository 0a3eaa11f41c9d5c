"""The verdict on an answer: `success`, nothing else, with a status 2xx (the manual: 直接返回success字符串).

Pure. Each reason is a sentence that customer service can read out to the partner.
"""

import re
from collections.abc import Callable
from http import HTTPStatus

from herald.attempt import Verdict

ACKNOWLEDGEMENT = b"success"
EXCERPT_BYTES = 512
_BOM = b"\xef\xbb\xbf"
_ASCII_SPACE = b" \t\n\r\v\f"
_SHOWN = 60  # characters of a body that are quoted in a reason
_HTML = re.compile(rb"\s*<(!doctype html|html|head|body|\?xml)", re.IGNORECASE)

_ADVICE = {
    HTTPStatus.UNAUTHORIZED: "your server asks for a login; notifications carry a signature instead",
    HTTPStatus.FORBIDDEN: "your server or its firewall refuses us",
    HTTPStatus.NOT_FOUND: "there is nothing at this address",
    HTTPStatus.METHOD_NOT_ALLOWED: "your server does not take a POST at this address",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "your server takes too small a request",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "your server does not take application/json",
    HTTPStatus.TOO_MANY_REQUESTS: "your server says that we call too often",
    HTTPStatus.INTERNAL_SERVER_ERROR: "your server failed; its log should say why",
    HTTPStatus.BAD_GATEWAY: "the server in front of yours does not reach it",
    HTTPStatus.SERVICE_UNAVAILABLE: "your server says that it is not available now",
    HTTPStatus.GATEWAY_TIMEOUT: "the server in front of yours waited for it in vain",
}


def judge(status: int, body: bytes, location: str | None = None) -> tuple[Verdict, str]:
    """The verdict on a complete answer whose coding is undone, and its reason. `location` is a redirect's aim."""
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        aim = f" to {_shorten(location)}" if location else ""
        return Verdict.REDIRECT, f"HTTP {status}: a redirect{aim} is not followed; give us the final address"
    if not is_2xx(status):
        advice = _ADVICE.get(HTTPStatus(status)) if status in set(HTTPStatus) else None
        return Verdict.BAD_STATUS, f"HTTP {status}: {advice or 'the status must be 200'}"
    text = body.removeprefix(_BOM).strip(_ASCII_SPACE)
    if text == ACKNOWLEDGEMENT:
        return Verdict.SUCCESS, "the partner answered success"
    return Verdict.NOT_SUCCESS, f"HTTP {status}, but {_what_is_wrong(text)}"


def is_2xx(status: int) -> bool:
    """Whether the status leaves it to the body."""
    return HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES


def excerpt(body: bytes) -> str:
    """The first 512 bytes of an answer as text, what is not UTF-8 as U+FFFD."""
    return body[:EXCERPT_BYTES].decode("utf-8", "replace")


# In this order: the first that fits is said.
_FAULTS: tuple[tuple[Callable[[bytes], object], str], ...] = (
    (lambda text: not text, "the body was empty: it must be success"),
    (lambda text: text.lower() == ACKNOWLEDGEMENT, "the body was {shown}: it must be lower case"),
    (lambda text: text.strip(b"\"'` ") == ACKNOWLEDGEMENT, "the body was {shown}: it must be without quotation marks"),
    (_HTML.match, "the body was an HTML page: it must be success and nothing else"),
    (lambda text: text[:1] in b"{[", "the body was JSON, {shown}: it must be the plain text success and nothing else"),
    (lambda text: ACKNOWLEDGEMENT in text.lower(), "the body was {shown}: it must be success and nothing else"),
    (lambda _: True, "the body was {shown}: it must be success"),
)


def _what_is_wrong(text: bytes) -> str:
    words = next(words for fits, words in _FAULTS if fits(text))
    return words.replace("{shown}", f"`{_shorten(text.decode('utf-8', 'replace'))}`")


def _shorten(text: str) -> str:
    """At most 60 characters on one line."""
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else f"{line[:_SHOWN]}…"
