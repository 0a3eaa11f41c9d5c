"""Bytes of a server after its response, in any TCP segments, and floods of bytes outside of a body."""

import asyncio
import re
import time
from collections.abc import AsyncIterator
from ipaddress import ip_address
from typing import override

import pytest
import pytest_asyncio
from aiohttp import ClientError
from hypothesis import given, settings
from hypothesis import strategies as st

from herald.domain.attempt import Outcome, Verdict
from herald.endpoint.special_addresses import IPAddress
from herald.webhook.client import WebhookClient
from herald.webhook.responses.response_protocol import MAX_SENT, ResponseProtocol
from tests.support.http.misbehaving_servers import SUCCESS, Conversation, answering, flood, once, read_request, talking
from tests.support.http.webhook_client import ANSWERED_WITHIN

pytestmark = pytest.mark.asyncio

HEAD = b"HTTP/1.1 200 OK\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
OTHER = b"HTTP/1.1 500 Oops\r\nContent-Length: 3\r\n\r\nbad"
INTERIM = b"HTTP/1.1 100 Continue\r\n\r\n"
HINTS = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
COUNTED_IN_CHARACTERS = HEAD + b"Content-Length: 9\r\n\r\n" + "success 成功".encode()
MORE = "; behind the complete answer more came: "


class Localhost:
    """A resolver that returns 127.0.0.1 for every name."""

    async def addresses(self, host: str) -> tuple[IPAddress, ...]:  # noqa: ARG002 - the signature of the protocol
        return (ip_address("127.0.0.1"),)


@pytest_asyncio.fixture
async def herald() -> AsyncIterator[WebhookClient]:
    async with WebhookClient(
        deadline_seconds=3, user_agent="Herald/test", allow_private=True, resolver=Localhost()
    ) as made:
        yield made


async def post(herald: WebhookClient, port: int) -> Outcome:
    return await herald.post(f"http://partner.example:{port}/notify", b"{}", {})


async def outcome_of(herald: WebhookClient, conversation: Conversation) -> Outcome:
    async with talking(conversation) as server:
        return await post(herald, server.port)


