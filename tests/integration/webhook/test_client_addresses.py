"""The address to which the webhook client connects."""

from typing import override

import pytest

from herald.domain.attempt import Verdict
from herald.endpoint.resolver import NotResolved
from herald.endpoint.special_addresses import IPAddress
from herald.languages.reason import Reason
from herald.webhook.client import WebhookClient
from tests.support.http.misbehaving_servers import (
    SUCCESS,
    answering,
    hang,
    once,
    swallowing,
    talking,
)
from tests.support.http.webhook_client import BODY, FakeResolver, post, webhook_client

pytestmark = pytest.mark.asyncio


# --- addresses


async def test_a_refused_connection_is_not_connected(herald: WebhookClient) -> None:
    async with talking(hang) as server:
        port = server.port
    outcome = await post(herald, port)
    assert (outcome.verdict, outcome.address, outcome.status) == (Verdict.NOT_CONNECTED, None, None)
    assert str(outcome.reason).startswith(f"127.0.0.1:{port} refuses connections")


async def test_a_name_without_address_is_not_resolved() -> None:
    class Unknown(FakeResolver):
        @override
        async def addresses(self, host: str) -> tuple[IPAddress, ...]:
            raise NotResolved(Reason("not_resolved.no_address", {"host": host}))

    async with webhook_client(Unknown()) as herald:
        outcome = await post(herald, 443)
    assert (outcome.verdict, outcome.reason.code) == (Verdict.NOT_RESOLVED, "not_resolved.no_address")


@pytest.mark.parametrize(
    "addresses", [["127.0.0.1"], ["8.8.8.8", "127.0.0.1"], ["::ffff:127.0.0.1"], ["64:ff9b::7f00:1"]]
)
async def test_forbidden_address_gets_no_packet(addresses: list[str]) -> None:
    async with webhook_client(FakeResolver(addresses), allow_private=False) as herald, talking(hang) as server:
        outcome = await herald.post(f"https://partner.example:{server.port}/", BODY, {})
    assert (outcome.verdict, outcome.address, server.accepted) == (Verdict.FORBIDDEN_ADDRESS, None, 0)
    assert str(outcome.reason).startswith("the name partner.example leads where Herald does not connect: ")
    assert str(outcome.reason).endswith(" is not a public one, but a loopback one")


@pytest.mark.parametrize("url", ["", "http://partner.example/", "https://127.0.0.1/", "https://u:p@partner.example/"])
async def test_refused_url_is_not_resolved(url: str) -> None:
    book = FakeResolver("8.8.8.8")
    async with webhook_client(book, allow_private=False) as herald:
        outcome = await herald.post(url, BODY, {})
    assert (outcome.verdict, book.asked) == (Verdict.FORBIDDEN_ADDRESS, [])


async def test_connection_goes_to_the_checked_address() -> None:
    book = FakeResolver("127.0.0.1", "127.0.0.2")  # a second resolution would return a wrong address
    async with (
        webhook_client(book) as herald,
        answering(SUCCESS) as right,
        talking(hang, None, "127.0.0.2", right.port) as wrong,
    ):
        assert (await post(herald, right.port)).delivered
    assert (book.asked, right.accepted, wrong.accepted) == (["partner.example"], 1, 0)


async def test_kept_connection_needs_the_same_address() -> None:
    async with (
        webhook_client(FakeResolver("127.0.0.1", "127.0.0.2", "127.0.0.1")) as herald,
        answering(SUCCESS) as old,
        answering(SUCCESS, None, "127.0.0.2", old.port) as new,
    ):
        outcomes = [await post(herald, old.port) for _ in range(3)]
    assert [outcome.address for outcome in outcomes] == [f"127.0.0.{last}:{old.port}" for last in (1, 2, 1)]
    assert (old.accepted, len(old.asked), new.accepted) == (1, 2, 1)


async def test_the_next_address_is_tried_when_one_refuses() -> None:
    async with webhook_client(FakeResolver(["127.0.0.2", "127.0.0.1"])) as herald, answering(SUCCESS) as server:
        outcome = await post(herald, server.port)
    assert (outcome.verdict, outcome.address) == (Verdict.SUCCESS, f"127.0.0.1:{server.port}")


async def test_silent_address_leaves_time_for_the_next() -> None:
    resolver = FakeResolver(["127.0.0.2", "127.0.0.1"])
    async with webhook_client(resolver, deadline=2) as herald, answering(SUCCESS) as server:
        with swallowing("127.0.0.2", server.port):
            outcome = await post(herald, server.port)
    assert (outcome.verdict, outcome.address) == (Verdict.SUCCESS, f"127.0.0.1:{server.port}")


async def test_answered_request_is_not_sent_to_the_next() -> None:
    async with (
        webhook_client(FakeResolver(["127.0.0.1", "127.0.0.2"])) as herald,
        talking(once(b"")) as first,
        answering(SUCCESS, None, "127.0.0.2", first.port) as second,
    ):
        outcome = await post(herald, first.port)
    assert (outcome.verdict, second.accepted) == (Verdict.BROKEN_ANSWER, 0)
