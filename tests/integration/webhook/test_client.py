"""The postman against servers that do as they should, and as they should not, over real sockets."""

import asyncio
import gzip
import socket
import time
import tracemalloc
import zlib
from collections.abc import AsyncIterator
from ipaddress import ip_address
from pathlib import Path
from typing import override

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from herald.domain.attempt import Outcome, Verdict
from herald.endpoint.endpoint_policy import IPAddress
from herald.endpoint.resolver import NotResolved
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
    swallowing,
    talking,
)

pytestmark = pytest.mark.asyncio

DEADLINE = 0.5
SLACK = 1.0  # what a busy machine may add
BODY = '{"code":10000, "describe":"執行成功","a":1.0}'.encode()
HEAD = b"HTTP/1.1 200 OK\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
IMPROPER = "the answer was not proper HTTP"


class Book:
    """An address book that says what a test wants, and counts how often it is asked."""

    def __init__(self, *answers: str | list[str]) -> None:
        self.answers = [[answer] if isinstance(answer, str) else answer for answer in answers]
        self.asked: list[str] = []

    async def addresses(self, host: str) -> tuple[IPAddress, ...]:
        self.asked.append(host)
        return tuple(map(ip_address, self.answers[min(len(self.asked), len(self.answers)) - 1]))


def webhook_client(
    book: Book | None = None, *, allow_private: bool = True, deadline: float = DEADLINE
) -> WebhookClient:
    return WebhookClient(
        deadline_seconds=deadline,
        user_agent="Herald/test",
        allow_private=allow_private,
        resolver=book or Book("127.0.0.1"),
    )


@pytest_asyncio.fixture
async def herald() -> AsyncIterator[WebhookClient]:
    async with webhook_client() as made:
        yield made


async def post(herald: WebhookClient, port: int, path: str = "/notify") -> Outcome:
    return await herald.post(f"http://partner.example:{port}{path}", BODY, {"webhook-id": "1_a_b"})


async def outcome_of(herald: WebhookClient, conversation: Conversation) -> Outcome:
    async with talking(conversation) as server:
        return await post(herald, server.port)


def answer(body: bytes, *headers: bytes, status: bytes = b"200 OK") -> bytes:
    lines = [b"HTTP/1.1 " + status, b"Content-Length: %d" % len(body), *headers]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


# --- what is sent, and what is written down about it


async def test_the_bytes_go_out_exactly_as_they_are(herald: WebhookClient) -> None:
    async with answering(SUCCESS) as server:
        await post(herald, server.port, "/a%2Fb%7e?x=%20+y&z")
    (asked,) = server.asked
    assert asked.body == BODY
    assert asked.line == "POST /a%2Fb%7e?x=%20+y&z HTTP/1.1"


async def test_path_and_query_are_those_of_the_url_however_odd(herald: WebhookClient) -> None:
    target = "/a/../b/./c//d;x?y=[]{}|^`\"'<>&%zz=%e4+%20"
    async with answering(SUCCESS) as server:
        await post(herald, server.port, target)
    assert server.asked[0].line == f"POST {target} HTTP/1.1"


async def test_the_headers_say_who_asks_and_for_what(herald: WebhookClient) -> None:
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


async def test_an_acknowledged_attempt_is_written_down(herald: WebhookClient) -> None:
    async with answering(SUCCESS) as server:
        before = time.time_ns() // 1_000_000
        outcome = await post(herald, server.port)
    assert outcome.delivered
    assert (outcome.status, outcome.excerpt, outcome.address) == (200, "success", f"127.0.0.1:{server.port}")
    assert before <= outcome.at <= before + 1_000
    assert 0 <= outcome.duration_ms <= DEADLINE * 1_000


async def test_ipv6_works_and_is_written_in_brackets() -> None:
    async with webhook_client(Book("::1")) as herald, answering(SUCCESS, host="::1") as server:
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
async def test_every_proper_form_of_the_answer_is_an_acknowledgement(herald: WebhookClient, sent: bytes) -> None:
    assert (await outcome_of(herald, once(sent))).verdict is Verdict.SUCCESS


async def test_a_redirect_is_not_followed(herald: WebhookClient) -> None:
    moved = b"HTTP/1.1 302 Found\r\nLocation: /success\r\nContent-Length: 0\r\n\r\n"
    async with answering(lambda asked: SUCCESS if "/success" in asked.line else moved) as server:
        outcome = await post(herald, server.port)
    assert (outcome.verdict, outcome.status, len(server.asked)) == (Verdict.REDIRECT, 302, 1)
    assert outcome.reason.startswith("HTTP 302: it points to `/success`")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_where_a_redirect_points_nobody_hears_of_it(herald: WebhookClient, status: int) -> None:
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
async def test_an_answer_that_cannot_have_a_body_is_not_waited_for(
    herald: WebhookClient, head: bytes, verdict: Verdict
) -> None:
    outcome = await outcome_of(herald, say_and_hang(head))
    assert outcome.verdict is verdict
    assert outcome.duration_ms < DEADLINE * 1_000 / 2


