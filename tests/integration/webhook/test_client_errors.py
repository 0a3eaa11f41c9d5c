"""Errors on this machine below the webhook client: each becomes an outcome."""

import asyncio
import builtins
import errno
import socket
import ssl
import zlib
from unittest.mock import patch

import aiohttp
import idna
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from herald.domain.attempt import Verdict
from herald.endpoint.resolver import Resolver
from herald.endpoint.special_addresses import IPAddress
from herald.webhook.client import WebhookClient
from tests.support.http.misbehaving_servers import SUCCESS, answering
from tests.support.http.webhook_client import ANSWERED_WITHIN

pytestmark = pytest.mark.asyncio

URL = "https://partner.example/notify"
BODY = b"{}"


class Failing:
    """A resolver that raises this error, or returns no address."""

    def __init__(self, error: BaseException | None) -> None:
        self.error = error

    async def addresses(self, _host: str) -> tuple[IPAddress, ...]:
        if self.error is not None:
            raise self.error
        return ()


def posting_by(error: BaseException | None) -> WebhookClient:
    return WebhookClient(deadline_seconds=2, user_agent="Herald/test", resolver=Failing(error))


BUILT_IN = sorted(
    (kind for kind in vars(builtins).values() if isinstance(kind, type) and issubclass(kind, Exception)),
    key=lambda kind: kind.__name__,
)
ERRORS = st.sampled_from(BUILT_IN).filter(lambda kind: not issubclass(kind, (UnicodeError, ExceptionGroup))).map(
    lambda kind: kind("words of the system")
) | st.sampled_from(
    [
        *(OSError(number, "words of the system") for number in (errno.EMFILE, errno.EIO, errno.ETIMEDOUT, 0)),
        *(socket.gaierror(number, "words of the system") for number in (socket.EAI_AGAIN, socket.EAI_MEMORY)),
        UnicodeError("label too long"),
        UnicodeDecodeError("idna", b"\xff", 0, 1, "no"),
        ExceptionGroup("several", [ValueError("one")]),
        *(aiohttp.ClientError("no"), aiohttp.ServerDisconnectedError(), aiohttp.ServerTimeoutError("late")),
        *(aiohttp.InvalidURL("https://p.example/?key=secret"), aiohttp.ClientPayloadError("cut")),
        *(ssl.SSLError(1, "no"), ssl.SSLEOFError(8, "eof"), ssl.CertificateError("no")),
        *(idna.IDNAError("no"), zlib.error("no"), asyncio.InvalidStateError("no"), asyncio.QueueFull()),
    ]
)
PLACES = [
    *(
        "asyncio.base_events.BaseEventLoop.run_in_executor",
        "herald.webhook.client.check_url",
        "herald.webhook.client.check_address",
    ),
    *("herald.webhook.client.HttpSession", "herald.webhook.client.HttpSession.send", "herald.webhook.client.judge"),
    *("herald.webhook.session.HttpSession._send_once", "herald.webhook.session.URL", "herald.webhook.session._read"),
    *("aiohttp.ClientSession.post", "aiohttp.TCPConnector.connect", "aiohttp.ClientResponse.start"),
    *("herald.webhook.verdict.decode", "herald.webhook.verdict.excerpt"),
]


@given(error=ERRORS, place=st.sampled_from(PLACES))
@settings(max_examples=100, deadline=None)
async def test_nothing_that_is_raised_below_gets_out(error: Exception, place: str) -> None:
    herald = WebhookClient(deadline_seconds=ANSWERED_WITHIN, user_agent="Herald/test", allow_private=True)
    async with herald, answering(SUCCESS) as server:
        with patch(place, side_effect=error):
            outcome = await herald.post(f"http://localhost:{server.port}/?key=secret", BODY, {})
    assert not outcome.delivered
    assert str(outcome.reason)
    assert "secret" not in str(outcome.reason)


@given(error=ERRORS)
@settings(max_examples=100, deadline=None)
async def test_any_error_of_the_resolver_is_an_outcome(error: Exception) -> None:
    def look_up(*_: object, **__: object) -> list[tuple[object, ...]]:
        raise error

    async with WebhookClient(deadline_seconds=2, user_agent="Herald/test", resolver=Resolver(look_up)) as herald:
        outcome = await herald.post(URL, BODY, {})
    assert outcome.verdict in {Verdict.NOT_RESOLVED, Verdict.OUR_FAULT}
    ours = getattr(error, "errno", None) in {errno.EMFILE, socket.EAI_MEMORY} or not isinstance(
        error, (OSError, ValueError)
    )
    assert (outcome.verdict is Verdict.OUR_FAULT) == ours
    assert str(outcome.reason).startswith(
        "our fault: " if ours else "the name partner.example could not be looked up: "
    )


async def test_resolver_without_addresses_means_not_resolved() -> None:
    async with posting_by(None) as herald:
        outcome = await herald.post(URL, BODY, {})
    assert (outcome.verdict, outcome.reason.code) == (Verdict.NOT_RESOLVED, "not_resolved.no_address")


async def test_other_timeout_is_not_the_deadline() -> None:
    async with posting_by(TimeoutError("of something else")) as herald:
        outcome = await herald.post(URL, BODY, {})
    assert (outcome.verdict, str(outcome.reason)) == (
        Verdict.OUR_FAULT,
        "our fault: Herald failed in the middle of the attempt (TimeoutError)",
    )


@pytest.mark.parametrize("raised", [asyncio.CancelledError(), KeyboardInterrupt(), SystemExit(1)])
async def test_cancellation_and_exit_are_no_outcome(raised: BaseException) -> None:
    async with posting_by(raised) as herald:
        with pytest.raises(type(raised)):
            await herald.post(URL, BODY, {})


async def test_internal_failure_is_logged_without_message(caplog: pytest.LogCaptureFixture) -> None:
    async with posting_by(LookupError("https://p.example/?key=secret")) as herald:
        await herald.post(URL, BODY, {})
    (record,) = [each for each in caplog.records if each.message == "attempt failed here"]
    assert record.__dict__["error"] == "LookupError"
    assert any("in addresses" in frame for frame in record.__dict__["at"])
    assert "secret" not in str(record.__dict__)
