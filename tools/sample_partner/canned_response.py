"""How a sample partner answers one request: what it says, and in what manner."""

import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

MEGABYTE = 1_000_000


class Behavior(StrEnum):
    """How the answer goes out."""

    WHOLE = "whole"  # at once
    DRIP = "drip"  # the body byte by byte in chunks, `pause_ms` between two
    HANG = "hang"  # never
    RAW = "raw"  # exactly the bytes of `body`, head and all, and then the connection is closed
    BIG = "big"  # `body` again and again, until `size` bytes are out


@dataclass(frozen=True, slots=True, kw_only=True)
class CannedResponse:
    """One answer. `name` is what the record and a person call it; times are in milliseconds, `size` in bytes."""

    name: str
    status: int = 200
    body: bytes = b"success"
    headers: tuple[tuple[str, str], ...] = ()
    behavior: Behavior = Behavior.WHOLE
    delay_ms: int = 0  # before the answer begins
    pause_ms: int = 0
    size: int = 0


def plain(status: int, body: bytes = b"", headers: Mapping[str, str] | None = None) -> CannedResponse:
    """An ordinary answer with this status, body and headers."""
    name = f"{status} {body[:20].decode(errors='replace')}".strip()
    return CannedResponse(name=name, status=status, body=body, headers=tuple((headers or {}).items()))


@cache
def _zeros_compressed(size: int) -> bytes:
    packer = zlib.compressobj(wbits=31)  # 31: with gzip's head and tail
    packed = [packer.compress(bytes(MEGABYTE)) for _ in range(size // MEGABYTE)]
    return b"".join([*packed, packer.flush()])


def _bomb() -> CannedResponse:
    return CannedResponse(name="bomb", body=_zeros_compressed(100 * MEGABYTE), headers=(("Content-Encoding", "gzip"),))


NAMED: Mapping[str, Callable[[], CannedResponse]] = {
    "success": lambda: CannedResponse(name="success"),
    "refuse": lambda: CannedResponse(name="refuse", status=500, body=b"out of order"),
    "hang": lambda: CannedResponse(name="hang", behavior=Behavior.HANG),
    "drip": lambda: CannedResponse(name="drip", behavior=Behavior.DRIP, body=b"success" * 1000, pause_ms=200),
    "chunks": lambda: CannedResponse(name="chunks", behavior=Behavior.DRIP),
    "redirect": lambda: CannedResponse(name="redirect", status=302, body=b"", headers=(("Location", "/p/elsewhere"),)),
    "close": lambda: CannedResponse(name="close", behavior=Behavior.RAW, body=b""),
    "cut": lambda: CannedResponse(
        name="cut", behavior=Behavior.RAW, body=b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nsucc"
    ),
    "noise": lambda: CannedResponse(name="noise", behavior=Behavior.RAW, body=b"\x00\xff this is not HTTP\r\n\r\n"),
    "big": lambda: CannedResponse(name="big", behavior=Behavior.BIG, body=b"success\n" * 8192, size=100 * MEGABYTE),
    "bomb": _bomb,
    "html": lambda: CannedResponse(
        name="html", body=b"<!DOCTYPE html><html><body>Welcome</body></html>", headers=(("Content-Type", "text/html"),)
    ),
}
MEANINGS: Mapping[str, str] = {
    "success": "200 `success`: acknowledged",
    "refuse": "500 `out of order`",
    "hang": "never answers",
    "drip": "200, one byte every 200 ms, for 23 minutes",
    "chunks": "200 `success`, each byte in a chunk of its own",
    "redirect": "302 to /p/elsewhere",
    "close": "closes the connection without an answer",
    "cut": "closes the connection in the middle of the answer",
    "noise": "answers something that is not HTTP",
    "big": "200 and 100 MB",
    "bomb": "200 and 100 KB of gzip that unpack to 100 MB",
    "html": "200 and a web page",
}
