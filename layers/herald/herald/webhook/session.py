"""One request and its response, over a connection to an address that was checked for it."""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import aiohttp
from yarl import URL

from herald.endpoint.endpoint_policy import Endpoint, at_port
from herald.endpoint.special_addresses import IPAddress
from herald.webhook.connection_pool import ConnectionLease, ConnectionPool, connection_lease
from herald.webhook.response import MAX_HEADER_LINE, MAX_HEADER_LINES, MAX_RESPONSE, BodyEnd, WebhookResponse
from herald.webhook.responses.response_protocol import MAX_SENT
from herald.webhook.tls import client_context
from herald.webhook.transport_errors import judge_failure

_READ_AHEAD: Final = 16 * MAX_SENT  # never reached, so reading never pauses: `response_protocol` has the limit


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedRequest:
    """The request, the same for each try within one attempt."""

    endpoint: Endpoint
    body: bytes
    headers: Mapping[str, str]


@dataclass(slots=True)
class AttemptTrace:
    """The progress of an attempt: what is known of it when its deadline passes."""

    deadline_seconds: float
    lease: ConnectionLease = field(default_factory=ConnectionLease)
    peer: str | None = None  # the present address, e.g. `203.0.113.7:443`
    status: int | None = None
    retry_after: str | None = None  # the header Retry-After
    body: bytearray = field(default_factory=bytearray)


class HttpSession:
    """An aiohttp session without redirects, cookies, decompression and retries. Raises aiohttp's errors.

    Belongs to the event loop that runs when it is made.
    """

    def __init__(self, user_agent: str, ssl_context: ssl.SSLContext | None) -> None:
        self._tls = client_context(ssl_context)
        self._session = aiohttp.ClientSession(
            connector=ConnectionPool(),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": user_agent, "Accept-Encoding": "identity", "Content-Type": "application/json"},
            timeout=aiohttp.ClientTimeout(total=None),  # the client's deadline is the only one
            auto_decompress=False,  # `content_encoding` does it, with a limit
            trust_env=False,  # a proxy would resolve the name again, without a check of the address
            read_bufsize=_READ_AHEAD,
            max_line_size=MAX_HEADER_LINE,
            max_field_size=MAX_HEADER_LINE,
            max_headers=MAX_HEADER_LINES,
        )

    async def close(self) -> None:
        """Closes all connections."""
        await self._session.close()

    async def send(
        self, prepared: PreparedRequest, address: IPAddress, connect_within: float | None, trace: AttemptTrace
    ) -> WebhookResponse:
        """Sends the request to this address. `connect_within` limits only the connect (seconds, TLS included).

        The server may have closed a kept connection while it was idle, which shows only when it is used. Then, and only
        if no byte of a response was received, the request is sent once more on a new connection. If the server did read
        the first one, it sees the same `webhook-id` twice, as after any lost response. aiohttp never retries a POST.
        """
        trace.peer = at_port(str(address), prepared.endpoint.port)
        token = connection_lease.set(trace.lease)
        try:
            return await self._send_once(prepared, address, connect_within, trace)
        except aiohttp.ClientConnectionError:
            if not trace.lease.reused or _response_began(trace.lease):
                raise
            trace.lease.fresh = True
            return await self._send_once(prepared, address, connect_within, trace)
        finally:
            connection_lease.reset(token)

    async def _send_once(
        self, prepared: PreparedRequest, address: IPAddress, connect_within: float | None, trace: AttemptTrace
    ) -> WebhookResponse:
        endpoint = prepared.endpoint
        async with self._session.post(
            URL(endpoint.at(address), encoded=True),  # without it yarl would change the registered URL
            data=prepared.body,
            headers={**prepared.headers, "Host": endpoint.authority},
            ssl=self._tls,
            server_hostname=endpoint.host,
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=connect_within),
            allow_redirects=False,
        ) as response:
            trace.status = response.status
            trace.retry_after = response.headers.get("Retry-After")
            ending = await _read(response.content, trace.body)
            protocol = trace.lease.protocol
            failure = protocol.failure if protocol is not None and ending is BodyEnd.COMPLETE else None
            if failure is not None:
                ending = BodyEnd.IMPROPER
            trace.lease.end(kept=ending is BodyEnd.COMPLETE)
            return WebhookResponse(
                status=response.status,
                body=bytes(trace.body),
                codings=",".join(response.headers.getall("Content-Encoding", ())),
                location=response.headers.get("Location"),
                ending=ending,
                flaw=judge_failure(failure, endpoint.host, trace.peer or "").reason if failure else None,
                followed=protocol.followed if protocol is not None else b"",
            )


async def _read(content: aiohttp.StreamReader, body: bytearray) -> BodyEnd:
    """Reads into `body` until its end, or until it exceeds the limit."""
    try:
        async for chunk in content.iter_any():
            body += chunk
            if len(body) > MAX_RESPONSE:
                return BodyEnd.TOO_LARGE
    except aiohttp.ClientError:
        return BodyEnd.CUT_OFF
    return BodyEnd.COMPLETE


def _response_began(lease: ConnectionLease) -> bool:
    """Whether a byte was received since the request, so that the server has read the request."""
    return lease.protocol is not None and lease.protocol.began
