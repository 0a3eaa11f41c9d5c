"""The receiver of one connection: passes aiohttp's parser the bytes of one response, and no byte after it.

aiohttp's parser gets a whole TCP segment. When bytes after a complete response are not HTTP, it reports the error and
drops the response, but only if both are in the same segment. Here the bytes are split where a response can end, so that
the result does not depend on TCP's segments.

All bytes that a server sends for one request count towards one limit: interim responses, empty lines, chunk sizes and
their extensions as well as the body.
"""

import asyncio
import re
from enum import Enum, auto
from typing import Final, override

import aiohttp
from aiohttp.client_proto import ResponseHandler
from aiohttp.helpers import EMPTY_BODY_STATUS_CODES
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.http_parser import RawResponseMessage
from aiohttp.streams import EMPTY_PAYLOAD, StreamReader

from herald.languages.reason import Reason
from herald.webhook.response import EXCERPT, MAX_RESPONSE
from herald.webhook.responses.response_errors import InvalidResponseError, ResponseTooLargeError

MAX_SENT: Final = 256 * 1024  # bytes from a server for one request, without the overhead of TLS and TCP
_BLANK_LINE: Final = re.compile(rb"(?<=\n)\n|(?<=\n\r)\n")  # the last byte of a head, or of a chunked body
_ZEROS: Final = re.compile(rb"(?<=\n)0+(?![0-9A-Fa-f])")
_NO_LINE_END: Final = re.compile(rb"[^\r\n]")
_LINE_ENDS: Final = b"\r\n"
_CONTENT_LENGTH: Final = b"content-length"
_TRANSFER_ENCODING: Final = b"transfer-encoding"
_TURN: Final = 16 * 1024  # bytes processed in one iteration of the event loop: at most 10 ms
_SWITCHING_PROTOCOLS: Final = 101
_FINAL: Final = 200


class _Awaits(Enum):
    HEAD = auto()
    BODY_OF_A_LENGTH = auto()
    CHUNKS = auto()
    THE_CLOSE = auto()  # the body ends when the connection does
    NOTHING = auto()  # the response is complete, or not read further


