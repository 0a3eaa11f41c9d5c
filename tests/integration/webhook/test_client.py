"""The webhook client over real sockets: the request that it sends, and the responses that it accepts."""

import asyncio
import gzip
import time
import zlib
from pathlib import Path

import pytest

from herald.domain.attempt import Verdict
from herald.webhook.client import WebhookClient
from herald.webhook.response import MAX_RESPONSE
from tests.support.http.misbehaving_servers import (
    SUCCESS,
    answering,
    hang,
    once,
    say_and_hang,
    talking,
)
from tests.support.http.webhook_client import (
    ANSWERED_WITHIN,
    BODY,
    CHUNKED,
    DEADLINE,
    FakeResolver,
    answer,
    outcome_of,
    post,
    webhook_client,
)

pytestmark = pytest.mark.asyncio


# --- what is sent, and what is written down about it


async def test_bytes_are_sent_unchanged(herald: WebhookClient) -> None:
    async with answering(SUCCESS) as server:
        await post(herald, server.port, "/a%2Fb%7e?x=%20+y&z")
    (asked,) = server.asked
    assert asked.body == BODY
    assert asked.line == "POST /a%2Fb%7e?x=%20+y&z HTTP/1.1"


async def test_unusual_path_and_query_are_sent_unchanged(herald: WebhookClient) -> None:
    target = "/a/../b/./c//d;x?y=[]{}|^`\"'<>&%zz=%e4+%20"
    async with answering(SUCCESS) as server:
        await post(herald, server.port, target)
    assert server.asked[0].line == f"POST {target} HTTP/1.1"


async def test_headers_are_complete(herald: WebhookClient) -> None:
    async with answering(SUCCESS) as server:
        await post(herald, server.port)
    (asked,) = server.asked
    assert asked.header("Content-Type") == "application/json"
    assert asked.header("User-Agent") == "Herald/test"
    assert asked.header("Accept-Encoding") == "identity"
    assert asked.header("Content-Length") == str(len(BODY))
    assert asked.header("Host") == f"partner.example:{server.port}"
    assert asked.header("webhook-id") == "1_a_b"
    assert {name.lower() for name, _ in asked.headers} == {
        *("host", "user-agent", "accept", "accept-encoding", "content-type", "content-length", "webhook-id")
    }


async def test_acknowledged_attempt_has_its_outcome(herald: WebhookClient) -> None:
    async with answering(SUCCESS) as server:
        before = time.time_ns() // 1_000_000
        outcome = await post(herald, server.port)
    assert outcome.delivered
    assert (outcome.status, outcome.excerpt, outcome.address) == (200, "success", f"127.0.0.1:{server.port}")
    assert before <= outcome.at <= before + ANSWERED_WITHIN * 1_000
    assert 0 <= outcome.duration_ms <= ANSWERED_WITHIN * 1_000


async def test_ipv6_address_is_in_brackets() -> None:
    async with webhook_client(FakeResolver("::1")) as herald, answering(SUCCESS, host="::1") as server:
        outcome = await post(herald, server.port)
    assert (outcome.verdict, outcome.address) == (Verdict.SUCCESS, f"[::1]:{server.port}")


# --- answers in every form


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(CHUNKED + b"3\r\nsuc\r\n4;x=y\r\ncess\r\n0\r\n\r\n", id="chunked"),
        pytest.param(CHUNKED + b"7\r\nsuccess\r\n0\r\nTrailer: x\r\n\r\n", id="chunked with a trailer"),
        pytest.param(b"HTTP/1.0 200 OK\r\n\r\nsuccess", id="HTTP 1.0 until the connection closes"),
        pytest.param(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n" + SUCCESS, id="after 1xx"),
        pytest.param(answer(gzip.compress(b"success"), b"Content-Encoding: gzip"), id="gzip unasked"),
        pytest.param(
            answer(gzip.compress(zlib.compress(b"success")), b"Content-Encoding: deflate", b"Content-Encoding: gzip"),
            id="codings in two headers",
        ),
        pytest.param(answer(b"success", b"Content-Encoding: none"), id="a coding that is none"),
        pytest.param(answer(b"success", b"Content-Encoding: UTF-8"), id="a charset for a coding"),
        pytest.param(answer(b"\xef\xbb\xbf success\r\n", status=b"201 Created"), id="201, mark, space, line end"),
        pytest.param(answer(b"success", b"Set-Cookie: a=b; \xff\x80"), id="a header that is not ASCII"),
    ],
)
async def test_every_valid_form_of_success_is_acknowledged(herald: WebhookClient, sent: bytes) -> None:
    assert (await outcome_of(herald, once(sent))).verdict is Verdict.SUCCESS


