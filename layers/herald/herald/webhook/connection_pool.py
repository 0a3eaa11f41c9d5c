"""The open connections to partners. aiohttp keeps them; this decides which of them an attempt may use.

aiohttp keys its pool by (host, port, TLS context, server name). The postman asks for a vetted address, not a name, so
that a kept connection serves only attempts that vetted the same address again, and only for the same partner's name.
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

from herald.webhook.response_protocol import ResponseProtocol

IDLE_SECONDS: Final = 20.0  # most servers and load balancers close a silent connection after 60 s, some after 20 s
MAX_BUSY: Final = 100  # connections in use at once; an attempt beyond that waits within its deadline
MAX_OPEN: Final = 200  # in use and idle; beyond that none is kept after its use (a Lambda has 1,024 file descriptors)


@dataclass(slots=True)
class ConnectionLease:
    """One attempt's use of the pool: what it asks for, and what it was given."""

    fresh: bool = False  # must not get a connection that was used before
    reused: bool = False  # got one that was used before
    connected: bool = False  # got one at all
    transport: asyncio.Transport | None = None  # the connection, until the ride is done
    protocol: ResponseProtocol | None = None  # what the connection brought, while and after it is used

    def done(self, *, kept: bool) -> None:
        """Ends the use of the connection: it stays in the pool, or is dropped at once.

        At once: a farewell in TLS would leave it to the other end how long we hold a socket.
        """
        if self.transport is not None and (self.transport.is_closing() or not kept):
            self.transport.abort()
        self.transport = None


connection_lease: ContextVar[ConnectionLease] = ContextVar("connection_lease")


class ConnectionPool(TCPConnector):
    """aiohttp's pool, bounded in what it keeps, and never handing out a connection that has something in it already."""

    def __init__(self, max_open: int = MAX_OPEN) -> None:
        # No look-up, no cache, no race between addresses: that is settled before a connection is asked for.
        super().__init__(limit=MAX_BUSY, keepalive_timeout=IDLE_SECONDS, use_dns_cache=False, happy_eyeballs_delay=None)
        # aiohttp has no public way to choose the protocol.
        self._factory = cast("partial[ResponseHandler]", partial(ResponseProtocol, loop=self._loop))
        self._max_open = max_open
        self._known: WeakSet[ResponseHandler] = WeakSet()

    @override
    async def connect(self, req: ClientRequest, traces: list[Trace], timeout: ClientTimeout) -> Connection:
        """A connection for the present ride."""
        present = connection_lease.get()
        present.reused = False
        while True:
            connection = await super().connect(req, traces, timeout)
            protocol = connection.protocol
            if protocol is None or self._unusable(protocol, present):
                connection.close()
                continue
            present.reused = protocol in self._known
            present.transport, present.connected = connection.transport, True
            present.protocol = cast("ResponseProtocol", protocol)  # our factory made it
            present.protocol.start_use()
            self._keep_count(protocol)
            return connection

    def _unusable(self, protocol: ResponseHandler, present: ConnectionLease) -> bool:
        # A server that sends without being asked would have that taken for the answer to the next notification.
        return protocol in self._known and (present.fresh or protocol.should_close)

    def _keep_count(self, protocol: ResponseHandler) -> None:
        self._known.add(protocol)
        # The first count is quick and may include some that are closed by now.
        if len(self._known) > self._max_open and sum(each.is_connected() for each in self._known) > self._max_open:
            protocol.force_close()
