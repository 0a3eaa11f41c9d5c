"""Broken responses, and connections that are kept for later requests."""

import asyncio

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from herald.domain.attempt import Verdict
from herald.webhook.client import WebhookClient
from tests.support.http.misbehaving_servers import (
    SUCCESS,
    answering,
    hang,
    once,
    talking,
)
from tests.support.http.webhook_client import BODY, CHUNKED, HEAD, answer, outcome_of, post, webhook_client

pytestmark = pytest.mark.asyncio

IMPROPER = "the answer was not proper HTTP"


# --- broken answers


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\nsuccess", "HTTP 200, but the answer broke off in its middle"),
        (CHUNKED + b"7\r\nsuccess\r\n", "HTTP 200, but the answer broke off in its middle"),
        (CHUNKED + b"9\r\nsuccess", "HTTP 200, but the answer broke off in its middle"),
        (CHUNKED + b"zz\r\nsuccess\r\n0\r\n\r\n", f"HTTP 200, but {IMPROPER}: `zz` (Invalid character in"),
        (b"HTTP/1.1 200 OK\r\nContent-Le", "the connection was closed before an answer came"),
        (b"", "the connection was closed before an answer came"),
        (b"SSH-2.0-OpenSSH_9.6\r\n", "the answer was not HTTP: `SSH-2.0-OpenSSH_9.6` is no status line"),
        (b"success", "the answer was not HTTP: `success` is no status line"),
        (b"it's\xff", "the answer was not HTTP: `it's\\xff` is no status line"),
        (b"HTTP/1.1 OK\r\n\r\nsuccess", "the answer was not HTTP: `HTTP/1.1 OK` is no status line"),
        (HEAD + b"Content-Length: -1\r\n\r\nsuccess", f"{IMPROPER}: `Content-Length: -1` (Invalid character in"),
        (HEAD + b"Content-Length: 7\r\n" * 2 + b"\r\nsuccess", f"{IMPROPER}: `Content-Length: 7` (Duplicate "),
        (HEAD + b"Server : z\r\n\r\nsuccess", f"{IMPROPER}: `Server : z` (Invalid header token)"),
        (HEAD + b"A: b\0c\r\n\r\nsuccess", f"{IMPROPER}: `b\\x00c` (Invalid HTTP header)"),
        (HEAD + b"A: " + b"x" * 20_000 + b"\r\n\r\n", "the headers of the answer were too large"),
        (HEAD + b"A: b\r\n" * 2_000 + b"\r\n", "the headers of the answer were too large"),
        (
            answer(b"\x8b\x03\x80success\x03", b"Content-Encoding: br"),
            "HTTP 200, but the answer was compressed as `br`",
        ),
        (
            answer(b"success", b"Content-Encoding: br"),
            "HTTP 200, but the answer said that it was compressed as `br`, but it was not",
        ),
        (
            answer(b"success", b"Content-Encoding: gzip"),
            "HTTP 200, but the answer said that it was compressed as `gzip`",
        ),
    ],
)
@pytest.mark.parametrize("abort", [False, True], ids=["closed", "reset"])
async def test_broken_response_is_a_failed_attempt(sent: bytes, reason: str, *, abort: bool) -> None:
    async with webhook_client(deadline=10) as herald:  # on a busy machine too, the response is what ends it
        outcome = await outcome_of(herald, once(sent, abort=abort))
    assert outcome.verdict is Verdict.BROKEN_ANSWER
    assert str(outcome.reason).startswith(reason)
    assert outcome.address is not None


@given(sent=st.binary(max_size=200) | st.binary(max_size=200).map(lambda tail: b"HTTP/1.1 200 OK\r\n" + tail))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_no_response_raises(herald: WebhookClient, sent: bytes) -> None:
    outcome = await outcome_of(herald, once(sent))
    assert outcome.verdict is not Verdict.OUR_FAULT


# --- kept connections


async def test_connections_are_kept_and_used_again(herald: WebhookClient) -> None:
    async with answering(SUCCESS) as server:
        for _ in range(5):
            assert (await post(herald, server.port)).delivered
    assert (server.accepted, len(server.asked)) == (1, 5)


