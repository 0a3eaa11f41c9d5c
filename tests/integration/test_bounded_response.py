"""How the bytes of an answer are read: whatever their cuts, and whatever comes instead of an answer."""

import asyncio
import time
import tracemalloc
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from herald.answer import MAX_ANSWER
from herald.attempt import Outcome, Verdict
from herald.bounded_response import BUDGET
from herald.postman import Postman
from tests.integration.bad_servers import (
    SUCCESS,
    Conversation,
    Server,
    answering,
    flood,
    once,
    read_request,
    talking,
)
from tests.integration.test_postman import postman

pytestmark = pytest.mark.asyncio

OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
LENGTH = OK + b"Content-Length: 7\r\n\r\n"
TRAILING = b"!"
NEXT = b"HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n"
# Each with the verdict and status that it has however TCP cuts it.
ANSWERS = {
    "a length and more": (LENGTH + b"success!", Verdict.SUCCESS, 200),
    "a length of characters": (OK + b"Content-Length: 2\r\n\r\n" + "成功".encode(), Verdict.NOT_SUCCESS, 200),
    "a length and another answer": (SUCCESS + NEXT, Verdict.SUCCESS, 200),
    "a length and an empty line": (SUCCESS + b"\r\n", Verdict.SUCCESS, 200),
    "a length of nothing and more": (OK + b"Content-Length: 0\r\n\r\nsuccess", Verdict.NOT_SUCCESS, 200),
    "a length, lines that end in LF": (b"HTTP/1.1 200 OK\nContent-Length: 7\n\nsuccess!", Verdict.SUCCESS, 200),
    "two lengths": (OK + b"Content-Length: 7\r\nContent-Length: 99\r\n\r\nsuccess!", Verdict.BROKEN_ANSWER, None),
    "a length and chunks": (
        OK + b"Transfer-Encoding: chunked\r\nContent-Length: 99\r\n\r\n7\r\nsuccess\r\n0\r\n\r\n!",
        Verdict.BROKEN_ANSWER,
        None,
    ),
    "a length of nothing behind a head in LF": (
        b"HTTP/1.1 200 OK\nContent-Length: 0\n\nx\r\nContent-Length: 99\r\n\r\nsuccess",
        Verdict.NOT_SUCCESS,
        200,
    ),
    "chunks and more": (CHUNKED + b"7\r\nsuccess\r\n0\r\n\r\nsuccess", Verdict.SUCCESS, 200),
    "many chunks and an answer": (CHUNKED + b"4;a=b\r\nsucc\r\n3\r\ness\r\n0\r\n\r\n" + NEXT, Verdict.SUCCESS, 200),
    "chunks with line ends": (CHUNKED + b"b\r\n\r\n\r\nsuccess\r\n0\r\n\r\n!", Verdict.SUCCESS, 200),
    "a trailer and more": (CHUNKED + b"7\r\nsuccess\r\n0\r\nA: b\r\n\r\n!", Verdict.SUCCESS, 200),
    "204 and more": (b"HTTP/1.1 204 No Content\r\n\r\nsuccess", Verdict.NOT_SUCCESS, 204),
    "304 with a length and more": (b"HTTP/1.1 304 X\r\nContent-Length: 7\r\n\r\nsuccess", Verdict.REDIRECT, 304),
    "500 and more": (b"HTTP/1.1 500 Oops\r\nContent-Length: 4\r\n\r\noops<html>", Verdict.BAD_STATUS, 500),
    "interim answers before": (
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 X\r\nA: b\r\n\r\n" + SUCCESS + TRAILING,
        Verdict.SUCCESS,
        200,
    ),
    "empty lines before": (b"\r\n\r\n" + SUCCESS + TRAILING, Verdict.SUCCESS, 200),
    "to the end": (OK + b"Connection: close\r\n\r\nsuccess", Verdict.SUCCESS, 200),
    "HTTP/1.0 to the end": (b"HTTP/1.0 200 OK\r\n\r\nsuccess\n", Verdict.SUCCESS, 200),
    "HTTP/1.0 with a length": (b"HTTP/1.0 200 OK\r\nContent-Length: 7\r\n\r\nsuccess!", Verdict.SUCCESS, 200),
    "a broken chunk": (CHUNKED + b"zz\r\nsuccess\r\n0\r\n\r\n", Verdict.BROKEN_ANSWER, 200),
    "no status line": (b"success\r\n\r\n", Verdict.BROKEN_ANSWER, None),
}


@pytest_asyncio.fixture
async def herald() -> AsyncIterator[Postman]:
    async with postman(deadline=3) as made:
        yield made


async def post(herald: Postman, server: Server) -> Outcome:
    return await herald.post(f"http://partner.example:{server.port}/notify", b"{}", {"webhook-id": "1_a_b"})


def cut_at(answer: bytes, *places: int) -> Conversation:
    """Sends the answer in pieces, each of which the client reads by itself."""

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        for start, end in zip((0, *places), (*places, len(answer)), strict=True):
            writer.write(answer[start:end])
            await writer.drain()
            for _ in range(3):  # turns of the loop that client and server share: the client reads before the next piece
                await asyncio.sleep(0)

    return converse