class ResponseProtocol(ResponseHandler):
    """aiohttp's protocol, limited to one final response for each use of the connection."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(loop)
        self.followed = b""  # the first bytes after the complete response
        self.failure: aiohttp.ClientError | None = None  # why the response is not complete, if the bytes show it
        self.start_use()

    def start_use(self) -> None:
        """Resets the state for the next request; called before that is sent."""
        self.followed, self.failure = b"", None
        self._waiting = b""  # received, not processed yet
        self._awaits = _Awaits.HEAD
        self._left = MAX_SENT
        self._interim, self._interim_status = 0, 0
        self._head_began = False
        self._before = b""  # the last two bytes given to the parser, for a blank line split over two segments
        self._last_chunk = False  # whether a line of zeros was received, and no blank line since
        self._length = 0  # remaining bytes of the body, if the head has its length

    @override
    def data_received(self, data: bytes) -> None:
        """Processes received bytes, a part in each iteration of the event loop, because others wait."""
        if self._parser is None:
            super().data_received(data)  # no request yet: aiohttp keeps a bounded part and calls again
            return
        if self._waiting:  # TLS can still deliver bytes when reading is paused
            if len(self._waiting) <= self._left:  # otherwise the waiting bytes exceed the limit
                self._waiting += data
            return
        for at in range(0, len(data), _TURN):
            self._take_in(data[at : at + _TURN])
            if self._awaits is not _Awaits.NOTHING and at + _TURN < len(data):
                self._waiting = data[at + _TURN :]
                self._pause_transport_reading()
                self._loop.call_soon(self._continue)
                return

    def _continue(self) -> None:
        data, self._waiting = self._waiting, b""
        self.data_received(data)
        if not self._waiting:
            self._resume_transport_reading()

    @override
    def connection_lost(self, exc: BaseException | None) -> None:
        """Processes the waiting bytes, then the end."""
        data, self._waiting = self._waiting, b""
        self._take_in(data)
        super().connection_lost(exc)

    def _take_in(self, data: bytes) -> None:
        before = self._before
        window = before + data[: max(self._left, 0)]
        self._left -= len(data)
        at = len(before)
        while at < len(window) and self._awaits is not _Awaits.NOTHING:
            at = self._take(window, at)
        self._before = window[-2:]
        if self._awaits is not _Awaits.NOTHING:
            if self._left < 0:
                self._fail(ResponseTooLargeError(self._what_came()))
        elif self._left < 0 or data[at - len(before) :].strip(
            _LINE_ENDS
        ):  # some servers send a line end after the body
            self._drop(data[at - len(before) :])

    @property
    def began(self) -> bool:
        """Whether anything was received since the request."""
        return self._left < MAX_SENT

    def _take(self, window: bytes, at: int) -> int:
        """Passes the parser the bytes from `at` to where the response may end; returns that position."""
        if self._awaits is _Awaits.HEAD:
            return self._take_head(window, at)
        limit = len(window)
        if self._awaits is _Awaits.CHUNKS:
            end = self._end_of_chunks(window, at, limit)
        elif self._awaits is _Awaits.BODY_OF_A_LENGTH:
            end = min(at + self._length, limit)
            self._length -= end - at
        else:
            end = limit
        self._feed(window[at:end])
        if self._payload is not None and self._payload.is_eof():
            self._awaits = _Awaits.NOTHING
        elif self._payload is not None and self._payload.total_bytes > MAX_RESPONSE:
            self._awaits, self._payload = _Awaits.NOTHING, None
            self.force_close()
        return end

    def _end_of_chunks(self, window: bytes, at: int, limit: int) -> int:
        """Where the chunks may end: at a blank line after a line of zeros, the size of the last chunk."""
        if not self._last_chunk:
            found = _ZEROS.search(window, at, limit)
            if found is None:
                return limit
            self._last_chunk, at = True, found.end()
        end = _BLANK_LINE.search(window, at, limit)
        if end is None:
            return limit
        self._last_chunk = False  # if these lines are inside a chunk, the search starts again
        return end.end()

    def _take_head(self, window: bytes, at: int) -> int:
        if not self._head_began:
            at = _skip_line_ends(window, at)  # the parser would skip them one by one
            self._head_began = at < len(window)
            if not self._head_began:
                return at
        found = _BLANK_LINE.search(window, at)
        end = found.end() if found else len(window)
        for message, payload in self._feed(window[at:end]):
            self._take_message(message, payload)
        return end

    def _feed(self, data: bytes) -> list[tuple[RawResponseMessage, StreamReader]]:
        """The messages whose heads these bytes complete."""
        parser = self._parser
        if parser is None:
            return []
        try:
            messages, _, _ = parser.feed_data(data)
        except Exception as error:  # noqa: BLE001 - any parser error is caused by the server's bytes
            message = error.message if isinstance(error, HttpProcessingError) else ""
            improper = InvalidResponseError(message)
            improper.__cause__ = error
            self._fail(improper)
            return []
        return list(messages)

    def _take_message(self, message: RawResponseMessage, payload: StreamReader) -> None:
        if 100 <= message.code < _FINAL and message.code != _SWITCHING_PROTOCOLS:  # noqa: PLR2004 - RFC 9110, 15.2
            self._interim, self._interim_status = self._interim + 1, message.code
            self._head_began = False
            return
        if message.should_close or message.code == _SWITCHING_PROTOCOLS:
            self.force_close()
        if message.code in EMPTY_BODY_STATUS_CODES:
            payload = EMPTY_PAYLOAD
        self._payload = payload
        self._awaits = self._framing(message, payload)
        self.feed_data((message, payload))

    def _framing(self, message: RawResponseMessage, payload: StreamReader) -> _Awaits:
        """How the body ends (RFC 9112, section 6.3). The parser has validated the headers."""
        if payload.is_eof():
            return _Awaits.NOTHING
        if message.chunked:
            return _Awaits.CHUNKS
        # The parser accepts a name with spaces before the colon; `message.headers` has it as another name.
        headers = {name.strip().lower(): value for name, value in message.raw_headers}
        length = headers.get(_CONTENT_LENGTH)
        if length is None or _TRANSFER_ENCODING in headers:
            return _Awaits.THE_CLOSE
        self._length = int(length)
        return _Awaits.BODY_OF_A_LENGTH

    def _drop(self, rest: bytes) -> None:
        """Closes a connection with bytes after the complete response: they are no response to any request."""
        self.followed = self.followed or bytes(rest[:EXCERPT])
        self._abort()

    def _fail(self, error: aiohttp.ClientError) -> None:
        """Closes the connection. Within a body, the received part can still be read, and `failure` has the error."""
        self.failure, self._awaits = error, _Awaits.NOTHING
        self._abort()
        payload, self._payload = self._payload, None
        if payload is None:
            self.set_exception(error)
        elif not payload.is_eof():
            payload.feed_eof()

    def _abort(self) -> None:
        self.force_close()
        if self.transport is not None:
            self.transport.abort()

    def _what_came(self) -> Reason:
        limit = MAX_SENT // 1024
        if self._awaits is not _Awaits.HEAD:
            body = self._payload.total_bytes if self._payload is not None else 0
            return Reason("broken_answer.endless_body", {"limit": limit, "bytes": body})
        if self._interim:
            interim = {"count": self._interim, "status": self._interim_status}
            return Reason("broken_answer.endless_interim", {"limit": limit, **interim})
        if self._head_began:
            return Reason("broken_answer.endless_headers")
        return Reason("broken_answer.endless_lines", {"limit": limit})


def _skip_line_ends(window: bytes, at: int) -> int:
    found = _NO_LINE_END.search(window, at)
    return found.start() if found else len(window)
