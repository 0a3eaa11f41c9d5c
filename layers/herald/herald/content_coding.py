"""Undoes what a `Content-Encoding` says was done to an answer, never further than a bound. Pure.

Herald asks for `identity`; some servers, and the boxes in front of them, compress all the same.
"""

import zlib
from dataclasses import dataclass
from typing import Final

_GZIP: Final = 31  # zlib's number for gzip's frame, of which several may follow each other (RFC 1952, section 2.2)
_WINDOWS: Final = {"gzip": (_GZIP,), "x-gzip": (_GZIP,), "deflate": (15, -15)}  # deflate: in zlib's frame, or bare
_MAX_CODINGS: Final = 3
_FOLLOWED: Final = "something else follows the compressed answer"


@dataclass(frozen=True, slots=True)
class CodingFlaw:
    """Why a coding cannot be undone, in words that follow "HTTP 200, but"."""

    reason: str
    too_large: bool = False  # the bound was reached; by how much it is larger, nobody looked
    inside: bytes = b""  # what could be undone all the same, for the excerpt


def undo(codings: str, body: bytes, limit: int) -> bytes | CodingFlaw:
    """The body with its codings undone, the last one first (RFC 9110, section 8.4), or why that cannot be.

    `codings` is the header's value. No step unpacks more than `limit` bytes and one, so that a bomb costs nothing.
    """
    names = [name for item in codings.split(",") if (name := item.strip().lower()) not in {"", "identity"}]
    if len(names) > _MAX_CODINGS:
        return CodingFlaw(f"the answer was compressed {len(names)} times over")
    for name in reversed(names):
        undone = _undo_one(name, body, limit)
        if isinstance(undone, CodingFlaw):
            return undone
        body = undone
    return body


def _undo_one(name: str, body: bytes, limit: int) -> bytes | CodingFlaw:
    if name not in _WINDOWS:
        shown = name[:20] if name.isascii() and name.isprintable() else "something"
        return CodingFlaw(f"the answer was compressed as `{shown}`, which Herald did not ask for")
    if not body:
        return body  # nothing was sent, so nothing was compressed
    for window in _WINDOWS[name]:
        undone = _inflate(body, window, limit)
        if undone is not None:
            return undone
    return CodingFlaw(f"the answer said that it was compressed as `{name}`, but it was not")


def _inflate(body: bytes, window: int, limit: int) -> bytes | CodingFlaw | None:
    """What is inside; None when this is not compressed in that way at all."""
    inside, rest = b"", body
    while rest:
        stream = zlib.decompressobj(window)
        try:
            inside += stream.decompress(rest, limit + 1 - len(inside))
        except zlib.error:
            return CodingFlaw(_FOLLOWED, inside=inside) if rest is not body else None
        if len(inside) > limit:
            return CodingFlaw("what was compressed in the answer is too large", too_large=True, inside=inside)
        if not stream.eof:
            return CodingFlaw("the compressed answer stops in its middle", inside=inside)
        rest = stream.unused_data
        if rest and window != _GZIP:
            return CodingFlaw(_FOLLOWED, inside=inside)
    return inside
