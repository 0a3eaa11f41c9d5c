"""The limits of the webhook client: the deadline, and the sizes of a response."""

import asyncio
import gzip
import socket
import time
import tracemalloc
from collections.abc import AsyncIterator
from typing import override

import pytest
import pytest_asyncio

from herald.domain.attempt import Verdict
from herald.endpoint.special_addresses import IPAddress
from herald.webhook.client import WebhookClient
from herald.webhook.response import MAX_RESPONSE
from tests.support.http.misbehaving_servers import (
    SUCCESS,
    Conversation,
    answering,
    drip,
    flood,
    hang,
    once,
    say_and_hang,
    talking,
)
from tests.support.http.webhook_client import (
    ANSWERED_WITHIN,
    CHUNKED,
    DEADLINE,
    SLACK,
    FakeResolver,
    answer,
    outcome_of,
    post,
    webhook_client,
)

pytestmark = pytest.mark.asyncio


@pytest_asyncio.fixture
async def with_short_deadline() -> AsyncIterator[WebhookClient]:
    async with webhook_client(deadline=DEADLINE) as made:
        yield made


# --- the deadline


@pytest.mark.parametrize(
    ("conversation", "reason", "status"),
    [
        pytest.param(hang, "no answer within 0.5 s", None, id="says nothing"),
        pytest.param(say_and_hang(b"HTTP/1.1 200"), "no answer within 0.5 s", None, id="stops in the status line"),
        pytest.param(
            say_and_hang(b"HTTP/1.1 200 OK\r\nA: b\r\n"), "no answer within 0.5 s", None, id="stops in headers"
        ),
        pytest.param(
            drip(b"HTTP/1.1 200 OK\r\n", b"A: b\r\n", 0.03), "no answer within 0.5 s", None, id="drips headers"
        ),
        pytest.param(drip(b"", b"HTTP/1.1 100 Continue\r\n\r\n"), "no answer within 0.5 s", None, id="100 for ever"),
        pytest.param(
            say_and_hang(SUCCESS.replace(b"7", b"8")),
            "no complete answer within 0.5 s: HTTP 200 came, but its body did not end",
            200,
            id="one byte is missing",
        ),
        pytest.param(
            drip(CHUNKED, b"1\r\n \r\n"),
            "no complete answer within 0.5 s: HTTP 200 came, but its body did not end",
            200,
            id="drips chunks",
        ),
        pytest.param(
            drip(b"HTTP/1.1 500 Oops\r\n\r\n", b"x"),
            "no complete answer within 0.5 s: HTTP 500 came, but its body did not end",
            500,
            id="drips until it closes",
        ),
    ],
)
async def test_deadline_ends_every_slow_phase(
    with_short_deadline: WebhookClient, conversation: Conversation, reason: str, status: int | None
) -> None:
    began = time.monotonic()
    outcome = await outcome_of(with_short_deadline, conversation)
    took = time.monotonic() - began
    assert (outcome.verdict, str(outcome.reason), outcome.status) == (Verdict.TIMEOUT, reason, status)
    assert DEADLINE * 1_000 - 10 <= outcome.duration_ms <= (DEADLINE + SLACK) * 1_000
    assert DEADLINE - 0.01 <= took <= DEADLINE + SLACK