async def test_an_answer_is_heard_before_the_whole_letter_is_read(herald: WebhookClient) -> None:
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
async def test_the_deadline_holds_whatever_is_dragged_out(
    herald: WebhookClient, conversation: Conversation, reason: str, status: int | None
) -> None:
    began = time.monotonic()
    outcome = await outcome_of(herald, conversation)
    took = time.monotonic() - began
    assert (outcome.verdict, outcome.reason, outcome.status) == (Verdict.TIMEOUT, reason, status)
    assert DEADLINE * 1_000 - 10 <= outcome.duration_ms <= (DEADLINE + SLACK) * 1_000
    assert DEADLINE - 0.01 <= took <= DEADLINE + SLACK


async def test_what_came_before_the_deadline_is_kept_as_the_excerpt(herald: WebhookClient) -> None:
    outcome = await outcome_of(herald, say_and_hang(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nsucc"))
    assert outcome.excerpt == "succ"


async def test_a_connection_that_is_never_accepted_is_out_of_time_too(herald: WebhookClient) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:  # the kernel shakes hands, nobody takes the connection
        outcome = await post(herald, listening.getsockname()[1])
    assert (outcome.verdict, outcome.reason) == (Verdict.TIMEOUT, "no answer within 0.5 s")


async def test_a_look_up_that_hangs_is_out_of_time() -> None:
    class Hanging(Book):
        @override
        async def addresses(self, host: str) -> tuple[IPAddress, ...]:
            self.asked.append(host)
            await asyncio.Event().wait()
            return ()

    async with webhook_client(Hanging()) as herald:
        outcome = await post(herald, 1)
    assert (outcome.verdict, outcome.address) == (Verdict.TIMEOUT, None)
    assert outcome.reason == "no answer within 0.5 s: the name could not be looked up in that time"
    assert outcome.duration_ms <= (DEADLINE + SLACK) * 1_000


async def test_the_connection_is_dropped_when_its_time_is_over(herald: WebhookClient) -> None:
    async with talking(hang) as server:
        await post(herald, server.port)
        async with asyncio.timeout(1):
            await server.left.wait()


async def test_one_that_is_cancelled_lets_go_of_its_connection(herald: WebhookClient) -> None:
    async with talking(hang) as server:
        task = asyncio.create_task(post(herald, server.port))
        await server.came.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        async with asyncio.timeout(1):
            await server.left.wait()
    async with answering(SUCCESS) as server:
        assert (await post(herald, server.port)).delivered


async def test_the_deadline_holds_for_fifty_at_once(herald: WebhookClient) -> None:
    async with talking(drip(CHUNKED, b"1\r\n \r\n")) as server:
        began = time.monotonic()
        outcomes = await asyncio.gather(*(post(herald, server.port) for _ in range(50)))
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
async def test_a_hundred_megabytes_are_cut_off_at_once(herald: WebhookClient, conversation: Conversation) -> None:
    async with talking(conversation) as server:
        tracemalloc.start()
        outcome = await post(herald, server.port)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        async with asyncio.timeout(1):
            await server.left.wait()  # it could not get rid of its hundred
    assert outcome.verdict is Verdict.TOO_LARGE
    assert peak < 1_000_000  # of both ends
    assert outcome.reason.startswith("HTTP 200, but the answer was larger than 64 KiB")
    assert outcome.excerpt == "x" * 512


async def test_64_kib_are_read_and_one_byte_more_is_too_large(herald: WebhookClient) -> None:
    whole = b"success".ljust(MAX_RESPONSE)
    assert (await outcome_of(herald, once(answer(whole)))).verdict is Verdict.SUCCESS
    assert (await outcome_of(herald, once(answer(whole + b" ")))).verdict is Verdict.TOO_LARGE


async def test_a_compressed_bomb_costs_nothing(herald: WebhookClient) -> None:
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
async def test_what_is_not_the_body_cannot_fill_the_memory_either(conversation: Conversation) -> None:
    tracemalloc.start()  # makes all of it slower, so there is more time than usual
    async with webhook_client(deadline=3) as herald:
        outcome = await outcome_of(herald, conversation)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert outcome.verdict is Verdict.BROKEN_ANSWER
    assert outcome.duration_ms <= (DEADLINE + SLACK) * 1_000
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
async def test_headers_may_be_as_large_as_the_partner_guide_says(
    herald: WebhookClient, lines: list[bytes], *, fits: bool
) -> None:
    outcome = await outcome_of(herald, once(answer(b"success", *lines)))
    assert outcome.delivered == fits
    if not fits:
        assert outcome.reason == (
            "the headers of the answer were too large: a line may have 8,190 bytes, and there may be 128 lines"
        )


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
async def test_a_broken_answer_is_a_failed_attempt(
    herald: WebhookClient, sent: bytes, reason: str, *, abort: bool
) -> None:
    outcome = await outcome_of(herald, once(sent, abort=abort))
    assert outcome.verdict is Verdict.BROKEN_ANSWER
    assert outcome.reason.startswith(reason)
    assert outcome.address is not None


@given(sent=st.binary(max_size=200) | st.binary(max_size=200).map(lambda tail: b"HTTP/1.1 200 OK\r\n" + tail))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_no_answer_of_any_bytes_raises(herald: WebhookClient, sent: bytes) -> None:
    outcome = await outcome_of(herald, once(sent))
    assert outcome.verdict is not Verdict.OUR_FAULT


# --- addresses


async def test_a_refused_connection_is_not_connected(herald: WebhookClient) -> None:
    async with talking(hang) as server:
        port = server.port
    outcome = await post(herald, port)
    assert (outcome.verdict, outcome.address, outcome.status) == (Verdict.NOT_CONNECTED, None, None)
    assert outcome.reason.startswith(f"127.0.0.1:{port} refuses connections")


async def test_a_name_without_address_is_not_resolved() -> None:
    class Unknown(Book):
        @override
        async def addresses(self, host: str) -> tuple[IPAddress, ...]:
            raise NotResolved(f"the name {host} has no address")

    async with webhook_client(Unknown()) as herald:
        outcome = await post(herald, 443)
    assert (outcome.verdict, outcome.reason) == (Verdict.NOT_RESOLVED, "the name partner.example has no address")


@pytest.mark.parametrize(
    "addresses", [["127.0.0.1"], ["8.8.8.8", "127.0.0.1"], ["::ffff:127.0.0.1"], ["64:ff9b::7f00:1"]]
)
async def test_a_forbidden_address_never_gets_a_packet(addresses: list[str]) -> None:
    async with webhook_client(Book(addresses), allow_private=False) as herald, talking(hang) as server:
        outcome = await herald.post(f"https://partner.example:{server.port}/", BODY, {})
    assert (outcome.verdict, outcome.address, server.accepted) == (Verdict.FORBIDDEN_ADDRESS, None, 0)
    assert outcome.reason.startswith("the name partner.example leads where Herald does not connect: ")
    assert outcome.reason.endswith(" is not a public one, but a loopback one")


@pytest.mark.parametrize("url", ["", "http://partner.example/", "https://127.0.0.1/", "https://u:p@partner.example/"])
async def test_a_url_that_may_not_be_used_is_not_even_looked_up(url: str) -> None:
    book = Book("8.8.8.8")
    async with webhook_client(book, allow_private=False) as herald:
        outcome = await herald.post(url, BODY, {})
    assert (outcome.verdict, book.asked) == (Verdict.FORBIDDEN_ADDRESS, [])


async def test_the_connection_goes_to_the_address_that_was_vetted() -> None:
    book = Book("127.0.0.1", "127.0.0.2")  # whoever asked a second time would be led astray
    async with (
        webhook_client(book) as herald,
        answering(SUCCESS) as right,
        talking(hang, None, "127.0.0.2", right.port) as wrong,
    ):
        assert (await post(herald, right.port)).delivered
    assert (book.asked, right.accepted, wrong.accepted) == (["partner.example"], 1, 0)


async def test_a_kept_connection_is_not_used_for_an_address_that_is_no_longer_the_names() -> None:
    async with (
        webhook_client(Book("127.0.0.1", "127.0.0.2", "127.0.0.1")) as herald,
        answering(SUCCESS) as old,
        answering(SUCCESS, None, "127.0.0.2", old.port) as new,
    ):
        outcomes = [await post(herald, old.port) for _ in range(3)]
    assert [outcome.address for outcome in outcomes] == [f"127.0.0.{last}:{old.port}" for last in (1, 2, 1)]
    assert (old.accepted, len(old.asked), new.accepted) == (1, 2, 1)


async def test_the_next_address_is_tried_when_one_refuses() -> None:
    async with webhook_client(Book(["127.0.0.2", "127.0.0.1"])) as herald, answering(SUCCESS) as server:
        outcome = await post(herald, server.port)
    assert (outcome.verdict, outcome.address) == (Verdict.SUCCESS, f"127.0.0.1:{server.port}")


async def test_an_address_that_swallows_everything_leaves_time_for_the_next() -> None:
    async with webhook_client(Book(["127.0.0.2", "127.0.0.1"])) as herald, answering(SUCCESS) as server:
        with swallowing("127.0.0.2", server.port):
            outcome = await post(herald, server.port)
    assert (outcome.verdict, outcome.address) == (Verdict.SUCCESS, f"127.0.0.1:{server.port}")


async def test_an_answer_of_one_address_is_not_asked_for_again_at_the_next() -> None:
    async with (
        webhook_client(Book(["127.0.0.1", "127.0.0.2"])) as herald,
        talking(once(b"")) as first,
        answering(SUCCESS, None, "127.0.0.2", first.port) as second,
    ):
        outcome = await post(herald, first.port)
    assert (outcome.verdict, second.accepted) == (Verdict.BROKEN_ANSWER, 0)


# --- kept connections


async def test_connections_are_kept_and_used_again(herald: WebhookClient) -> None:
    async with answering(SUCCESS) as server:
        for _ in range(5):
            assert (await post(herald, server.port)).delivered
    assert (server.accepted, len(server.asked)) == (1, 5)


async def test_two_names_at_one_address_never_share_a_connection(herald: WebhookClient) -> None:
    async with answering(SUCCESS) as server:
        for name in ("a.example", "b.example", "a.example"):
            await herald.post(f"http://{name}:{server.port}/", BODY, {})
    assert server.accepted == 2
    hosts = [asked.header("Host") for asked in server.asked]
    assert hosts == [f"{name}.example:{server.port}" for name in "aba"]


async def test_a_kept_connection_that_the_server_closed_meanwhile_costs_nothing(herald: WebhookClient) -> None:
    closing = asyncio.Event()

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await once(SUCCESS)(reader, writer)
        if not closing.is_set():
            await reader.read(1)  # the second request arrives here, and is answered by a reset
            closing.set()
            writer.transport.abort()

    async with talking(converse) as server:
        outcomes = [await post(herald, server.port) for _ in range(2)]
    assert [outcome.delivered for outcome in outcomes] == [True, True]
    assert server.accepted == 2


async def test_a_stale_letter_goes_out_again_only_once(herald: WebhookClient) -> None:
    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if server.accepted == 1:
            await once(SUCCESS)(reader, writer)
        await reader.read(1)
        writer.transport.abort()

    async with talking(converse) as server:
        first, second = [await post(herald, server.port) for _ in range(2)]
    assert (first.verdict, second.verdict, server.accepted) == (Verdict.SUCCESS, Verdict.BROKEN_ANSWER, 2)


@pytest.mark.parametrize("abort", [False, True], ids=["closed", "reset"])
async def test_a_letter_that_a_fresh_connection_swallowed_does_not_go_out_again(
    herald: WebhookClient, *, abort: bool
) -> None:
    async with talking(once(b"", abort=abort)) as server:
        outcome = await post(herald, server.port)
    assert (outcome.verdict, server.accepted) == (Verdict.BROKEN_ANSWER, 1)


async def test_all_stale_connections_are_passed_over(herald: WebhookClient) -> None:
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


async def test_an_answer_that_began_is_not_asked_for_again(herald: WebhookClient) -> None:
    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await once(SUCCESS)(reader, writer)
        await once(b"HTTP/1.1 200 OK\r\nContent-")(reader, writer)

    async with talking(converse) as server:
        first, second = [await post(herald, server.port) for _ in range(2)]
    assert (first.verdict, second.verdict, server.accepted) == (Verdict.SUCCESS, Verdict.BROKEN_ANSWER, 1)


async def test_an_answer_that_nobody_asked_for_is_not_taken_for_the_next_one(herald: WebhookClient) -> None:
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


async def test_fifty_at_once_get_each_their_own_answer() -> None:
    async with webhook_client(deadline=5) as herald, answering(lambda asked: answer(asked.body)) as server:
        url = f"http://partner.example:{server.port}/"
        outcomes = await asyncio.gather(*(herald.post(url, str(number).encode(), {}) for number in range(50)))
        again = await asyncio.gather(*(herald.post(url, str(number).encode(), {}) for number in range(50)))
    assert [outcome.excerpt for outcome in (*outcomes, *again)] == [str(number) for number in range(50)] * 2
    assert server.accepted == 50


async def test_one_that_hangs_does_not_hold_up_the_others(herald: WebhookClient) -> None:
    async with talking(hang) as bad, answering(SUCCESS) as good:
        hanging = [asyncio.create_task(post(herald, bad.port)) for _ in range(20)]
        outcomes = await asyncio.gather(*(post(herald, good.port) for _ in range(20)))
        assert all(outcome.delivered for outcome in outcomes)
        assert {outcome.verdict for outcome in await asyncio.gather(*hanging)} == {Verdict.TIMEOUT}
