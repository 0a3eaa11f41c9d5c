"""The pool of open connections to partners: which of aiohttp's connections an attempt may use.

aiohttp keys its pool by (host, port, TLS context, server name). The client connects to a checked address, not to a
name. So only attempts that have checked the same address for the same host name use a kept connection.
"""

import asyncio
from contextvars import ContextVar
from dataclasses import dataclass
from functools import partial
from typing import Final, cast, override
from weakref import WeakSet

from aiohttp import ClientRequest, ClientTimeout, TCPConnector
from aiohttp.client_proto import ResponseHandler
from aiohttp.connector import Connection
from aiohttp.tracing import Trace

from herald.webhook.responses.response_protocol import ResponseProtocol

IDLE_SECONDS: Final = 20.0  # most servers and load balancers close an idle connection after 60 s, some after 20 s
MAX_BUSY: Final = 100  # connections in use at once; further attempts wait within their deadline
MAX_OPEN: Final = 200  # in use and idle; beyond that none is kept (Lambda has 1,024 file descriptors)


@dataclass(slots=True)
class ConnectionLease:
    """One attempt's use of a connection: what it requires, and what it got."""

    fresh: bool = False  # requires a new connection
    reused: bool = False  # got a connection that was used before
    connected: bool = False  # got a connection
    transport: asyncio.Transport | None = None  # the connection, until the lease ends
    protocol: ResponseProtocol | None = None  # the connection's protocol, also after the lease

    def end(self, *, kept: bool) -> None:
        """Ends the use of the connection: it stays in the pool, or is closed at once.

        At once, without TLS's close_notify: waiting for the server's would let the server hold the socket.
        """
        if self.transport is not None and (self.transport.is_closing() or not kept):
            self.transport.abort()
        self.transport = None


connection_lease: ContextVar[ConnectionLease] = ContextVar("connection_lease")


class ConnectionPool(TCPConnector):
    """aiohttp's pool with a limit on open connections. It hands out no connection that has received data already."""

    def __init__(self, max_open: int = MAX_OPEN) -> None:
        # No DNS, no DNS cache, no happy eyeballs: the client has chosen the address already.
        super().__init__(limit=MAX_BUSY, keepalive_timeout=IDLE_SECONDS, use_dns_cache=False, happy_eyeballs_delay=None)
        # aiohttp has no public way to choose the protocol.
        self._factory = cast("partial[ResponseHandler]", partial(ResponseProtocol, loop=self._loop))
        self._max_open = max_open
        self._used: WeakSet[ResponseHandler] = WeakSet()

    @override
    async def connect(self, req: ClientRequest, traces: list[Trace], timeout: ClientTimeout) -> Connection:
        """A connection for the lease of the present context."""
        lease = connection_lease.get()
        lease.reused = False
        while True:
            connection = await super().connect(req, traces, timeout)
            protocol = connection.protocol
            if protocol is None or self._unusable(protocol, lease):
                connection.close()
                continue
            lease.reused = protocol in self._used
            lease.transport, lease.connected = connection.transport, True
            lease.protocol = cast("ResponseProtocol", protocol)  # made by `_factory`
            lease.protocol.start_use()
            self._keep_count(protocol)
            return connection

    def _unusable(self, protocol: ResponseHandler, lease: ConnectionLease) -> bool:
        # Data that a server sends without a request would be read as the response to the next notification.
        return protocol in self._used and (lease.fresh or protocol.should_close)

    def _keep_count(self, protocol: ResponseHandler) -> None:
        self._used.add(protocol)
        # The first count is fast, and may include closed connections.
        if len(self._used) > self._max_open and sum(each.is_connected() for each in self._used) > self._max_open:
            protocol.force_close()