async def test_two_names_do_not_share_a_connection(herald: WebhookClient) -> None:
    async with answering(SUCCESS) as server:
        for name in ("a.example", "b.example", "a.example"):
            await herald.post(f"http://{name}:{server.port}/", BODY, {})
    assert server.accepted == 2
    hosts = [asked.header("Host") for asked in server.asked]
    assert hosts == [f"{name}.example:{server.port}" for name in "aba"]


async def test_closed_kept_connection_is_replaced(herald: WebhookClient) -> None:
    closing = asyncio.Event()

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await once(SUCCESS)(reader, writer)
        if not closing.is_set():
            await reader.read(1)  # the second request is received here and answered by a reset
            closing.set()
            writer.transport.abort()

    async with talking(converse) as server:
        outcomes = [await post(herald, server.port) for _ in range(2)]
    assert [outcome.delivered for outcome in outcomes] == [True, True]
    assert server.accepted == 2


async def test_stale_request_is_sent_again_only_once(herald: WebhookClient) -> None:
    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if server.accepted == 1:
            await once(SUCCESS)(reader, writer)
        await reader.read(1)
        writer.transport.abort()

    async with talking(converse) as server:
        first, second = [await post(herald, server.port) for _ in range(2)]
    assert (first.verdict, second.verdict, server.accepted) == (Verdict.SUCCESS, Verdict.BROKEN_ANSWER, 2)


@pytest.mark.parametrize("abort", [False, True], ids=["closed", "reset"])
async def test_request_on_a_new_connection_is_not_repeated(herald: WebhookClient, *, abort: bool) -> None:
    async with talking(once(b"", abort=abort)) as server:
        outcome = await post(herald, server.port)
    assert (outcome.verdict, server.accepted) == (Verdict.BROKEN_ANSWER, 1)


async def test_all_stale_connections_are_skipped(herald: WebhookClient) -> None:
    five_at_once = asyncio.Barrier(5)

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await once(b"")(reader, writer)
        if server.accepted <= 5:
            await five_at_once.wait()
        writer.write(SUCCESS)
        await reader.read(1)
        writer.transport.abort()

    async with talking(converse) as server:
        await asyncio.gather(*(post(herald, server.port) for _ in range(5)))
        outcome = await post(herald, server.port)
    assert (outcome.delivered, server.accepted) == (True, 6)


async def test_begun_response_is_not_requested_again(herald: WebhookClient) -> None:
    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await once(SUCCESS)(reader, writer)
        await once(b"HTTP/1.1 200 OK\r\nContent-")(reader, writer)

    async with talking(converse) as server:
        first, second = [await post(herald, server.port) for _ in range(2)]
    assert (first.verdict, second.verdict, server.accepted) == (Verdict.SUCCESS, Verdict.BROKEN_ANSWER, 1)


async def test_unrequested_response_is_not_used(herald: WebhookClient) -> None:
    unasked = asyncio.Event()

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if server.accepted == 1:
            await once(SUCCESS)(reader, writer)
            await asyncio.sleep(0.05)
            writer.write(SUCCESS)
            await writer.drain()
            unasked.set()
        await once(answer(b"fail"))(reader, writer)

    async with talking(converse) as server:
        assert (await post(herald, server.port)).delivered
        await unasked.wait()
        await asyncio.sleep(0.05)
        assert (await post(herald, server.port)).excerpt == "fail"


async def test_fifty_simultaneous_posts_get_their_responses() -> None:
    async with webhook_client(deadline=5) as herald, answering(lambda asked: answer(asked.body)) as server:
        url = f"http://partner.example:{server.port}/"
        outcomes = await asyncio.gather(*(herald.post(url, str(number).encode(), {}) for number in range(50)))
        again = await asyncio.gather(*(herald.post(url, str(number).encode(), {}) for number in range(50)))
    assert [outcome.excerpt for outcome in (*outcomes, *again)] == [str(number) for number in range(50)] * 2
    assert server.accepted == 50


async def test_hanging_post_does_not_delay_others(herald: WebhookClient) -> None:
    async with talking(hang) as bad, answering(SUCCESS) as good:
        hanging = [asyncio.create_task(post(herald, bad.port)) for _ in range(20)]
        outcomes = await asyncio.gather(*(post(herald, good.port) for _ in range(20)))
        assert all(outcome.delivered for outcome in outcomes)
        assert not any(task.done() for task in hanging)
        for task in hanging:
            task.cancel()
        await asyncio.gather(*hanging, return_exceptions=True)
