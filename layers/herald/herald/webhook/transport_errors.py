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
from herald.languages.reason import Reason
from herald.languages.shown import shown
from herald.webhook.response import MAX_HEADER_LINE, MAX_HEADER_LINES
from herald.webhook.responses.response_errors import InvalidResponseError, ResponseTooLargeError
from herald.webhook.tls import tls_reason
from herald.webhook.verdict import Judgement

_NOT_CONNECTED: Final = {
    errno.ECONNREFUSED: "not_connected.refused",
    errno.ECONNRESET: "not_connected.reset",
    errno.EHOSTUNREACH: "not_connected.unreachable",
    errno.ENETUNREACH: "not_connected.unreachable",
    errno.ETIMEDOUT: "not_connected.silent",
}
# The beginning of an HTTP/2 frame, SETTINGS or GOAWAY, in the form of Python's repr: length, type, flags.
_HTTP2: Final = re.compile(r"\\x00\\x00(?:\\x..|\\.|[^\\])\\x0[47]\\x00")
_PLACE: Final = re.compile(r"b(['\"])(.*)\1")
_LONGEST_MESSAGE: Final = 100  # characters of another program's message in a reason


def never_connected(error: Exception) -> bool:
    """Whether there was no TCP connection, so that the next address of the name is tried."""
    if isinstance(error, aiohttp.ConnectionTimeoutError):
        return True
    return isinstance(error, aiohttp.ClientConnectorError) and not _is_tls(error)


def judge_failure(error: Exception, host: str, peer: str) -> Judgement:
    """The judgement on a request without a complete response. `peer` is the address, e.g. `203.0.113.7:443`."""
    if isinstance(error, aiohttp.ConnectionTimeoutError):
        return Judgement(Verdict.NOT_CONNECTED, Reason(_NOT_CONNECTED[errno.ETIMEDOUT], {"address": peer}))
    if isinstance(error, aiohttp.ClientConnectorError):
        return _judge_connecting(error, host, peer)
    if _cause(error, ssl.SSLError):  # in TLS 1.3 a server can refuse after the client's handshake is done
        return Judgement(Verdict.TLS, tls_reason(_cause(error, ssl.SSLError), host))
    if isinstance(error, InvalidResponseError):
        return Judgement(Verdict.BROKEN_ANSWER, _parser_reason(error))
    if isinstance(error, ResponseTooLargeError):
        return Judgement(Verdict.BROKEN_ANSWER, error.reason)
    return Judgement(Verdict.BROKEN_ANSWER, Reason("broken_answer.closed"))


def _judge_connecting(error: aiohttp.ClientConnectorError, host: str, peer: str) -> Judgement:
    number = error.os_error.errno
    if _is_tls(error):
        return Judgement(Verdict.TLS, tls_reason(_cause(error, ssl.SSLError), host))
    if number in OUR_ERRNOS:
        return Judgement(Verdict.OUR_FAULT, Reason("our_fault.connection", {"message": os.strerror(number)}))
    if number in _NOT_CONNECTED:
        return Judgement(Verdict.NOT_CONNECTED, Reason(_NOT_CONNECTED[number], {"address": peer}))
    message = shown(str(error.os_error.strerror), _LONGEST_MESSAGE)
    return Judgement(Verdict.NOT_CONNECTED, Reason("not_connected.other", {"address": peer, "message": message}))


def _parser_reason(error: InvalidResponseError) -> Reason:
    """Which part of the response's head, or of its chunks, is invalid.

    aiohttp's message has lines such as `Bad status line:` or `Invalid header token:`, and below them the place as a
    Python literal: `b'Server : z'`. For a message in another form the reason is less exact.
    """
    if _cause(error, LineTooLong) is not None or error.message.startswith("Too many headers"):
        return Reason("broken_answer.header_limits", {"bytes": MAX_HEADER_LINE, "lines": MAX_HEADER_LINES})
    place = _PLACE.search(error.message)
    if place and _HTTP2.match(place[2]):
        return Reason("broken_answer.http2_only")
    line = shown(place[2]) if place else ""
    if error.message.startswith("Bad status line"):
        return Reason("broken_answer.not_http", {"line": line}) if place else Reason("broken_answer.no_status_line")
    flaw = shown(" ".join(_PLACE.split(error.message)[0].split()).strip(" :"), _LONGEST_MESSAGE)
    if not place:
        return Reason("broken_answer.head_not_proper", {"flaw": flaw})
    return Reason("broken_answer.not_proper", {"line": line, "flaw": flaw})


def _is_tls(error: aiohttp.ClientConnectorError) -> bool:
    # When the server closes the connection in the handshake, asyncio raises an error without a number.
    return _cause(error, ssl.SSLError) is not None or error.os_error.errno is None


def _cause(error: BaseException, kind: type[BaseException]) -> BaseException | None:
    """The first cause of this kind. The error itself does not count: some of aiohttp's are `SSLError` too."""
    cause = error.__cause__
    while cause is not None and not isinstance(cause, kind):
        cause = cause.__cause__
    return cause