class Arrivals:
    """Counts the bytes that the client has processed, so that a server can wait for that."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.bytes = 0
        self.came = asyncio.Event()
        given_by_asyncio = ResponseProtocol.data_received

        def data_received(protocol: ResponseProtocol, data: bytes) -> None:
            given_by_asyncio(protocol, data)
            self.bytes += len(data)
            self.came.set()

        monkeypatch.setattr(ResponseProtocol, "data_received", data_received)

    async def reach(self, count: int) -> None:
        while self.bytes < count:
            self.came.clear()
            await self.came.wait()


def in_two(sent: bytes, cut: int, arrivals: Arrivals) -> Conversation:
    """Sends the second part when the client has read the first one."""

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        arrivals.bytes = 0
        writer.write(sent[:cut])
        await arrivals.reach(cut)
        for _ in range(4):
            await asyncio.sleep(0)  # the client's task runs
        writer.write(sent[cut:])

    return converse


ANSWERS = [
    pytest.param(SUCCESS, Verdict.SUCCESS, 200, id="a length"),
    pytest.param(SUCCESS + b"!", Verdict.SUCCESS, 200, id="a length and a byte more"),
    pytest.param(SUCCESS + b"\r\n", Verdict.SUCCESS, 200, id="a length and a line end more"),
    pytest.param(SUCCESS + OTHER, Verdict.SUCCESS, 200, id="a length and another answer"),
    pytest.param(SUCCESS + SUCCESS[:30], Verdict.SUCCESS, 200, id="a length and half an answer"),
    pytest.param(COUNTED_IN_CHARACTERS, Verdict.NOT_SUCCESS, 200, id="a length that counts characters"),
    pytest.param(CHUNKED + b"3\r\nsuc\r\n4;x=y\r\ncess\r\n0\r\n\r\n", Verdict.SUCCESS, 200, id="chunked"),
    pytest.param(CHUNKED + b"7\r\nsuccess\r\n0\r\n\r\n<!-- -->", Verdict.SUCCESS, 200, id="chunked and more"),
    pytest.param(CHUNKED + b"c\r\n\n\n success\r\n0\r\nA: b\r\n\r\n\0", Verdict.BROKEN_ANSWER, 200, id="a wrong chunk"),
    pytest.param(CHUNKED + b"9\r\n\n\nsuccess\r\n0\r\nA: b\r\n\r\n\0", Verdict.SUCCESS, 200, id="chunked and trailers"),
    pytest.param(CHUNKED + b"7\r\nsuccess\r\nzz\r\n", Verdict.BROKEN_ANSWER, 200, id="chunked, not proper"),
    pytest.param(b"HTTP/1.1 204 No Content\r\n\r\nsuccess", Verdict.NOT_SUCCESS, 204, id="204 and more"),
    pytest.param(b"HTTP/1.1 304 Not\r\nContent-Length: 7\r\n\r\nsuccess", Verdict.REDIRECT, 304, id="304 and more"),
    pytest.param(OTHER + b"\n<p>oops", Verdict.BAD_STATUS, 500, id="500 and more"),
    pytest.param(HEAD + b"Content-Length: 0\r\n\r\nsuccess", Verdict.NOT_SUCCESS, 200, id="a length of nothing"),
    pytest.param(b"HTTP/1.0 200 OK\r\n\r\nsuccess\r\n\r\n", Verdict.SUCCESS, 200, id="until the connection closes"),
    pytest.param(INTERIM + HINTS + SUCCESS + b"\0", Verdict.SUCCESS, 200, id="1xx before, a byte after"),
    pytest.param(b"\r\n\n\r\n" + SUCCESS + b"<", Verdict.SUCCESS, 200, id="empty lines before"),
    pytest.param(SUCCESS.replace(b"\r", b"") + b"x", Verdict.SUCCESS, 200, id="line feeds only"),
    pytest.param(b"HTTP/1.1 101 Other\r\nUpgrade: x\r\n\r\n\0\1", Verdict.BAD_STATUS, 101, id="another protocol"),
    pytest.param(SUCCESS.replace(b"7", b"8"), Verdict.BROKEN_ANSWER, 200, id="a byte too few"),
    pytest.param(SUCCESS.replace(b":", b" :") + b"!", Verdict.SUCCESS, 200, id="a space before the colon"),
    pytest.param(
        HEAD + b"content-length  : 7\r\n\r\nsuccess" + OTHER, Verdict.SUCCESS, 200, id="two spaces before the colon"
    ),
    pytest.param(HEAD + b"Content-Length : 0\r\n\r\nsuccess", Verdict.NOT_SUCCESS, 200, id="a space and no body"),
    pytest.param(
        b"HTTP/1.1 500 Oops\r\nCONTENT-LENGTH : 3\r\n\r\nbad\0", Verdict.BAD_STATUS, 500, id="a space in a 500"
    ),
    pytest.param(SUCCESS.replace(b": 7", b" :\r\n 7") + b"!", Verdict.SUCCESS, 200, id="a space and a folded line"),
    pytest.param(
        CHUNKED.replace(b"g:", b"g :") + b"7\r\nsuccess\r\n0\r\n\r\n!", Verdict.SUCCESS, 200, id="a space and chunks"
    ),
]


def words(outcome: Outcome) -> str:
    """The reason without the parts that depend on TCP segments: trailing bytes, and the place that is not HTTP."""
    return re.sub(r"proper HTTP: `[^`]*`", "proper HTTP", str(outcome.reason).partition(MORE)[0])


@pytest.mark.parametrize(("sent", "verdict", "status"), ANSWERS)
async def test_verdict_is_independent_of_tcp_segments(
    herald: WebhookClient, sent: bytes, verdict: Verdict, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    arrivals = Arrivals(monkeypatch)
    whole = await outcome_of(herald, once(sent))
    assert (whole.verdict, whole.status) == (verdict, status)
    for cut in range(1, len(sent)):
        outcome = await outcome_of(herald, in_two(sent, cut, arrivals))
        assert (outcome.verdict, outcome.status, outcome.excerpt) == (verdict, status, whole.excerpt), cut
        assert words(outcome) == words(whole), cut


class Wire(asyncio.Transport):
    """A connection without a socket: it records only that it was closed."""

    ended = False

    @override
    def abort(self) -> None:
        self.ended = True

    @override
    def is_closing(self) -> bool:
        return self.ended


async def taken_in(pieces: list[bytes]) -> tuple[int | None, bytes | str, bool]:
    """Status, body (or the error's name) and whether the connection was closed, for exactly these segments."""
    protocol, wire = ResponseProtocol(asyncio.get_running_loop()), Wire()
    protocol.connection_made(wire)
    protocol.start_use()
    protocol.set_response_params(read_until_eof=True, auto_decompress=False, read_bufsize=16 * MAX_SENT)
    for piece in pieces:
        if not wire.ended:
            protocol.data_received(piece)
            await asyncio.sleep(0)
    status = None
    try:
        if not wire.ended:
            protocol.connection_lost(None)
        message, content = await protocol.read()
        status = message.code
        body = await content.read()
        return status, body if protocol.failure is None else str(type(protocol.failure)), wire.ended
    except ClientError as error:
        return status, type(error).__name__, wire.ended


FRAGMENTS = st.sampled_from(
    [
        *(SUCCESS, OTHER, INTERIM, HINTS, HEAD, CHUNKED, COUNTED_IN_CHARACTERS, SUCCESS.replace(b"\r", b"")),
        *(b"\r\n", b"\n", b"0", b"1;a=b\r\nx\r\n", b"2\r\n\n\n\r\n", b"0\r\n\r\n", b"0\r\nA: b\r\n\r\n", b"A: b\r\n"),
        *(
            b"Content-Length: 3\r\n",
            b"Content-Length : 3\r\n",
            b"Connection: close\r\n",
            b"HTTP/1.1 204\r\n\r\n",
            b"HTTP/1.0 200 OK\r\n\r\n",
            b"\0",
        ),
    ]
)


@given(data=st.data(), sent=st.lists(FRAGMENTS | st.binary(max_size=4), max_size=8).map(b"".join))
@settings(max_examples=1000, deadline=None)
async def test_any_segments_give_the_same_response(data: st.DataObject, sent: bytes) -> None:
    cuts = sorted(data.draw(st.sets(st.integers(0, len(sent)))))
    pieces = [sent[begin:end] for begin, end in zip([0, *cuts], [*cuts, len(sent)], strict=True)]
    one_by_one = [sent[at : at + 1] for at in range(len(sent))]
    whole = await taken_in([sent])
    assert await taken_in(pieces) == whole
    assert await taken_in(one_by_one) == whole


@pytest.mark.parametrize("at_once", [False, True], ids=["in two segments", "in one"])
async def test_connection_with_trailing_bytes_is_closed(
    herald: WebhookClient, monkeypatch: pytest.MonkeyPatch, *, at_once: bool
) -> None:
    arrivals = Arrivals(monkeypatch)
    sent = SUCCESS + b"!"
    async with talking(once(sent) if at_once else in_two(sent, len(SUCCESS), arrivals)) as server:
        assert (await post(herald, server.port)).delivered
        async with asyncio.timeout(ANSWERED_WITHIN):
            await server.left.wait()


async def test_the_reason_shows_what_followed(herald: WebhookClient) -> None:
    outcome = await outcome_of(herald, once(COUNTED_IN_CHARACTERS))
    assert str(outcome.reason).startswith("HTTP 200, but the body was not UTF-8 text: ")
    assert MORE + "`" in str(outcome.reason)


async def test_connection_with_trailing_line_end_is_kept(herald: WebhookClient) -> None:
    async with answering(SUCCESS + b"\r\n") as server:
        outcomes = [await post(herald, server.port) for _ in range(3)]
    assert {str(outcome.reason) for outcome in outcomes} == {"HTTP 200, and the body was `success`"}
    assert server.accepted == 1


# --- floods

PIECE = 65_536


def filled(unit: bytes) -> bytes:
    return unit * (PIECE // len(unit))


SHORT_INTERIM = b"HTTP/1.1 100\r\n\r\n"
NO_ANSWER = "no answer within 256 KiB: "
NO_END = "HTTP 200, but the answer did not end within 256 KiB, of which only "
FLOODS = [
    pytest.param(b"", filled(INTERIM), NO_ANSWER + "10485 interim answers came, the last one HTTP 100", id="100"),
    pytest.param(b"", filled(HINTS), NO_ANSWER, id="103 with a header"),
    pytest.param(b"", filled(SHORT_INTERIM), NO_ANSWER, id="the shortest 100"),
    pytest.param(b"", filled(b"\r\n"), NO_ANSWER + "only empty lines came", id="empty lines"),
    pytest.param(b"", filled(b"\n"), NO_ANSWER + "only empty lines came", id="line feeds"),
    pytest.param(INTERIM, filled(b"\r\n"), NO_ANSWER + "1 interim answers came", id="empty lines after a 100"),
    pytest.param(CHUNKED + b"1;", filled(b"x"), NO_END + "0 bytes were the body", id="an extension"),
    pytest.param(
        CHUNKED, filled(b"1;" + b"x" * 998 + b"\r\na\r\n"), NO_END + "260 bytes were the body", id="extensions"
    ),
    pytest.param(CHUNKED, filled(b"0"), NO_END + "0 bytes were the body", id="zeros before a chunk's size"),
    pytest.param(CHUNKED, filled(b"1\r\na\r\n"), NO_END, id="chunks of one byte"),
    pytest.param(
        CHUNKED, filled(b"2\r\n\n\n\r\n"), "HTTP 200, but the answer was larger than 64 KiB", id="chunks of line ends"
    ),
    pytest.param(
        HEAD, filled(b"A: " + b"x" * 8000 + b"\r\n"), "the headers of the answer were too large", id="headers"
    ),
    pytest.param(CHUNKED + b"0\r\n", filled(b"A: " + b"x" * 8000 + b"\r\n"), NO_END, id="trailers"),
    pytest.param(b"", filled(SUCCESS), "HTTP 200, and the body was `success`", id="whole answers"),
    pytest.param(
        b"", filled(b"HTTP/1.1 204\r\n\r\n"), "HTTP 204, but the body was empty", id="whole answers without a body"
    ),
    pytest.param(SUCCESS, filled(b"\r\n"), "HTTP 200, and the body was `success`", id="empty lines behind the answer"),
]


class Stalls:
    """The longest time for which code kept the event loop, in seconds of the processor.

    A flood that stalls the loop spends them; other processes of the machine do not count.
    """

    longest = 0.0

    async def watch(self) -> None:
        last = time.process_time()
        while True:
            await asyncio.sleep(0.001)  # the test measures time
            self.longest, last = max(self.longest, time.process_time() - last), time.process_time()


@pytest.mark.parametrize(("head", "piece", "reason"), FLOODS)
async def test_flood_ends_soon_and_delays_no_other(
    herald: WebhookClient, head: bytes, piece: bytes, reason: str
) -> None:
    stalls, began = Stalls(), time.process_time()
    async with talking(flood(head, piece, 2_000)) as bad, answering(SUCCESS) as good:
        watching = asyncio.create_task(stalls.watch())
        flooded, honest = await asyncio.gather(post(herald, bad.port), post(herald, good.port))
        async with asyncio.timeout(ANSWERED_WITHIN):
            await bad.left.wait()
        watching.cancel()
    assert str(flooded.reason).startswith(reason)
    assert honest.delivered
    assert time.process_time() - began < 0.5  # of both ends; alone on a machine 0.1 s
    assert stalls.longest < 0.2


@pytest.mark.parametrize(("head", "piece"), [(b"", filled(INTERIM)), (b"", filled(b"\r\n")), (CHUNKED, filled(b"0"))])
async def test_flood_on_a_kept_connection_is_not_repeated(herald: WebhookClient, head: bytes, piece: bytes) -> None:
    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await once(SUCCESS)(reader, writer)
        await flood(head, piece, 2_000)(reader, writer)

    async with talking(converse) as server:
        first, second = [await post(herald, server.port) for _ in range(2)]
        async with asyncio.timeout(ANSWERED_WITHIN):
            await server.left.wait()
    assert (first.verdict, second.verdict, server.accepted) == (Verdict.SUCCESS, Verdict.BROKEN_ANSWER, 1)


@pytest.mark.parametrize("sent", [INTERIM, b"\r\n", b"HTTP/1.1 200"])
async def test_kept_connection_with_a_response_is_not_stale(herald: WebhookClient, sent: bytes) -> None:
    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await once(SUCCESS)(reader, writer)
        await once(sent)(reader, writer)

    async with talking(converse) as server:
        first, second = [await post(herald, server.port) for _ in range(2)]
    assert (first.verdict, second.verdict, server.accepted) == (Verdict.SUCCESS, Verdict.BROKEN_ANSWER, 1)


async def test_each_use_of_a_connection_has_its_own_budget(herald: WebhookClient) -> None:
    async with answering(filled(INTERIM) + SUCCESS) as server:
        outcomes = [await post(herald, server.port) for _ in range(6)]
    assert {outcome.verdict for outcome in outcomes} == {Verdict.SUCCESS}
    assert server.accepted == 1


async def test_the_budget_holds_to_the_byte(herald: WebhookClient) -> None:
    most = MAX_SENT - len(SUCCESS)
    assert (await outcome_of(herald, once(b"\n" * most + SUCCESS))).verdict is Verdict.SUCCESS
    assert (await outcome_of(herald, once(b"\n" * (most + 1) + SUCCESS))).verdict is Verdict.BROKEN_ANSWER


async def test_floods_do_not_delay_another_partner(herald: WebhookClient) -> None:
    async with (
        talking(flood(b"", filled(INTERIM), 2_000)) as interims,
        talking(flood(CHUNKED, filled(b"1\r\na\r\n"), 2_000)) as chunks,
        answering(SUCCESS) as good,
    ):
        floods = [asyncio.create_task(post(herald, bad.port)) for bad in (interims, chunks) for _ in range(4)]
        began = time.process_time()
        honest = await post(herald, good.port)
        spent = time.process_time() - began
        flooded = await asyncio.gather(*floods)
    assert honest.delivered
    assert spent < 1  # its share of the time of nine simultaneous posts, in seconds of the processor
    assert {outcome.verdict for outcome in flooded} == {Verdict.BROKEN_ANSWER}
