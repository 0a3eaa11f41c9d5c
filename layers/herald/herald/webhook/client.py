"""The webhook client: one POST to a partner, bounded in time and size, to checked addresses only.

A failure on the partner's side is an outcome, never an exception. An attempt checks the URL, resolves its name, checks
every address, connects to one of these addresses, reads the response and judges it. The whole attempt has one deadline.
"""

import asyncio
import ssl
import traceback
from collections.abc import Mapping
from typing import Final, Protocol, Self

import aiohttp

from herald.contract.retry_after import read_retry_after
from herald.domain.attempt import Outcome, Verdict
from herald.domain.clock import SECOND, now
from herald.endpoint.endpoint_policy import EndpointRefused, check_address, check_url
from herald.endpoint.internal_ranges import NO_RANGES, InternalRanges
from herald.endpoint.resolver import CannotLookUp, NotResolved, Resolver
from herald.endpoint.special_addresses import IPAddress
from herald.languages.reason import Reason, Value
from herald.languages.shown import shown
from herald.runtime.logging import logger
from herald.webhook.response import WebhookResponse, excerpt
from herald.webhook.session import AttemptTrace, HttpSession, PreparedRequest
from herald.webhook.transport_errors import judge_failure, never_connected
from herald.webhook.verdict import Judgement, judge, with_retry_after

MAX_ADDRESSES: Final = 4  # of one name that are tried: each gets a share of the deadline


class HostResolver(Protocol):
    """Resolves names; `herald.endpoint.resolver.Resolver` outside of tests."""

    async def addresses(self, host: str) -> tuple[IPAddress, ...]:
        """All addresses of a name, in the order in which to try them.

        Raises `NotResolved` and `CannotLookUp`.
        """


class Poster(Protocol):
    """Sends one request to a partner; `WebhookClient` outside of tests."""

    async def post(
        self,
        url: str,
        body: bytes,
        headers: dict[str, str],
        *,
        deadline_seconds: int | None = None,
        internal: bool = False,
    ) -> Outcome:
        """One bounded POST; whatever the partner does is an outcome.

        `deadline_seconds` replaces the usual deadline. `internal` is that of the partner's address.
        """


