"""One bounded, vetted POST. Whatever a partner does is an outcome, within the deadline, and never an exception.

The name is resolved and every address vetted at each attempt; the connection goes to a vetted address, under the
original name in SNI, certificate check and `Host`. Connections are kept and used again for the same address and name.
"""

import asyncio
import errno
import ssl
from collections.abc import Mapping

import aiohttp

from herald.address import EndpointRefused, IPAddress
from herald.attempt import Outcome, Verdict
from herald.exchange import CUT_OFF, TLS_ERRORS, Request, Trace, read_bounded, tracing
from herald.resolver import NotResolved, Resolve, system_resolve
from herald.tls_reason import expiry_date, is_expired, tls_reason

KEEP_IDLE = 20  # seconds; servers commonly close after 60 or more, so we rarely meet one that is about to
CONNECT_WORDS = {
    errno.ECONNREFUSED: "it refuses connections, so nothing listens there",
    errno.ECONNRESET: "it broke the connection off",
    errno.EHOSTUNREACH: "no way leads there",
    errno.ENETUNREACH: "no way leads there",
}


class Postman:
    """Makes the POSTs of one event loop, many at once, each within `deadline_seconds` from look-up to last byte."""

    def __init__(
        self,
        *,
        deadline_seconds: float,
        user_agent: str,
        allow_private: bool,
        ssl_context: ssl.SSLContext | None = None,
        resolve: Resolve = system_resolve,
    ) -> None:
        self._deadline = deadline_seconds
        self._headers = {
            "user-agent": user_agent,
            "content-type": "application/json",
            "accept-encoding": "identity",
        }
        self._allow_private = allow_private
        self._resolve = resolve
        self._tls = ssl_context or ssl.create_default_context()
        self._tls.minimum_version = ssl.TLSVersion.TLSv1_2
        self._sessions: dict[bool, aiohttp.ClientSession] = {}

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Outcome:
        """Sends the bytes as they are and judges the answer."""
        trace = Trace()
        try:
            async with asyncio.timeout(self._deadline):
                return await self._attempt(url, body, headers, trace)
        except TimeoutError:
            return trace.outcome(Verdict.TIMEOUT, f"{trace.stage} within {self._deadline:g} s")

    async def close(self) -> None:
        """Closes the connections that are kept."""
        for session in self._sessions.values():
            await session.close()
        self._sessions.clear()

    async def _attempt(self, url: str, body: bytes, headers: Mapping[str, str], trace: Trace) -> Outcome:
        try:
            request = await Request.vetted(url, body, headers, self._resolve, allow_private=self._allow_private)
        except EndpointRefused as refused:
            return trace.outcome(Verdict.FORBIDDEN_ADDRESS, str(refused))
        except NotResolved as error:
            return trace.outcome(Verdict.NOT_RESOLVED, str(error))
        return await self._try_addresses(request, trace)

    async def _try_addresses(self, request: Request, trace: Trace) -> Outcome:
        """The first address that takes the connection gets the request; a failed connection has sent nothing yet."""
        failure = ""
        for address in request.addresses:
            trace.connecting_to(request, address)
            try:
                return await self._exchange(request, address, trace)
            except TLS_ERRORS as error:
                return trace.outcome(Verdict.TLS, await self._tls_reason(error, request, address))
            except aiohttp.ClientConnectorError as error:
                failure = CONNECT_WORDS.get(error.errno or 0, "it cannot be reached")
            except CUT_OFF:
                return trace.outcome(Verdict.BROKEN_ANSWER, "the connection was closed before the answer was complete")
            except aiohttp.ClientError:
                return trace.outcome(Verdict.BROKEN_ANSWER, "the answer was not HTTP, or not as HTTP must be")
        return trace.outcome(Verdict.NOT_CONNECTED, f"no connection to {trace.address}: {failure}")

    async def _exchange(self, request: Request, address: IPAddress, trace: Trace) -> Outcome:
        """Asks on a kept connection if there is one, and once more on a new one if that turns out to be closed.

        A server may close an idle connection at the very moment at which we use it. That is no answer of the partner's,
        and should not cost it a rung; should it have read the request after all, it recognises `webhook-id`.
        """
        try:
            return await self._ask(self._session(keep=True), request, address, trace)
        except CUT_OFF as error:
            if not trace.reused or trace.status is not None or isinstance(error, aiohttp.ClientConnectorError):
                raise
        return await self._ask(self._session(keep=False), request, address, trace)

    async def _ask(self, session: aiohttp.ClientSession, request: Request, address: IPAddress, trace: Trace) -> Outcome:
        trace.reused = False
        async with session.post(
            request.url_of(address),
            data=request.body,
            headers={**self._headers, **request.headers, "host": request.parts.netloc},
            server_hostname=request.host,
            ssl=self._tls,
            allow_redirects=False,
            trace_request_ctx=trace,
        ) as response:
            trace.answered(response.status)
            trace.answer = await read_bounded(response.content)
            return trace.judge(response.headers.get("content-encoding", ""), response.headers.get("location"))

    def _session(self, *, keep: bool) -> aiohttp.ClientSession:
        """The session that keeps connections, or the one whose every request has a new connection; made at first use.

        No cookies, no proxies and no credentials of the environment, no decoding: it only carries bytes.
        """
        if keep not in self._sessions:
            connector = (
                aiohttp.TCPConnector(limit=0, keepalive_timeout=KEEP_IDLE)
                if keep
                else aiohttp.TCPConnector(limit=0, force_close=True)
            )
            self._sessions[keep] = aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(total=None),  # the deadline is around everything
                auto_decompress=False,
                trace_configs=[tracing()],
            )
        return self._sessions[keep]

    async def _tls_reason(self, error: BaseException, request: Request, address: IPAddress) -> str:
        reason = tls_reason(error)
        if is_expired(error):
            day = await expiry_date(str(address), request.port, request.host, self._tls)
            return f"the TLS certificate expired on {day}" if day else reason
        return reason