async def test_excerpt_has_the_bytes_before_the_deadline(with_short_deadline: WebhookClient) -> None:
    outcome = await outcome_of(with_short_deadline, say_and_hang(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nsucc"))
    assert outcome.excerpt == "succ"


async def test_unaccepted_connection_times_out(with_short_deadline: WebhookClient) -> None:
    with socket.create_server(
        ("127.0.0.1", 0)
    ) as listening:  # the kernel completes the handshake, no program accepts the connection
        outcome = await post(with_short_deadline, listening.getsockname()[1])
    assert (outcome.verdict, str(outcome.reason)) == (Verdict.TIMEOUT, "no answer within 0.5 s")


async def test_hanging_resolution_times_out() -> None:
    class Hanging(FakeResolver):
        @override
        async def addresses(self, host: str) -> tuple[IPAddress, ...]:
            self.asked.append(host)
            await asyncio.Event().wait()
            return ()

    async with webhook_client(Hanging(), deadline=DEADLINE) as herald:
        outcome = await post(herald, 1)
    assert (outcome.verdict, outcome.address) == (Verdict.TIMEOUT, None)
    assert str(outcome.reason) == "no answer within 0.5 s: the name could not be looked up in that time"
    assert outcome.duration_ms <= (DEADLINE + SLACK) * 1_000


async def test_connection_is_closed_at_the_deadline(with_short_deadline: WebhookClient) -> None:
    async with talking(hang) as server:
        await post(with_short_deadline, server.port)
        async with asyncio.timeout(ANSWERED_WITHIN):
            await server.left.wait()


async def test_cancelled_attempt_closes_its_connection(herald: WebhookClient) -> None:
    async with talking(hang) as server:
        task = asyncio.create_task(post(herald, server.port))
        await server.came.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        async with asyncio.timeout(ANSWERED_WITHIN):
            await server.left.wait()
    async with answering(SUCCESS) as server:
        assert (await post(herald, server.port)).delivered


async def test_the_deadline_holds_for_fifty_at_once(with_short_deadline: WebhookClient) -> None:
    async with talking(drip(CHUNKED, b"1\r\n \r\n")) as server:
        began = time.monotonic()
        outcomes = await asyncio.gather(*(post(with_short_deadline, server.port) for _ in range(50)))
        took = time.monotonic() - began
    assert {outcome.verdict for outcome in outcomes} == {Verdict.TIMEOUT}
    assert max(outcome.duration_ms for outcome in outcomes) <= (DEADLINE + SLACK) * 1_000
    assert took <= DEADLINE + SLACK


# --- too much


@pytest.mark.parametrize(
    "conversation",
    [
        pytest.param(
            flood(b"HTTP/1.1 200 OK\r\nContent-Length: 104857600\r\n\r\n", b"x" * 65536, 1600), id="with a length"
        ),
        pytest.param(flood(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 65536, 1600), id="without"),
        pytest.param(flood(CHUNKED, b"10000\r\n" + b"x" * 65536 + b"\r\n", 1600), id="chunked"),
    ],
)
async def test_hundred_megabytes_are_cut_at_once(herald: WebhookClient, conversation: Conversation) -> None:
    async with talking(conversation) as server:
        tracemalloc.start()
        outcome = await post(herald, server.port)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        async with asyncio.timeout(ANSWERED_WITHIN):
            await server.left.wait()  # it could not send all of its hundred
    assert outcome.verdict is Verdict.TOO_LARGE
    assert peak < 1_000_000  # of both ends
    assert str(outcome.reason).startswith("HTTP 200, but the answer was larger than 64 KiB")
    assert outcome.excerpt == "x" * 512


async def test_body_over_64_kib_is_too_large(herald: WebhookClient) -> None:
    whole = b"success".ljust(MAX_RESPONSE)
    assert (await outcome_of(herald, once(answer(whole)))).verdict is Verdict.SUCCESS
    assert (await outcome_of(herald, once(answer(whole + b" ")))).verdict is Verdict.TOO_LARGE


async def test_compressed_bomb_uses_little_memory(herald: WebhookClient) -> None:
    one = gzip.compress(bytes(64_000_000), 9)
    bomb = gzip.compress(one * 300, 9)
    assert max(len(one), len(bomb)) < MAX_RESPONSE  # 64 MB, and 19 GB
    began = time.process_time()
    for coded, codings in ((one, b"gzip"), (bomb, b"gzip, gzip")):
        outcome = await outcome_of(herald, once(answer(coded, b"Content-Encoding: " + codings)))
        assert outcome.verdict is Verdict.TOO_LARGE
    assert time.process_time() - began < 0.5


@pytest.mark.parametrize(
    "conversation",
    [
        pytest.param(once(b"HTTP/1.1 200 OK\r\nA: " + b"x" * 20_000 + b"\r\n\r\n"), id="one long header"),
        pytest.param(once(b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 2_000 + b"\r\n"), id="many headers"),
        pytest.param(once(b"HTTP/1.1 200 " + b"x" * 20_000 + b"\r\n\r\n"), id="a long status line"),
        pytest.param(flood(b"HTTP/1.1 200 OK\r\nA: ", b"x" * 65536, 1600), id="a header without end"),
        pytest.param(flood(b"", b"x" * 65536, 1600), id="a status line without end"),
    ],
)
async def test_headers_are_bounded_too(herald: WebhookClient, conversation: Conversation) -> None:
    outcome = await outcome_of(herald, conversation)
    assert outcome.verdict is Verdict.BROKEN_ANSWER


@pytest.mark.parametrize(
    "conversation",
    [
        pytest.param(flood(CHUNKED + b"1;", b"x" * 65536, 1600), id="a chunk's extension without end"),
        pytest.param(flood(CHUNKED + b"0\r\n", b"A: " + b"x" * 4000 + b"\r\n", 30_000), id="trailers without end"),
        pytest.param(flood(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 1000, 4_000), id="100 without end"),
    ],
)
async def test_other_bytes_do_not_fill_the_memory(conversation: Conversation) -> None:
    tracemalloc.start()  # slows everything down, so the deadline is longer than usual
    async with webhook_client(deadline=30) as herald:
        outcome = await outcome_of(herald, conversation)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert outcome.verdict is Verdict.BROKEN_ANSWER
    assert peak < 2_000_000  # of both ends


@pytest.mark.parametrize(
    ("lines", "fits"),
    [
        ([b"A: " + b"x" * 8_190], True),
        ([b"A: " + b"x" * 8_191], False),
        ([b"A: b"] * 127, True),
        ([b"A: b"] * 128, False),
        ([b"A: " + b"x" * 500] * 127, True),
    ],
)
async def test_headers_up_to_the_documented_size_are_read(
    herald: WebhookClient, lines: list[bytes], *, fits: bool
) -> None:
    outcome = await outcome_of(herald, once(answer(b"success", *lines)))
    assert outcome.delivered == fits
    if not fits:
        assert str(outcome.reason) == (
            "the headers of the answer were too large: a line may have 8,190 bytes, and there may be 128 lines"
        )
