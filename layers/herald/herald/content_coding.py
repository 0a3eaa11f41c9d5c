"""Undoes the `Content-Encoding` of an answer, without ever making more than the limit of it (a compressed bomb)."""

import zlib

_ANY_ZLIB_OR_GZIP = 47  # zlib's manual: 32 + 15 finds out by the header which of the two it is
_RAW = -15  # what some servers send as `deflate`


class CodingRefused(Exception):
    """The coding is unknown or broken; the message says so in words."""


class TooLargeUncoded(Exception):
    """Uncoded, the answer is longer than the limit."""


def undo(codings: str, body: bytes, limit: int) -> bytes:
    """The body without its codings, the last applied first. Raises `CodingRefused` or `TooLargeUncoded`."""
    for coding in reversed([name.strip().lower() for name in codings.split(",") if name.strip()]):
        if coding in {"gzip", "x-gzip", "deflate"}:
            body = _inflate(coding, body, limit)
        elif coding != "identity":
            raise CodingRefused(f"the answer was coded as `{coding[:20]}`, which we did not ask for")
    return body


def _inflate(coding: str, body: bytes, limit: int) -> bytes:
    try:
        return _decompress(body, limit, _ANY_ZLIB_OR_GZIP)
    except zlib.error:
        if coding != "deflate":
            raise CodingRefused(f"the answer said that it was {coding}, but it was not") from None
    try:
        return _decompress(body, limit, _RAW)
    except zlib.error:
        raise CodingRefused("the answer said that it was deflate, but it was not") from None


def _decompress(body: bytes, limit: int, window: int) -> bytes:
    inflater = zlib.decompressobj(window)
    text = inflater.decompress(body, limit + 1)
    if len(text) > limit:
        raise TooLargeUncoded
    if not inflater.eof:
        raise CodingRefused("the compressed answer was cut off")
    return text
