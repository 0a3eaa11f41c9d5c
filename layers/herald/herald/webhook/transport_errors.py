"""The verdict on a request without a complete response, from aiohttp's exception."""

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

_CONNECT_MESSAGES: Final = {
    errno.ECONNREFUSED: "refuses connections: nothing listens there, or a firewall rejects them",
    errno.ECONNRESET: "broke the connection off while it was being made",
    errno.EHOSTUNREACH: "cannot be reached: there is no way to it",
    errno.ENETUNREACH: "cannot be reached: there is no way to it",
    errno.ETIMEDOUT: "does not answer: nothing runs there, or a firewall drops the connection",
}
# The beginning of an HTTP/2 frame, SETTINGS or GOAWAY, in the form of Python's repr: length, type, flags.
_HTTP2: Final = re.compile(r"\\x00\\x00(?:\\x..|\\.|[^\\])\\x0[47]\\x00")
_HEADERS_TOO_LARGE: Final = (
    f"the headers of the answer were too large: a line may have {MAX_HEADER_LINE:,} bytes, and there may be "
    f"{MAX_HEADER_LINES} lines"
)
_PLACE: Final = re.compile(r"b(['\"])(.*)\1")


def never_connected(error: Exception) -> bool:
    """Whether there was no TCP connection, so that the next address of the name is tried."""
    if isinstance(error, aiohttp.ConnectionTimeoutError):
        return True
    return isinstance(error, aiohttp.ClientConnectorError) and not _is_tls(error)


def judge_failure(error: Exception, host: str, peer: str) -> Judgement:
    """The judgement on a request without a complete response. `peer` is the address, e.g. `203.0.113.7:443`."""
    if isinstance(error, aiohttp.ConnectionTimeoutError):
        return Judgement(Verdict.NOT_CONNECTED, f"{peer} {_CONNECT_MESSAGES[errno.ETIMEDOUT]}")
    if isinstance(error, aiohttp.ClientConnectorError):
        return _judge_connecting(error, host, peer)
    if _cause(error, ssl.SSLError):  # in TLS 1.3 a server can refuse after the client's handshake is done
        return Judgement(Verdict.TLS, tls_message(_cause(error, ssl.SSLError), host))
    if isinstance(error, InvalidResponseError):
        return Judgement(Verdict.BROKEN_ANSWER, _parser_message(error))
    if isinstance(error, ResponseTooLargeError):
        return Judgement(Verdict.BROKEN_ANSWER, str(error))
    return Judgement(Verdict.BROKEN_ANSWER, "the connection was closed before an answer came")


def _judge_connecting(error: aiohttp.ClientConnectorError, host: str, peer: str) -> Judgement:
    number = error.os_error.errno
    if _is_tls(error):
        return Judgement(Verdict.TLS, tls_message(_cause(error, ssl.SSLError), host))
    if number in OUR_ERRNOS:
        return Judgement(Verdict.OUR_FAULT, f"our fault: Herald could not open a connection ({os.strerror(number)})")
    message = _CONNECT_MESSAGES.get(number or 0) or f"cannot be reached: {error.os_error.strerror}"
    return Judgement(Verdict.NOT_CONNECTED, f"{peer} {message}")


def _parser_message(error: InvalidResponseError) -> str:
    """Which part of the response's head, or of its chunks, is invalid.

    aiohttp's message has lines such as `Bad status line:` or `Invalid header token:`, and below them the place as a
    Python literal: `b'Server : z'`. For a message in another form the reason is less exact.
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
    # When the server closes the connection in the handshake, asyncio raises an error without a number.
    return _cause(error, ssl.SSLError) is not None or error.os_error.errno is None


def _cause(error: BaseException, kind: type[BaseException]) -> BaseException | None:
    """The first cause of this kind. The error itself does not count: some of aiohttp's are `SSLError` too."""
    cause = error.__cause__
    while cause is not None and not isinstance(cause, kind):
        cause = cause.__cause__
    return cause
