"""The postman: one bounded, vetted POST to a partner.

What can go wrong on the partner's side is an outcome, never an exception. An attempt in its order: the URL is checked,
its name looked up, every address vetted; one of these very addresses is connected to; the answer is read and judged.
All of it has one deadline.
"""

import asyncio
import ssl
import traceback
from collections.abc import Mapping
from typing import Final, Protocol, Self

import aiohttp

from herald.domain.attempt import Outcome, Verdict
from herald.domain.clock import SECOND, now
from herald.endpoint.endpoint_policy import EndpointRefused, IPAddress, check_address, check_url
from herald.endpoint.resolver import CannotLookUp, NotResolved, Resolver
from herald.runtime.logging import logger
from herald.webhook.response import WebhookResponse, excerpt
from herald.webhook.session import AttemptTrace, HttpSession, PreparedRequest
from herald.webhook.transport_errors import judge_failure, never_connected
from herald.webhook.verdict import Judgement, judge

MAX_ADDRESSES: Final = 4  # of one name that are tried, so that each gets a fair part of the deadline


class HostResolver(Protocol):
    """What looks names up; `herald.endpoint.resolver.Resolver` outside of tests."""

    async def addresses(self, host: str) -> tuple[IPAddress, ...]:
        """All addresses of a name, in the order in which they are to be tried.

        Raises `NotResolved` and `CannotLookUp`.
        """


class Poster(Protocol):
    """Sends one request to a partner; `WebhookClient` outside of tests."""

    async def post(self, url: str, body: bytes, headers: dict[str, str]) -> Outcome:
        """One bounded POST; whatever the partner does is an outcome."""


class WebhookClient:
    """Makes POSTs, many at once, and keeps their connections for the next ones.

    It belongs to one event loop, on which it may live as long as it likes: connections outlast a Lambda's invocation.
    `allow_private` is the parameter AllowPrivateEndpoints; `ssl_context` and `address_book` are for tests.
    """

    def __init__(
        self,
        *,
        deadline_seconds: float,
        user_agent: str,
        allow_private: bool = False,
        ssl_context: ssl.SSLContext | None = None,
        address_book: HostResolver | None = None,
    ) -> None:
        self._deadline = deadline_seconds
        self._user_agent = user_agent
        self._allow_private = allow_private
        self._ssl_context = ssl_context
        self._address_book = address_book or Resolver()
        self._exchange: HttpSession | None = None  # made at the first post, because it needs the running loop

    async def __aenter__(self) -> Self:
        """Itself, closed at the end."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Closes the connections."""
        await self.close()

    async def close(self) -> None:
        """Closes the connections; a later post would open new ones."""
        if self._exchange is not None:
            await self._exchange.close()
            self._exchange = None

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Outcome:
        """Sends exactly these bytes as `application/json`; whatever the partner does, or fails here, is in the outcome.

        Raises nothing but `CancelledError`: an attempt without an outcome would be missing from the log.

        `headers` are those of this attempt (the signature, `herald-round` …); the rest is added.
        """
        at, began = now(), asyncio.get_running_loop().time()
        trace = AttemptTrace()
        try:
            judgement = await self._attempt(url, body, headers, trace)
        finally:
            trace.lease.done(kept=False)
        return Outcome(
            at=at,
            duration_ms=round((asyncio.get_running_loop().time() - began) * SECOND),
            address=trace.peer if trace.lease.connected or judgement.verdict is Verdict.TLS else None,
            status=trace.status,
            verdict=judgement.verdict,
            reason=judgement.reason,
            excerpt=judgement.excerpt,
        )

    async def _attempt(self, url: str, body: bytes, headers: Mapping[str, str], trace: AttemptTrace) -> Judgement:
        deadline = asyncio.timeout(self._deadline)
        try:
            async with deadline:
                prepared = PreparedRequest(
                    endpoint=check_url(url, allow_private=self._allow_private), body=body, headers=headers
                )
                addresses = await self._vetted(prepared.endpoint.host)
                return await self._deliver(prepared, addresses, deadline, trace)
        except EndpointRefused as refusal:
            return Judgement(Verdict.FORBIDDEN_ADDRESS, str(refusal))
        except NotResolved as error:
            return Judgement(Verdict.NOT_RESOLVED, str(error))
        except CannotLookUp as error:
            return Judgement(Verdict.OUR_FAULT, str(error))
        except Exception as error:  # noqa: BLE001 - whatever it is becomes this attempt's outcome, and is logged
            return self._late(trace) if deadline.expired() else _failed_here(error)

    async def _vetted(self, host: str) -> tuple[IPAddress, ...]:
        """The name's addresses, all of them fit to connect to: one that is not makes the name suspect."""
        addresses = await self._address_book.addresses(host)
        if not addresses:
            raise NotResolved(f"the name {host} has no address")
        try:
            for address in addresses:
                check_address(address, allow_private=self._allow_private)
        except EndpointRefused as refusal:
            raise EndpointRefused(f"the name {host} leads where Herald does not connect: {refusal}") from refusal
        return addresses[:MAX_ADDRESSES]

    async def _deliver(
        self,
        prepared: PreparedRequest,
        addresses: tuple[IPAddress, ...],
        deadline: asyncio.Timeout,
        trace: AttemptTrace,
    ) -> Judgement:
        try:
            return judge(await self._ask_in_turn(prepared, addresses, deadline, trace))
        except aiohttp.ClientError as error:
            return judge_failure(error, prepared.endpoint.host, trace.peer or prepared.endpoint.authority)

    async def _ask_in_turn(
        self,
        prepared: PreparedRequest,
        addresses: tuple[IPAddress, ...],
        deadline: asyncio.Timeout,
        trace: AttemptTrace,
    ) -> WebhookResponse:
        """Asks the first address that can be connected to. Each leaves the next ones their share of the time."""
        self._exchange = self._exchange or HttpSession(self._user_agent, self._ssl_context)
        *first, last = addresses
        for tried, address in enumerate(first):
            left = (deadline.when() or 0) - asyncio.get_running_loop().time()
            try:
                return await self._exchange.send(prepared, address, left / (len(addresses) - tried), trace)
            except aiohttp.ClientConnectionError as error:
                if not never_connected(error):
                    raise
        return await self._exchange.send(prepared, last, None, trace)

    def _late(self, trace: AttemptTrace) -> Judgement:
        """What the deadline cut short."""
        within = f"within {self._deadline:g} s"
        if trace.status is not None:
            reason = f"no complete answer {within}: HTTP {trace.status} came, but its body did not end"
        elif trace.lease.connected:
            reason = f"no answer {within}"
        elif trace.peer is not None:
            reason = f"no answer {within}: {trace.peer} could not be connected to in that time"
        else:
            reason = f"no answer {within}: the name could not be looked up in that time"
        return Judgement(Verdict.TIMEOUT, reason, excerpt(bytes(trace.body)))


def _failed_here(error: Exception) -> Judgement:
    """The outcome of an attempt in which Herald itself failed.

    Logged is where, without the error's message: that may quote the address, which can have a secret in it.
    """
    name = type(error).__name__
    logger.error("attempt failed here", extra={"error": name, "at": traceback.format_tb(error.__traceback__)})
    return Judgement(Verdict.OUR_FAULT, f"our fault: Herald failed in the middle of the attempt ({name})")
