"""Reads one answer a request from a connection, within one budget of bytes, the same however TCP cuts the bytes.

aiohttp's parser works on the piece that a socket delivers. Where a complete answer and bytes behind it come in one
piece, it raises an error about those bytes and the answer is lost; in two pieces it gives the answer. So this handler
gives the parser pieces that end where an answer may end, and nothing behind the first answer that is complete.
"""

import re
from enum import Enum
from typing import Any, Final, override

import aiohttp
from aiohttp.client_proto import ResponseHandler
from aiohttp.helpers import set_exception
from aiohttp.streams import EMPTY_PAYLOAD, StreamReader

from herald.answer import MAX_ANSWER

BUDGET: Final = 256 * 1024  # bytes that one request may bring back: four times the largest body and head
MAX_INTERIM: Final = 32  # answers 1xx before the final one; servers send one or two
_BLANK_LINES: Final = re.compile(rb"[\r\n]+")
_EMPTY_LINE: Final = re.compile(rb"\n\r?\n")  # ends a head, and the trailer of a chunked body
_USUAL: Final = b"HTTP/1.1 200 "
_LENGTH: Final = re.compile(rb"\r\ncontent-length: (\d{1,6})\r\n", re.IGNORECASE)
_CONTEXT: Final = 2  # bytes of an empty line that may stand before a cut
_INTERIM: Final = range(100, 200)
_SWITCHING: Final = 101  # not followed by a final answer


class Flood(Enum):
    """What came instead of an answer, in words that follow "the server sent"."""

    INTERIM = f"more than {MAX_INTERIM} interim answers (HTTP 1xx) and no final one"
    HEAD = f"more than {BUDGET // 1024} KiB and no complete head of an answer"
    FRAMING = f"more than {BUDGET // 1024} KiB, nearly all of it chunk sizes and extensions and not the body"


class AnswerFlooded(aiohttp.ClientError):
    """The answer was given up because of what came. It is no sign of a stale connection."""

    def __init__(self, flood: Flood) -> None:
        super().__init__(f"the server sent {flood.value}")


class BoundedResponseHandler(ResponseHandler):
    """A connection's protocol. `followed` says whether bytes came behind the complete answer; they are dropped."""

    followed = False

    def __init__(self, *arguments: Any, **named: Any) -> None:  # noqa: ANN401 - aiohttp's own, passed on
        super().__init__(*arguments, **named)
        self._begin()

    def _begin(self) -> None:
        self.followed = False
        self._received = self._interim = 0
        self._body: StreamReader | None = None  # of the final answer
        self._left: int | None = None  # bytes of the body still to come, where its length was given
        self._in_lines = True  # an answer may end in the middle of the next piece
        self._began = False  # a line that is not blank has come
        self._end = b""  # the last bytes that the parser got

    @override
    def set_response_params(self, **named: Any) -> None:
        """The next request on this connection: a parser and a budget of its own."""
        self._begin()
        super().set_response_params(**named)

    @override
    def feed_data(self, data: Any, size: int = 0) -> None:
        """The parser has read a head: `data` is the message and its body."""
        message, body = data
        if message.code in _INTERIM and message.code != _SWITCHING:
            self._interim += 1
            self._began = False
        else:
            self._body = body if body is not None else EMPTY_PAYLOAD
            length = message.headers.get("Content-Length")
            self._in_lines = message.chunked
            self._left = int(length) if length and not message.chunked else None
        super().feed_data(data, size)

    @override
    def data_received(self, data: bytes) -> None:
        """Gives the parser what belongs to the answer."""
        if not data or self._parser is None or self._upgraded:
            super().data_received(data)  # nothing to read, nobody has asked yet, or an answer 101
            return
        room = BUDGET - self._received
        self._received += len(data)
        self.followed = not self._feed(data[:room]) or self.followed
        if self.followed:
            self.force_close()
        elif self._received > BUDGET and not self._is_over():
            self._give_up(Flood.FRAMING if self._body else Flood.HEAD)

    def _feed(self, data: bytes) -> bool:
        """Whether the answer took all of the data."""
        if not self._began and (head := _head_of_usual(data)):
            super().data_received(data)
            self._left = (self._left or 0) - (len(data) - head)
            return True
        at, data = len(self._end), self._end + data
        while at < len(data) and not self._is_over():
            end = self._end_of_piece(data, at)
            super().data_received(data[at:end])
            at = end
            self._tell_reader()
        self._end = data[max(0, at - _CONTEXT) : at]
        return at == len(data)

    def _end_of_piece(self, data: bytes, at: int) -> int:
        """Where the piece from `at` on ends: an answer can end there, or nowhere before it."""
        if self._body is None and not self._began and (blank := _BLANK_LINES.match(data, at)):
            return blank.end()
        if self._in_lines:
            self._began = True
            found = _EMPTY_LINE.search(data, max(0, at - _CONTEXT))
            while found and found.end() <= at:
                found = _EMPTY_LINE.search(data, found.start() + 1)
            return found.end() if found else len(data)
        if self._left is None:
            return len(data)
        end = min(len(data), at + self._left)
        self._left -= end - at
        return end

    def _tell_reader(self) -> None:
        """Ends the reading where the parser failed in a body, for which aiohttp would wait, or 1xx do not end."""
        if self._exception is not None and self._body is not None and not self._body.is_eof():
            set_exception(self._body, aiohttp.ClientPayloadError("not proper HTTP"), self._exception)
        if self._interim > MAX_INTERIM and self._exception is None:
            self._give_up(Flood.INTERIM)

    def _is_over(self) -> bool:
        """Whether nothing more of this answer is read: it is complete, too large, refused, or given up."""
        if self._exception is not None:
            return True
        return self._body is not None and (self._body.is_eof() or self._body.total_bytes > MAX_ANSWER)

    def _give_up(self, flood: Flood) -> None:
        error = AnswerFlooded(flood)
        if self._body is not None:
            set_exception(self._body, error)
        self.set_exception(error)
        if self.transport is not None:
            self.transport.abort()


def _head_of_usual(data: bytes) -> int:
    """The length of the head, where this is an answer 200 with its length and nothing behind it; else 0.

    Nearly every answer is, and needs no pieces. A head that the parser refuses is refused in either way.
    """
    if not data.startswith(_USUAL) or not (end := _EMPTY_LINE.search(data)):
        return 0
    length = _LENGTH.search(data, 0, end.end())
    return end.end() if length and end.end() + int(length[1]) >= len(data) else 0
