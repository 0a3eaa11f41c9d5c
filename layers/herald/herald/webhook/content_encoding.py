"""Undoes what a `Content-Encoding` says was done to an answer, never further than a bound. Pure.

Herald asks for `identity`; some servers, and the boxes in front of them, compress all the same.
"""

import zlib
from dataclasses import dataclass, replace
from typing import Final

_GZIP: Final = 31  # zlib's number for gzip's frame, of which several may follow each other (RFC 1952, section 2.2)
_BARE: Final = -15  # zlib's number for deflate without any frame
_WINDOWS: Final = {"gzip": (_GZIP,), "x-gzip": (_GZIP,), "deflate": (15, _BARE)}  # deflate: in zlib's frame, or bare
_REGISTERED: Final = frozenset(  # IANA's HTTP Content Coding Registry, but for `identity`, which does nothing
    {"aes128gcm", "br", "compress", "dcb", "dcz", "deflate", "exi", "gzip", "pack200-gzip", "x-compress", "x-gzip"}
    | {"zstd"}
)
_MAGIC: Final = {  # how each body in these codings begins
    "compress": b"\x1f\x9d",
    "x-compress": b"\x1f\x9d",
    "dcb": b"\xff\x44\x43\x42",
    "dcz": b"\x5e\x2a\x4d\x18\x20\x00\x00\x00",
    "pack200-gzip": b"\x1f\x8b",
    "zstd": b"\x28\xb5\x2f\xfd",
}
_SHORTEST_TEXT: Final = 2  # bytes; nothing, in `br`, is one byte that can be a semicolon
_MAX_CODINGS: Final = 3
_UNASKED: Final = "the answer was compressed as `{}`, which Herald did not ask for"
_FOLLOWED: Final = "something else follows the compressed answer"


@dataclass(frozen=True, slots=True)
class DecodingError:
    """Why a coding cannot be undone, in words that follow "HTTP 200, but"."""

    reason: str
    too_large: bool = False  # the bound was reached; by how much it is larger, nobody looked
    inside: bytes = b""  # what could be undone all the same, for the excerpt
    plain: bytes | None = None  # the body, where it is not in the coding that was announced


def decode(codings: str, body: bytes, limit: int) -> bytes | DecodingError:
    """The body with its codings undone, the last one first (RFC 9110, section 8.4), or why that cannot be.

    `codings` is the header's value. A name in it that is no registered coding (`none`, `UTF-8`, `binary`) undoes
    nothing: servers write charsets and words of their own there. No step unpacks more than `limit` bytes and one, so
    that a bomb costs nothing.
    """
    names = [name for item in codings.split(",") if (name := item.strip().lower()) in _REGISTERED]
    if len(names) > _MAX_CODINGS:
        return DecodingError(f"the answer was compressed {len(names)} times over")
    inner = body
    for name in reversed(names):
        undone = _undo_one(name, inner, limit)
        if isinstance(undone, DecodingError):
            came_so = inner is body  # else a coding was undone before, and the body without the header is another one
            return undone if came_so or undone.plain is None else replace(undone, plain=None, inside=inner)
        inner = undone
    return inner


def _undo_one(name: str, body: bytes, limit: int) -> bytes | DecodingError:
    if not body:
        return body  # nothing was sent, so nothing was compressed
    if name not in _WINDOWS:
        return _not_in_it(name, body) if _is_plain(name, body) else DecodingError(_UNASKED.format(name))
    for window in _WINDOWS[name]:
        undone = _inflate(body, window, limit)
        if window == _BARE and isinstance(undone, DecodingError) and _is_text(body):
            break  # bare deflate has no mark by which to know it: the first bits of `success` would pass for it
        if undone is not None:
            return undone
    return _not_in_it(name, body)


def _is_plain(name: str, body: bytes) -> bool:
    """Whether a body is not in a coding that Herald cannot undo, as far as its bytes tell."""
    magic = _MAGIC.get(name)
    return not body.startswith(magic) if magic else len(body) >= _SHORTEST_TEXT and _is_text(body)


def _is_text(body: bytes) -> bool:
    try:
        return all(character.isprintable() or character.isspace() for character in body.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return False


def _not_in_it(name: str, body: bytes) -> DecodingError:
    return DecodingError(f"the answer said that it was compressed as `{name}`, but it was not", plain=body)


def _inflate(body: bytes, window: int, limit: int) -> bytes | DecodingError | None:
    """What is inside; None when this is not compressed in that way at all."""
    inside, rest = b"", body
    while rest:
        stream = zlib.decompressobj(window)
        try:
            inside += stream.decompress(rest, limit + 1 - len(inside))
        except zlib.error:
            return DecodingError(_FOLLOWED, inside=inside) if rest is not body else None
        if len(inside) > limit:
            return DecodingError("what was compressed in the answer is too large", too_large=True, inside=inside)
        if not stream.eof:
            return DecodingError("the compressed answer stops in its middle", inside=inside)
        rest = stream.unused_data
        if rest and window != _GZIP:
            return DecodingError(_FOLLOWED, inside=inside)
    return inside
