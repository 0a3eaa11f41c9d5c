"""Responses that are no acknowledgement: bodies, codings, and bytes that are no proper HTTP."""

import asyncio
import gzip
from collections.abc import Iterator

from herald.webhook.response import MAX_RESPONSE, BodyEnd, WebhookResponse
from herald.webhook.responses.response_errors import InvalidResponseError
from herald.webhook.responses.response_protocol import ResponseProtocol
from herald.webhook.transport_errors import judge_failure
from herald.webhook.verdict import Judgement, judge

FULL_WIDTH = "".join(chr(ord(letter) + 0xFEE0) for letter in "success")
# One of each flaw.
BODIES = (
    *(b" \r\n ", "success".encode("utf-16"), "成功".encode("big5"), b"<?xml version='1.0'?>", b"<html>"),
    *(b'{"code": 0}', b"SUCCESS", b'"success"', b"'Success'", b"suc cess", FULL_WIDTH.encode(), b"success!"),
    "成功".encode(),
)
_PACKED = gzip.compress(b"success", mtime=0)
ENCODED = (
    *(("br", b"\x8b\x03\x80success\x03"), ("gzip,gzip,gzip,gzip", b"x")),
    *(("gzip", _PACKED[:-9]), ("gzip", _PACKED + b"success"), ("gzip", gzip.compress(bytes(2 * MAX_RESPONSE)))),
)
_HEAD = b"HTTP/1.1 200 OK\r\n"
# What a server may send, until the parser or the limit of bytes ends it.
_SENT = (
    *(b"success\r\n\r\n", _HEAD + b"Server : z\r\n\r\n", b"\0\0\x12\4\0\0\0\0\0\r\n\r\n"),
    *(_HEAD + b"A: " + b"x" * 9_000, _HEAD + (b"A: " + b"x" * 8_000 + b"\r\n") * 40, b"\r\n" * 150_000),
    b"HTTP/1.1 102 Processing\r\n\r\n" * 20_000,
    _HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + (b"1;" + b"x" * 60 + b"\r\na\r\n") * 6_000,
)


def response_judgements() -> Iterator[Judgement]:
    """The judgement on each of these, and on messages of the parser in another form."""
    for data in _SENT:
        yield asyncio.run(_judged(data))
    for message in ("Bad status line", "no place in it"):
        yield judge_failure(InvalidResponseError(message), "shop.example", "203.0.113.7:443")
    flaw = judge_failure(InvalidResponseError("Bad chunk:\n\n  b'x'"), "shop.example", "203.0.113.7:443").reason
    yield judge(WebhookResponse(status=200, ending=BodyEnd.IMPROPER, flaw=flaw))


async def _judged(data: bytes) -> Judgement:
    protocol = ResponseProtocol(asyncio.get_running_loop())
    protocol.set_response_params(max_line_size=8_190, max_field_size=8_190, max_headers=128)
    for at in range(0, len(data), 1_000):
        protocol.data_received(data[at : at + 1_000])
    failure = protocol.failure
    assert failure is not None, data[:80]
    return judge_failure(failure, "shop.example", "203.0.113.7:443")
