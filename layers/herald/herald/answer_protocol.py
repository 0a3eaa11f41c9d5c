"""The receiving end of one connection: hands aiohttp's parser the bytes of one answer, and no byte behind it.

aiohttp's parser takes a whole segment: when bytes that are no HTTP stand behind a complete answer, it reports the error
and drops the answer, but only if TCP delivered both at once. Here the bytes are cut where an answer can end, so that
the same bytes give the same result however TCP cuts them.

All that a server sends for one request has one budget, counted as it arrives: interim answers, empty lines, chunk
sizes and their extensions cost as much as a body does.
"""

import asyncio
import re
from enum import Enum, auto
from typing import Final, override

import aiohttp
from aiohttp import hdrs
from aiohttp.client_proto import ResponseHandler
from aiohttp.helpers import EMPTY_BODY_STATUS_CODES
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.http_parser import RawResponseMessage
from aiohttp.streams import EMPTY_PAYLOAD, StreamReader

from herald.answer import EXCERPT, MAX_ANSWER

MAX_SENT: Final = 256 * 1024  # bytes of a server for one request, before TLS's and TCP's own
_BLANK_LINE: Final = re.compile(rb"(?<=\n)\n|(?<=\n\r)\n")  # the last byte of a head, or of a chunked body
_LINE_ENDS: Final = b"\r\n"
_SLICE: Final = 16 * 1024  # bytes of a body that the parser gets at once
_SWITCHING_PROTOCOLS: Final = 101
_FINAL: Final = 200


class ImproperAnswerError(aiohttp.ClientError):
    """Bytes that the parser refuses; `message` is the parser's, its cause too."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class TooMuchSentError(aiohttp.ClientError):
    """The budget is used up, and the answer is not complete; it says what came instead.

    No `ClientConnectionError`: the connection worked, so that the request must not go out again.
    """


class _Awaits(Enum):
    HEAD = auto()
    BODY_OF_A_LENGTH = auto()
    CHUNKS = auto()
    THE_CLOSE = auto()  # a body that ends when the connection does
    NOTHING = auto()  # the answer is complete, or nobody reads further


class AnswerProtocol(ResponseHandler):
    """aiohttp's protocol, which takes in one final answer for each use of the connection."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(loop)
        self.followed = b""  # what came behind the complete answer, its beginning
        self.start_use()

    def start_use(self) -> None:
        """Makes it ready for the next request; called before that is sent."""
        self.followed = b""
        self._awaits = _Awaits.HEAD
        self._left = MAX_SENT
        self._interim, self._interim_status = 0, 0
        self._head_began = False
        self._before = b""  # the last two bytes that the parser got: they tell a blank line that TCP divided
        self._length = 0  # bytes of the body that are still to come, where the head says how many

    @override
    def data_received(self, data: bytes) -> None:
        """Takes what arrived, at most as much as the budget leaves."""
        if self._parser is None:
            super().data_received(data)  # nothing was asked yet: it is kept, in bounds, and comes again
            return
        before = self._before
        window = before + data[: max(self._left, 0)]
        self._left -= len(data)
        at = len(before)
        while at < len(window) and self._awaits is not _Awaits.NOTHING:
            at = self._take(window, at)
        self._before = window[-2:]
        if self._awaits is not _Awaits.NOTHING:
            if self._left < 0:
                self._fail(TooMuchSentError(self._what_came()))
        elif self._left < 0 or data[at - len(before) :].strip(_LINE_ENDS):  # some servers end a body with a line end
            self._drop(data[at - len(before) :])

    @property
    def began(self) -> bool:
        """Whether anything came since the request."""
        return self._left < MAX_SENT

    def _take(self, window: bytes, at: int) -> int:
        """Gives the parser what stands at `at`, up to where the answer might end; where it stopped."""
        if self._awaits is _Awaits.HEAD:
            return self._take_head(window, at)
        limit = min(at + _SLICE, len(window))
        if self._awaits is _Awaits.CHUNKS:
            end = _after_blank_line(window, at, limit)
        elif self._awaits is _Awaits.BODY_OF_A_LENGTH:
            end = min(at + self._length, limit)
            self._length -= end - at
        else:
            end = limit
        self._feed(window[at:end])
        if self._payload is not None and self._payload.is_eof():
            self._awaits = _Awaits.NOTHING
        elif self._payload is not None and self._payload.total_bytes > MAX_ANSWER:
            self._awaits, self._payload = _Awaits.NOTHING, None
            self.force_close()
        return end

    def _take_head(self, window: bytes, at: int) -> int:
        if not self._head_began:
            while at < len(window) and window[at] in _LINE_ENDS:  # allowed before a status line, and skipped
                at += 1
            if at == len(window):
                return at
            self._head_began = True
        end = _after_blank_line(window, at, len(window))
        for message, payload in self._feed(window[at:end]):
            self._take_message(message, payload)
        return end

    def _feed(self, data: bytes) -> list[tuple[RawResponseMessage, StreamReader]]:
        """The messages whose heads are complete by these bytes."""
        parser = self._parser
        if parser is None:
            return []
        try:
            messages, _, _ = parser.feed_data(data)
        except Exception as error:  # noqa: BLE001 - whatever the parser meets in a stranger's bytes is the stranger's
            message = error.message if isinstance(error, HttpProcessingError) else ""
            improper = ImproperAnswerError(message)
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
        """How the body ends (RFC 9112, section 6.3); the parser has checked the headers."""
        if payload.is_eof():
            return _Awaits.NOTHING
        if message.chunked:
            return _Awaits.CHUNKS
        length = message.headers.get(hdrs.CONTENT_LENGTH)
        if length is None or hdrs.TRANSFER_ENCODING in message.headers:
            return _Awaits.THE_CLOSE
        self._length = int(length)
        return _Awaits.BODY_OF_A_LENGTH

    def _drop(self, rest: bytes) -> None:
        """Ends a connection on which something follows the complete answer: whatever it is, it answers nothing."""
        self.followed = self.followed or bytes(rest[:EXCERPT])
        self._abort()

    def _fail(self, error: aiohttp.ClientError) -> None:
        payload, self._payload = self._payload, None  # so that the end of the connection does not overwrite the error
        if payload is not None and not payload.is_eof():
            payload.set_exception(error)
        self.set_exception(error)
        self._awaits = _Awaits.NOTHING
        self._abort()

    def _abort(self) -> None:
        self.force_close()
        if self.transport is not None:
            self.transport.abort()

    def _what_came(self) -> str:
        whole = f"{MAX_SENT // 1024} KiB"
        if self._awaits is not _Awaits.HEAD:
            body = self._payload.total_bytes if self._payload is not None else 0
            return f"the answer did not end within {whole}, of which only {body} bytes were the body"
        if self._interim:
            counted = f"{self._interim} interim answers came, the last one HTTP {self._interim_status}"
            return f"no answer within {whole}: {counted}"
        if self._head_began:
            return "the headers of the answer were too large"
        return f"no answer within {whole}: only empty lines came"


def _after_blank_line(window: bytes, at: int, limit: int) -> int:
    found = _BLANK_LINE.search(window, at, limit)
    return found.end() if found else limit
