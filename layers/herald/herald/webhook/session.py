"""One request and its answer, over a connection to an address that was vetted for it."""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import aiohttp
from yarl import URL

from herald.endpoint.endpoint_policy import Endpoint, IPAddress, at_port
from herald.webhook.connection_pool import ConnectionLease, ConnectionPool, connection_lease
from herald.webhook.response import MAX_HEADER_LINE, MAX_HEADER_LINES, MAX_RESPONSE, BodyEnd, WebhookResponse
from herald.webhook.response_protocol import MAX_SENT
from herald.webhook.tls import client_context
from herald.webhook.transport_errors import judge_failure

_READ_AHEAD: Final = 16 * MAX_SENT  # never reached, so that nothing pauses: `answer_protocol` bounds what comes in


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedRequest:
    """What is sent, the same however often it must be tried within one attempt."""

    endpoint: Endpoint
    body: bytes
    headers: Mapping[str, str]


@dataclass(slots=True)
class AttemptTrace:
    """How far an attempt got: all that is known of it when its deadline comes."""

    lease: ConnectionLease = field(default_factory=ConnectionLease)
    peer: str | None = None  # the address being tried, e.g. `203.0.113.7:443`
    status: int | None = None
    body: bytearray = field(default_factory=bytearray)


class HttpSession:
    """A session of aiohttp with everything switched off that would follow, remember, unpack or repeat by itself.

    Belongs to the event loop that runs when it is made. Its errors are aiohttp's.
    """

    def __init__(self, user_agent: str, ssl_context: ssl.SSLContext | None) -> None:
        self._tls = client_context(ssl_context)
        self._session = aiohttp.ClientSession(
            connector=ConnectionPool(),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": user_agent, "Accept-Encoding": "identity", "Content-Type": "application/json"},
            timeout=aiohttp.ClientTimeout(total=None),  # the postman's deadline is the only one
            auto_decompress=False,  # `content_coding` does it, within bounds
            trust_env=False,  # a proxy would look the name up again, and nobody would vet what it finds
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
        """Sends the letter to this address. `connect_within` bounds the connecting only (seconds, TLS included).

        A kept connection may have been closed by the server while it lay idle, which shows only when it is used: then,
        and only if no byte of an answer came, the letter goes out again, once, on a new connection. Should the server
        have read it before it closed, it sees the same `webhook-id` twice, as after any lost answer. aiohttp itself
        repeats nothing that is a POST.
        """
        trace.peer = at_port(str(address), prepared.endpoint.port)
        token = connection_lease.set(trace.lease)
        try:
            return await self._send_once(prepared, address, connect_within, trace)
        except aiohttp.ClientConnectionError:
            if not trace.lease.reused or _answer_began(trace.lease):
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
            URL(endpoint.at(address), encoded=True),  # yarl would rewrite what the partner registered
            data=prepared.body,
            headers={**prepared.headers, "Host": endpoint.authority},
            ssl=self._tls,
            server_hostname=endpoint.host,
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=connect_within),
            allow_redirects=False,
        ) as response:
            trace.status = response.status
            ending = await _read(response.content, trace.body)
            protocol = trace.lease.protocol
            failure = protocol.failure if protocol is not None and ending is BodyEnd.COMPLETE else None
            if failure is not None:
                ending = BodyEnd.IMPROPER
            trace.lease.done(kept=ending is BodyEnd.COMPLETE)
            return WebhookResponse(
                status=response.status,
                body=bytes(trace.body),
                codings=",".join(response.headers.getall("Content-Encoding", ())),
                location=response.headers.get("Location"),
                ending=ending,
                flaw=judge_failure(failure, endpoint.host, trace.peer or "").reason if failure else "",
                followed=protocol.followed if protocol is not None else b"",
            )


async def _read(content: aiohttp.StreamReader, body: bytearray) -> BodyEnd:
    """Reads into `body` until the end, or until it is more than anybody needs."""
    try:
        async for chunk in content.iter_any():
            body += chunk
            if len(body) > MAX_RESPONSE:
                return BodyEnd.TOO_LARGE
    except aiohttp.ClientError:
        return BodyEnd.CUT_OFF
    return BodyEnd.COMPLETE


def _answer_began(present: ConnectionLease) -> bool:
    """Whether anything came on the connection since the request, so that the server has read that."""
    return present.protocol is not None and present.protocol.began
