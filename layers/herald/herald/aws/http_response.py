"""Reads an HTTP/1.1 response from a socket.

`http.client` would do; but it reads the header lines by the standard library's parser of e-mail, which takes more
processor time than everything else in a call (docs/decisions.md, "Processor time"). Here a header is looked for when
somebody asks for it.
"""

from collections.abc import Callable
from functools import cached_property
from typing import Final

_MOST_AT_ONCE: Final = 65_536  # bytes of one read
_LONGEST_HEAD: Final = 65_536  # bytes of a status line and its header lines
_HEAD_END: Final = b"\r\n\r\n"
_INFORMATIONAL: Final = range(100, 200)
_LINE_END: Final = b"\r\n"


class ResponseIncomplete(Exception):
    """The connection ended before the response did, or what came is no HTTP/1.1 response."""


class HttpResponse:
    """A response, as botocore's handlers of events expect it."""

    def __init__(self, head: bytes, content: bytes = b"") -> None:
        self._head = head
        self._lower = head.lower()
        self.content = content
        self.version, _, after = head.partition(b" ")
        if not self.version.startswith(b"HTTP/1."):
            raise ResponseIncomplete("no HTTP/1.1 response")
        self.status_code = _number(after[:3], 10)

    def header(self, name: bytes) -> bytes | None:
        """The value of the header with this name, which is in lower case; the value is, too."""
        lower = self._lower
        at = lower.find(b"\r\n%b:" % name)
        if at < 0:
            return None
        begin = at + len(name) + 3
        end = lower.find(_LINE_END, begin)
        return lower[begin : end if end >= 0 else None].strip()

    @cached_property
    def headers(self) -> dict[str, str]:
        """All of them, by name in lower case."""
        lines = self._head.decode("latin-1").split("\r\n")[1:]
        pairs = (line.partition(":") for line in lines)
        return {name.lower(): value.strip() for name, _, value in pairs}


class ResponseReader:
    """Reads responses by `receive`, which returns at most so many bytes, and none at the end of the connection."""

    def __init__(self, receive: Callable[[int], bytes]) -> None:
        self._receive = receive
        self._rest = b""  # what was received and not yet read

    def read(self) -> tuple[HttpResponse, bool]:
        """The next response, and whether the connection can be used again. Raises `ResponseIncomplete`."""
        response = HttpResponse(self._until(_HEAD_END))
        while response.status_code in _INFORMATIONAL:
            response = HttpResponse(self._until(_HEAD_END))
        is_kept = response.version == b"HTTP/1.1" and response.header(b"connection") != b"close"
        if response.header(b"transfer-encoding"):
            response.content = self._chunks()
        elif (length := response.header(b"content-length")) is not None:
            response.content = self._exactly(_number(length, 10))
        else:
            response.content, is_kept = self._all(), False
        return response, is_kept and not self._rest

    def _until(self, end: bytes) -> bytes:
        received = self._rest or self._more()
        while (at := received.find(end)) < 0:
            if len(received) > _LONGEST_HEAD:
                raise ResponseIncomplete("the header lines do not end")
            received += self._more()
        self._rest = received[at + len(end) :]
        return received[:at]

    def _exactly(self, length: int) -> bytes:
        received = self._rest
        if len(received) < length:
            parts, missing = [received], length - len(received)
            while missing > 0:
                parts.append(self._more())
                missing -= len(parts[-1])
            received = b"".join(parts)
        self._rest = received[length:]
        return received[:length]

    def _chunks(self) -> bytes:
        parts = []
        while size := _number(self._until(_LINE_END).partition(b";")[0], 16):
            parts.append(self._exactly(size))
            self._until(_LINE_END)
        while self._until(_LINE_END):  # trailers
            pass
        return b"".join(parts)

    def _all(self) -> bytes:
        parts, self._rest = [self._rest], b""
        while part := self._receive(_MOST_AT_ONCE):
            parts.append(part)
        return b"".join(parts)

    def _more(self) -> bytes:
        part = self._receive(_MOST_AT_ONCE)
        if not part:
            raise ResponseIncomplete("the connection was closed")
        return part


def _number(digits: bytes, base: int) -> int:
    try:
        number = int(digits, base)
    except ValueError:
        number = -1
    if number < 0:
        raise ResponseIncomplete("a number is missing")
    return number
