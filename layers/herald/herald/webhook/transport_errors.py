"""Why an exchange with a partner failed, from the exceptions that aiohttp raises for it."""

import errno
import os
import re
import ssl
from typing import Final

import aiohttp
from aiohttp.http_exceptions import LineTooLong

from herald.domain.attempt import Verdict
from herald.endpoint.resolver import OUR_ERRNOS
from herald.webhook.response import MAX_HEADER_LINE, MAX_HEADER_LINES, quoted
from herald.webhook.response_errors import InvalidResponseError, ResponseTooLargeError
from herald.webhook.tls import tls_message
from herald.webhook.verdict import Judgement

_CONNECT_WORDS: Final = {
    errno.ECONNREFUSED: "refuses connections: nothing listens there, or a firewall rejects them",
    errno.ECONNRESET: "broke the connection off while it was being made",
    errno.EHOSTUNREACH: "cannot be reached: there is no way to it",
    errno.ENETUNREACH: "cannot be reached: there is no way to it",
    errno.ETIMEDOUT: "does not answer: nothing runs there, or a firewall drops the connection",
}
# The beginning of an HTTP/2 frame, SETTINGS or GOAWAY, as Python writes bytes: length, type, flags.
_HTTP2: Final = re.compile(r"\\x00\\x00(?:\\x..|\\.|[^\\])\\x0[47]\\x00")
_HEADERS_TOO_LARGE: Final = (
    f"the headers of the answer were too large: a line may have {MAX_HEADER_LINE:,} bytes, and there may be "
    f"{MAX_HEADER_LINES} lines"
)
_PLACE: Final = re.compile(r"b(['\"])(.*)\1")


def never_connected(error: Exception) -> bool:
    """Whether no TCP connection came about, so that another address of the same name is worth trying."""
    if isinstance(error, aiohttp.ConnectionTimeoutError):
        return True
    return isinstance(error, aiohttp.ClientConnectorError) and not _is_tls(error)


def judge_failure(error: Exception, host: str, peer: str) -> Judgement:
    """The verdict on an exchange without a whole answer. `peer` is the address tried, e.g. `203.0.113.7:443`."""
    if isinstance(error, aiohttp.ConnectionTimeoutError):
        return Judgement(Verdict.NOT_CONNECTED, f"{peer} {_CONNECT_WORDS[errno.ETIMEDOUT]}")
    if isinstance(error, aiohttp.ClientConnectorError):
        return _judge_connecting(error, host, peer)
    if _cause(error, ssl.SSLError):  # since TLS 1.3 a server may refuse us after the handshake, as far as we can tell
        return Judgement(Verdict.TLS, tls_message(_cause(error, ssl.SSLError), host))
    if isinstance(error, InvalidResponseError):
        return Judgement(Verdict.BROKEN_ANSWER, _parser_words(error))
    if isinstance(error, ResponseTooLargeError):
        return Judgement(Verdict.BROKEN_ANSWER, str(error))
    return Judgement(Verdict.BROKEN_ANSWER, "the connection was closed before an answer came")


def _judge_connecting(error: aiohttp.ClientConnectorError, host: str, peer: str) -> Judgement:
    number = error.os_error.errno
    if _is_tls(error):
        return Judgement(Verdict.TLS, tls_message(_cause(error, ssl.SSLError), host))
    if number in OUR_ERRNOS:
        return Judgement(Verdict.OUR_FAULT, f"our fault: Herald could not open a connection ({os.strerror(number)})")
    words = _CONNECT_WORDS.get(number or 0) or f"cannot be reached: {error.os_error.strerror}"
    return Judgement(Verdict.NOT_CONNECTED, f"{peer} {words}")


def _parser_words(error: InvalidResponseError) -> str:
    """What of the answer's head, or of its chunks, cannot be read.

    aiohttp tells it as lines, `Bad status line:`, `Invalid header token:`, and below them the place as Python writes
    bytes: `b'Server : z'`. Should it tell it otherwise one day, less is said.
    """
    if _cause(error, LineTooLong) is not None or error.message.startswith("Too many headers"):
        return _HEADERS_TOO_LARGE
    place = _PLACE.search(error.message)
    if place and _HTTP2.match(place[2]):
        return "the server speaks HTTP/2 only: switch on HTTP/1.1 too"
    shown = quoted(place[2]) if place else "its head"
    if error.message.startswith("Bad status line"):
        return f"the answer was not HTTP: {shown} is no status line"
    flaw = " ".join(_PLACE.split(error.message)[0].split()).strip(" :")
    return f"the answer was not proper HTTP: {shown} ({flaw[:100]})"


def _is_tls(error: aiohttp.ClientConnectorError) -> bool:
    # asyncio says "the other side hung up in the handshake" by an error without a number.
    return _cause(error, ssl.SSLError) is not None or error.os_error.errno is None


def _cause(error: BaseException, kind: type[BaseException]) -> BaseException | None:
    """What of this kind is beneath it. Beneath: some of aiohttp's own errors call themselves `SSLError` too."""
    cause = error.__cause__
    while cause is not None and not isinstance(cause, kind):
        cause = cause.__cause__
    return cause
