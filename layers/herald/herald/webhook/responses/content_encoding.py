"""Decodes a body by its `Content-Encoding`, up to a limit of size. Pure.

Herald requests `identity`; some servers and proxies compress nevertheless.
"""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

_GZIP: Final = 31  # zlib's number for the gzip format, whose members may follow each other (RFC 1952, section 2.2)
_RAW: Final = -15  # zlib's number for raw deflate
_WINDOWS: Final = {"gzip": (_GZIP,), "x-gzip": (_GZIP,), "deflate": (15, _RAW)}  # deflate: in the zlib format, or raw
_REGISTERED: Final = frozenset(  # IANA's HTTP Content Coding Registry without `identity`
    {"aes128gcm", "br", "compress", "dcb", "dcz", "deflate", "exi", "gzip", "pack200-gzip", "x-compress", "x-gzip"}
    | {"zstd"}
)
_MAGIC: Final = {  # the first bytes of every body in these codings
    "compress": b"\x1f\x9d",
    "x-compress": b"\x1f\x9d",
    "dcb": b"\xff\x44\x43\x42",
    "dcz": b"\x5e\x2a\x4d\x18\x20\x00\x00\x00",
    "pack200-gzip": b"\x1f\x8b",
    "zstd": b"\x28\xb5\x2f\xfd",
}
_SHORTEST_TEXT: Final = 2  # bytes; an empty body in `br` is one byte, possibly a semicolon
_MAX_CODINGS: Final = 3


@dataclass(frozen=True, slots=True)
class DecodingError:
    """Why a body cannot be decoded: the last part of the reason's code, and its values.

    The codes are in `herald.languages.reasons.responses`; where the limit was exceeded, the verdict is another one.
    """

    name: str
    values: Mapping[str, str | int] = field(default_factory=dict)
    too_large: bool = False  # the limit was exceeded; the full size is not known
    inside: bytes = b""  # the part that was decoded, for the excerpt
    plain: bytes | None = None  # the body, when it is not in the announced coding


def decode(codings: str, body: bytes, limit: int) -> bytes | DecodingError:
    """The decoded body, the last coding first (RFC 9110, section 8.4), or why it cannot be decoded.

    `codings` is the header's value. Names that are no registered coding (`none`, `UTF-8`, `binary`) are skipped:
    servers send charsets and other words there. No step decompresses more than `limit` + 1 bytes.
    """
    names = [name for item in codings.split(",") if (name := item.strip().lower()) in _REGISTERED]
    if len(names) > _MAX_CODINGS:
        return DecodingError("many_encodings", {"times": len(names)})
    inner = body
    for name in reversed(names):
        decoded = _decode_one(name, inner, limit)
        if isinstance(decoded, DecodingError):
            unchanged = inner is body  # otherwise an outer coding was decoded before
            return decoded if unchanged or decoded.plain is None else replace(decoded, plain=None, inside=inner)
        inner = decoded
    return inner


def _decode_one(name: str, body: bytes, limit: int) -> bytes | DecodingError:
    if not body:
        return body  # an empty body is not compressed
    if name not in _WINDOWS:
        return (
            _wrong_coding(name, body) if _is_plain(name, body) else DecodingError("unasked_encoding", {"coding": name})
        )
    for window in _WINDOWS[name]:
        decoded = _inflate(body, window, limit)
        if window == _RAW and isinstance(decoded, DecodingError) and _is_text(body):
            break  # raw deflate has no signature: the first bits of `success` look like it
        if decoded is not None:
            return decoded
    return _wrong_coding(name, body)


def _is_plain(name: str, body: bytes) -> bool:
    """Whether the bytes show that a body is not in a coding that Herald cannot decode."""
    magic = _MAGIC.get(name)
    return not body.startswith(magic) if magic else len(body) >= _SHORTEST_TEXT and _is_text(body)


def _is_text(body: bytes) -> bool:
    try:
        return all(character.isprintable() or character.isspace() for character in body.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return False


def _wrong_coding(name: str, body: bytes) -> DecodingError:
    return DecodingError("wrong_encoding", {"coding": name}, plain=body)


def _inflate(body: bytes, window: int, limit: int) -> bytes | DecodingError | None:
    """The decompressed body; None when it is not in this format."""
    inside, rest = b"", body
    while rest:
        stream = zlib.decompressobj(window)
        try:
            inside += stream.decompress(rest, limit + 1 - len(inside))
        except zlib.error:
            return DecodingError("encoding_followed", inside=inside) if rest is not body else None
        if len(inside) > limit:
            return DecodingError("too_large", too_large=True, inside=inside)
        if not stream.eof:
            return DecodingError("encoding_cut_off", inside=inside)
        rest = stream.unused_data
        if rest and window != _GZIP:
            return DecodingError("encoding_followed", inside=inside)
    return inside
