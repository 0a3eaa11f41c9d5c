"""The webhook client and internal addresses: delivered to in the ranges, vetted at each attempt."""

from ipaddress import IPv4Network

import pytest

from herald.domain.attempt import Outcome, Verdict
from herald.endpoint.internal_ranges import NO_RANGES, InternalRanges
from herald.webhook.client import WebhookClient
from tests.support.http.misbehaving_servers import SUCCESS, answering, hang, once, talking
from tests.support.http.webhook_client import ANSWERED_WITHIN, BODY, FakeResolver

pytestmark = pytest.mark.asyncio

# The only addresses of this machine. The parameter cannot have them, so the range does not come from it.
LOOPBACK = InternalRanges((IPv4Network("127.0.0.0/24"),))
REDIRECT = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/\r\nContent-Length: 7\r\n\r\nsuccess"


def client(*answers: str | list[str], ranges: InternalRanges = LOOPBACK) -> WebhookClient:
    return WebhookClient(
        deadline_seconds=ANSWERED_WITHIN,
        user_agent="Herald/test",
        internal_ranges=ranges,
        resolver=FakeResolver(*answers),
    )


async def post(herald: WebhookClient, port: int, *, internal: bool = True, scheme: str = "http") -> Outcome:
    return await herald.post(f"{scheme}://shop.internal:{port}/notify", BODY, {}, internal=internal)


async def test_an_internal_address_is_delivered_to_by_http() -> None:
    async with client("127.0.0.1") as herald, answering(SUCCESS) as server:
        outcome = await post(herald, server.port)
    assert (outcome.verdict, outcome.address) == (Verdict.SUCCESS, f"127.0.0.1:{server.port}")


@pytest.mark.parametrize(
    "addresses",
    [["127.0.1.1"], ["127.0.0.1", "127.0.1.1"], ["127.0.0.1", "8.8.8.8"], ["127.0.0.1", "::1"], ["2002:7f00:1::1"]],
)
async def test_an_address_outside_of_the_ranges_gets_no_packet(addresses: list[str]) -> None:
    async with client(addresses) as herald, talking(hang) as server:
        outcome = await post(herald, server.port)
    assert (outcome.verdict, outcome.address, server.accepted) == (Verdict.FORBIDDEN_ADDRESS, None, 0)
    assert outcome.reason.code == "forbidden_address.name_outside_ranges"


async def test_a_name_that_leads_elsewhere_later_gets_no_packet_there() -> None:
    async with (
        client("127.0.0.1", "127.0.1.1", "127.0.0.1") as herald,
        answering(SUCCESS) as right,
        talking(hang, None, "127.0.1.1", right.port) as wrong,
    ):
        verdicts = [(await post(herald, right.port)).verdict for _ in range(3)]
    assert verdicts == [Verdict.SUCCESS, Verdict.FORBIDDEN_ADDRESS, Verdict.SUCCESS]
    assert wrong.accepted == 0


async def test_a_kept_connection_of_an_internal_address_serves_no_other_one() -> None:
    async with client("127.0.0.1") as herald, answering(SUCCESS) as server:
        assert (await post(herald, server.port)).delivered
        url = f"https://shop.example:{server.port}/notify"
        outcome = await herald.post(url, BODY, {}, internal=False)
    assert outcome.reason.code == "forbidden_address.name_loopback"
    assert len(server.asked) == 1


@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_without_the_mark_the_ranges_mean_nothing(scheme: str) -> None:
    async with client("127.0.0.1") as herald, talking(hang) as server:
        outcome = await post(herald, server.port, internal=False, scheme=scheme)
    assert (outcome.verdict, server.accepted) == (Verdict.FORBIDDEN_ADDRESS, 0)


async def test_without_ranges_no_internal_address_is_looked_up() -> None:
    resolver = FakeResolver("127.0.0.1")
    async with WebhookClient(deadline_seconds=ANSWERED_WITHIN, user_agent="Herald/test", resolver=resolver) as herald:
        outcome = await herald.post("http://shop.internal/", BODY, {}, internal=True)
    assert (outcome.reason.code, resolver.asked, bool(NO_RANGES)) == ("forbidden_address.no_ranges", [], False)


async def test_a_redirect_of_an_internal_address_is_not_followed() -> None:
    async with client("127.0.0.1") as herald, talking(once(REDIRECT)) as server:
        outcome = await post(herald, server.port)
    assert (outcome.verdict, outcome.status, server.accepted) == (Verdict.REDIRECT, 302, 1)