class WebhookClient:
    """Sends requests, many at once, and keeps the connections for later ones.

    Belongs to one event loop. Connections stay open between invocations. `allow_private` is the parameter
    AllowPrivateEndpoints, `internal_ranges` is InternalCidrs; `ssl_context` and `resolver` are for tests.
    """

    def __init__(
        self,
        *,
        deadline_seconds: float,
        user_agent: str,
        allow_private: bool = False,
        internal_ranges: InternalRanges = NO_RANGES,
        ssl_context: ssl.SSLContext | None = None,
        resolver: HostResolver | None = None,
    ) -> None:
        self._deadline = float(deadline_seconds)
        self._user_agent = user_agent
        self._allow_private = allow_private
        self._internal_ranges = internal_ranges
        self._ssl_context = ssl_context
        self._resolver = resolver or Resolver()
        self._session: HttpSession | None = None  # made at the first post, because it needs the running loop

    async def __aenter__(self) -> Self:
        """The client itself."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Closes the connections."""
        await self.close()

    async def close(self) -> None:
        """Closes the connections; a later `post` opens new ones."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def post(
        self,
        url: str,
        body: bytes,
        headers: Mapping[str, str],
        *,
        deadline_seconds: int | None = None,
        internal: bool = False,
    ) -> Outcome:
        """Sends exactly these bytes as `application/json`. Every failure, also an internal one, is an outcome.

        Raises only `CancelledError`: an attempt without an outcome would be missing in the log. `headers` are those of
        the attempt (signature, `herald-round` …); the client adds the others. `deadline_seconds` replaces the client's.
        An `internal` address may be in `internal_ranges` only; every other one must be public.
        """
        at, began = now(), asyncio.get_running_loop().time()
        trace = AttemptTrace(deadline_seconds=self._deadline if deadline_seconds is None else deadline_seconds)
        ranges = self._internal_ranges if internal else None
        try:
            judgement = await self._attempt(url, body, headers, ranges, trace)
        finally:
            trace.lease.end(kept=False)
        duration_ms = round((asyncio.get_running_loop().time() - began) * SECOND)
        retry_after = read_retry_after(trace.status, trace.retry_after, at + duration_ms)
        return Outcome(
            at=at,
            duration_ms=duration_ms,
            address=trace.peer if trace.lease.connected or judgement.verdict is Verdict.TLS else None,
            status=trace.status,
            verdict=judgement.verdict,
            reason=with_retry_after(judgement.reason, retry_after),
            excerpt=judgement.excerpt,
            retry_after=retry_after,
        )

    async def _attempt(
        self,
        url: str,
        body: bytes,
        headers: Mapping[str, str],
        ranges: InternalRanges | None,
        trace: AttemptTrace,
    ) -> Judgement:
        deadline = asyncio.timeout(trace.deadline_seconds)
        try:
            async with deadline:
                endpoint = check_url(url, allow_private=self._allow_private, ranges=ranges)
                prepared = PreparedRequest(endpoint=endpoint, body=body, headers=headers)
                addresses = await self._checked_addresses(endpoint.host, ranges)
                return await self._send_and_judge(prepared, addresses, deadline, trace)
        except EndpointRefused as refusal:
            return Judgement(Verdict.FORBIDDEN_ADDRESS, refusal.reason)
        except NotResolved as error:
            return Judgement(Verdict.NOT_RESOLVED, error.reason)
        except CannotLookUp as error:
            return Judgement(Verdict.OUR_FAULT, error.reason)
        except Exception as error:  # noqa: BLE001 - any other error becomes the outcome, and is logged
            return timed_out(trace) if deadline.expired() else internal_failure(error)

    async def _checked_addresses(self, host: str, ranges: InternalRanges | None) -> tuple[IPAddress, ...]:
        """The addresses of the name. Raises `EndpointRefused` if one of them is not allowed."""
        addresses = await self._resolver.addresses(host)
        if not addresses:
            raise NotResolved(Reason("not_resolved.no_address", {"host": host}))
        for address in addresses:
            check_address(address, of_name=host, allow_private=self._allow_private, ranges=ranges)
        return addresses[:MAX_ADDRESSES]

    async def _send_and_judge(
        self,
        prepared: PreparedRequest,
        addresses: tuple[IPAddress, ...],
        deadline: asyncio.Timeout,
        trace: AttemptTrace,
    ) -> Judgement:
        try:
            return judge(await self._send_to_one_of(prepared, addresses, deadline, trace))
        except aiohttp.ClientError as error:
            return judge_failure(error, prepared.endpoint.host, trace.peer or prepared.endpoint.authority)

    async def _send_to_one_of(
        self,
        prepared: PreparedRequest,
        addresses: tuple[IPAddress, ...],
        deadline: asyncio.Timeout,
        trace: AttemptTrace,
    ) -> WebhookResponse:
        """Sends to the first address that accepts a connection. Each gets an equal share of the remaining time."""
        self._session = self._session or HttpSession(self._user_agent, self._ssl_context)
        *first, last = addresses
        for tried, address in enumerate(first):
            left = (deadline.when() or 0) - asyncio.get_running_loop().time()
            try:
                return await self._session.send(prepared, address, left / (len(addresses) - tried), trace)
            except aiohttp.ClientConnectionError as error:
                if not never_connected(error):
                    raise
        return await self._session.send(prepared, last, None, trace)


def timed_out(trace: AttemptTrace) -> Judgement:
    """The judgement on an attempt that the deadline ended."""
    deadline = float(trace.deadline_seconds)
    seconds: Value = int(deadline) if deadline.is_integer() else f"{deadline:g}"
    if trace.status is not None:
        reason = Reason("timeout.body", {"seconds": seconds, "status": trace.status})
    elif trace.lease.connected:
        reason = Reason("timeout.answer", {"seconds": seconds})
    elif trace.peer is not None:
        reason = Reason("timeout.connect", {"seconds": seconds, "address": trace.peer})
    else:
        reason = Reason("timeout.lookup", {"seconds": seconds})
    return Judgement(Verdict.TIMEOUT, reason, excerpt(bytes(trace.body)))


def internal_failure(error: Exception) -> Judgement:
    """The judgement on an attempt in which Herald itself failed.

    The log gets the traceback without the error's message, which may contain the URL and a secret in it.
    """
    name = type(error).__name__
    logger.error("attempt failed here", extra={"error": name, "at": traceback.format_tb(error.__traceback__)})
    return Judgement(Verdict.OUR_FAULT, Reason("our_fault.internal", {"error": shown(name)}))