async def test_a_redirect_is_not_followed(herald: WebhookClient) -> None:
    moved = b"HTTP/1.1 302 Found\r\nLocation: /success\r\nContent-Length: 0\r\n\r\n"
    async with answering(lambda asked: SUCCESS if "/success" in asked.line else moved) as server:
        outcome = await post(herald, server.port)
    assert (outcome.verdict, outcome.status, len(server.asked)) == (Verdict.REDIRECT, 302, 1)
    assert str(outcome.reason).startswith("HTTP 302: it points to `/success`")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_redirect_target_gets_no_request(herald: WebhookClient, status: int) -> None:
    async with answering(SUCCESS) as aim:
        location = b"Location: http://127.0.0.1:%d/" % aim.port
        outcome = await outcome_of(herald, once(answer(b"", location, status=b"%d Moved" % status)))
    assert (outcome.verdict, outcome.status, aim.accepted) == (Verdict.REDIRECT, status, 0)


@pytest.mark.parametrize(
    ("head", "verdict"),
    [
        (b"HTTP/1.1 204 No Content\r\n\r\n", Verdict.NOT_SUCCESS),
        (b"HTTP/1.1 304 Not Modified\r\n\r\n", Verdict.REDIRECT),
        (b"HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n", Verdict.BAD_STATUS),
    ],
)
async def test_response_without_body_is_not_awaited(herald: WebhookClient, head: bytes, verdict: Verdict) -> None:
    outcome = await outcome_of(herald, say_and_hang(head))
    assert outcome.verdict is verdict
    assert outcome.duration_ms < ANSWERED_WITHIN * 1_000 / 2


async def test_early_response_is_read(herald: WebhookClient) -> None:
    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer(b"", status=b"413 Too Large"))
        await writer.drain()

    async with talking(converse) as server:
        outcome = await herald.post(f"http://partner.example:{server.port}/", bytes(MAX_RESPONSE), {})
    assert (outcome.verdict, outcome.status) == (Verdict.BAD_STATUS, 413)


async def test_cookies_are_not_kept(herald: WebhookClient) -> None:
    async with answering(answer(b"success", b"Set-Cookie: a=b; Path=/")) as server:
        await post(herald, server.port)
        await post(herald, server.port)
    assert not [name for asked in server.asked for name, _ in asked.headers if name.lower() == "cookie"]


async def test_a_proxy_of_the_environment_is_not_used(herald: WebhookClient, monkeypatch: pytest.MonkeyPatch) -> None:
    async with talking(hang) as proxy, answering(SUCCESS) as server:
        for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        assert (await post(herald, server.port)).delivered
    assert proxy.accepted == 0


async def test_a_password_of_the_environment_is_not_sent(
    herald: WebhookClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("default login a password b\n", encoding="ascii")
    monkeypatch.setenv("NETRC", str(netrc))
    async with answering(SUCCESS) as server:
        await post(herald, server.port)
    assert "authorization" not in {name.lower() for name, _ in server.asked[0].headers}


# --- Retry-After


@pytest.mark.parametrize("status", [b"503 Service Unavailable", b"429 Too Many Requests"])
async def test_retry_after_is_part_of_the_outcome_and_of_its_reason(herald: WebhookClient, status: bytes) -> None:
    outcome = await outcome_of(herald, once(answer(b"later", b"Retry-After: 120", status=status)))

    assert outcome.retry_after == outcome.ended_at + 120_000
    assert "it asks for no further attempt before" in str(outcome.reason)


async def test_retry_after_counts_also_where_the_body_does_not_end() -> None:
    head = b"HTTP/1.1 503 Busy\r\nContent-Length: 9\r\nRetry-After: 60\r\n\r\n"

    async with webhook_client(deadline=DEADLINE) as herald:
        outcome = await outcome_of(herald, say_and_hang(head))

    assert (outcome.verdict, outcome.retry_after) == (Verdict.TIMEOUT, outcome.ended_at + 60_000)


@pytest.mark.parametrize("value", [b"soon", b"-1", b"99999999999999999999999 s", b"\xff\xfe"])
async def test_a_hostile_retry_after_changes_nothing(herald: WebhookClient, value: bytes) -> None:
    outcome = await outcome_of(herald, once(answer(b"", b"Retry-After: " + value, status=b"503 Busy")))

    assert (outcome.verdict, outcome.retry_after) == (Verdict.BAD_STATUS, None)


async def test_retry_after_with_another_status_is_not_read(herald: WebhookClient) -> None:
    outcome = await outcome_of(herald, once(answer(b"no", b"Retry-After: 120", status=b"500 Oops")))

    assert outcome.retry_after is None