@pytest.mark.parametrize(("answer", "verdict", "status"), ANSWERS.values(), ids=ANSWERS)
async def test_the_same_bytes_have_one_verdict_at_every_cut(
    herald: Postman, answer: bytes, verdict: Verdict, status: int | None
) -> None:
    for place in range(len(answer)):
        async with talking(cut_at(answer, *([place] if place else []))) as server:
            outcome = await post(herald, server)
        assert (outcome.verdict, outcome.status) == (verdict, status), (place, outcome.reason)


@pytest.mark.parametrize(("answer", "verdict", "status"), ANSWERS.values(), ids=ANSWERS)
async def test_the_same_bytes_have_one_verdict_byte_by_byte(
    herald: Postman, answer: bytes, verdict: Verdict, status: int | None
) -> None:
    async with talking(cut_at(answer, *range(1, len(answer)))) as server:
        outcome = await post(herald, server)
    assert (outcome.verdict, outcome.status) == (verdict, status), outcome.reason


async def test_a_connection_with_bytes_behind_its_answer_is_not_used_again(herald: Postman) -> None:
    async with answering(SUCCESS + TRAILING) as server:
        assert [(await post(herald, server)).verdict for _ in range(3)] == [Verdict.SUCCESS] * 3
        assert server.accepted == 3


async def test_a_body_larger_than_the_bound_is_too_large_in_one_piece_too(herald: Postman) -> None:
    for size in (MAX_ANSWER + 1, BUDGET, BUDGET + 1, 2 * BUDGET):
        async with talking(once(OK + f"Content-Length: {size}\r\n\r\n".encode() + b"x" * size)) as server:
            assert (await post(herald, server)).verdict is Verdict.TOO_LARGE


FLOODS = {
    "100 without end": (b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 2_000, "interim answers (HTTP 1xx)"),
    "103 without end": (b"", b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 2_000, "interim answers (HTTP 1xx)"),
    "100 in LF lines": (b"", b"HTTP/1.1 100\n\n" * 2_000, "interim answers (HTTP 1xx)"),
    "empty lines": (b"", b"\r\n" * 30_000, "256 KiB and no complete head"),
    "line feeds": (b"", b"\n" * 60_000, "256 KiB and no complete head"),
    "a chunk extension": (CHUNKED + b"1;", b"x" * 65_536, "256 KiB, nearly all of it chunk sizes"),
    "zeros before a chunk's size": (CHUNKED, b"0" * 65_536, "256 KiB, nearly all of it chunk sizes"),
    "chunks with long extensions": (CHUNKED, (b"1;" + b"x" * 4_000 + b"\r\na\r\n") * 16, "256 KiB, nearly all of it"),
}


@pytest.mark.parametrize(("first", "then", "said"), FLOODS.values(), ids=FLOODS)
async def test_a_flood_that_is_no_body_ends_at_the_budget(
    herald: Postman, first: bytes, then: bytes, said: str
) -> None:
    tracemalloc.start()
    began = time.process_time()
    async with talking(flood(first, then, 4_000)) as server:
        outcome = await post(herald, server)
        await asyncio.wait_for(server.left.wait(), 5)
    spent, (_, peak) = time.process_time() - began, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert outcome.verdict is Verdict.BROKEN_ANSWER
    assert said in outcome.reason
    assert outcome.duration_ms < 1_500  # of 3,000; 10 to 60 on a quiet machine, and tracemalloc is slow
    assert spent < 1.5
    assert peak < 16 * 1024 * 1024


@pytest.mark.parametrize(
    "piece",
    [
        pytest.param(SUCCESS * 6_000, id="answers"),
        pytest.param(NEXT * 6_000, id="answers without a body"),
        pytest.param(CHUNKED + b"1\r\nx\r\n" * 40_000, id="chunks of one byte"),
        pytest.param(CHUNKED + b"2\r\n\n\n\r\n" * 30_000, id="chunks of line ends"),
        pytest.param(b"\r\n" * 120_000 + SUCCESS, id="empty lines"),
    ],
)
async def test_many_small_things_in_one_piece_do_not_stall_the_loop(herald: Postman, piece: bytes) -> None:
    longest, stop = 0.0, asyncio.Event()

    async def watch() -> None:
        nonlocal longest
        while not stop.is_set():
            began = time.process_time()
            await asyncio.sleep(0)
            longest = max(longest, time.process_time() - began)

    async with talking(once(piece)) as server:
        watching = asyncio.create_task(watch())
        await post(herald, server)
        stop.set()
        await watching
    assert longest < 0.6  # of the processor: 0.02 to 0.2 on a quiet machine, where a look at each answer takes a second


async def test_a_flood_does_not_delay_an_honest_partner_of_the_same_batch(herald: Postman) -> None:
    async with (
        talking(flood(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n" * 2_000, 4_000)) as bad,
        answering(SUCCESS) as good,
    ):
        *_, honest = await asyncio.gather(*(post(herald, bad) for _ in range(9)), post(herald, good))
    assert honest.verdict is Verdict.SUCCESS
    assert honest.duration_ms < 1_000


async def test_a_kept_connection_that_is_flooded_is_not_taken_for_a_stale_one(herald: Postman) -> None:
    answers = iter([SUCCESS, b"HTTP/1.1 100 Continue\r\n\r\n" * 1_000, SUCCESS])
    async with answering(lambda _: next(answers)) as server:
        assert (await post(herald, server)).verdict is Verdict.SUCCESS
        assert (await post(herald, server)).verdict is Verdict.BROKEN_ANSWER
        assert len(server.asked) == 2
