"""Connections to one endpoint: kept between requests, shared by threads. Raises botocore's errors."""

import socket
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from select import POLLIN, poll
from typing import Final
from urllib.parse import urlsplit
from weakref import finalize

from botocore.exceptions import (
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    ReadTimeoutError,
    SSLError,
)

from herald.aws.http_response import HttpResponse, ResponseIncomplete, ResponseReader

_PORTS: Final = {"http": 80, "https": 443}


class Connection:
    """One connection, on which one request is under way at a time."""

    def __init__(self, connected: socket.socket) -> None:
        self._socket = connected
        self._reader = ResponseReader(connected.recv)
        self._readable = poll()
        self._readable.register(connected, POLLIN)
        self.close = finalize(self, connected.close)  # also where the client is gone

    @property
    def is_usable(self) -> bool:
        """Whether nothing has come since the last response: what comes then is the end of the connection."""
        return not self._readable.poll(0)

    def exchange(self, request: bytes) -> tuple[HttpResponse, bool]:
        """The response, and whether the connection can be used again. Raises `OSError` and `ResponseIncomplete`."""
        self._socket.sendall(request)
        return self._reader.read()


@dataclass(slots=True, kw_only=True)
class Connections:
    """The connections to `url`; at most `kept` idle ones stay open. `tls` is required where the URL is `https`."""

    url: str
    connect_timeout: float  # seconds
    read_timeout: float
    kept: int
    tls: ssl.SSLContext | None = None
    _idle: list[Connection] = field(default_factory=list, init=False)  # `append` and `pop` are safe in threads

    def exchange(self, request: bytes) -> HttpResponse:
        """The response. Raises botocore's errors of connections, for each of which botocore tries again."""
        kept_one = self._idle_one()
        connection = kept_one or self._connect()
        try:
            response, is_kept = connection.exchange(request)
        except BaseException as error:
            connection.close()
            if kept_one is not None:
                self._close_idle()
            self._raise(error)
            raise
        if is_kept and len(self._idle) < self.kept:
            self._idle.append(connection)
        else:
            connection.close()
        return response

    def _raise(self, error: BaseException) -> None:
        """Raises botocore's error for it, if there is one."""
        if isinstance(error, TimeoutError):
            raise ReadTimeoutError(endpoint_url=self.url, error=error) from error
        if isinstance(error, ssl.SSLError) and not isinstance(error, ssl.SSLEOFError):
            raise SSLError(endpoint_url=self.url, error=error) from error
        if isinstance(error, (OSError, ResponseIncomplete)):
            raise ConnectionClosedError(endpoint_url=self.url, error=error) from error

    def _idle_one(self) -> Connection | None:
        """The one that was used last and is still open."""
        while True:
            try:
                connection = self._idle.pop()
            except IndexError:
                return None
            if connection.is_usable:
                return connection
            connection.close()

    def _close_idle(self) -> None:
        """Where a kept connection has failed, the others have too, as after a pause in which Lambda froze the process.

        The next attempt, which is the last one, is made on a new connection.
        """
        with suppress(IndexError):
            while True:
                self._idle.pop().close()

    def _connect(self) -> Connection:
        parts = urlsplit(self.url)
        host = parts.hostname or ""
        try:
            connected = socket.create_connection((host, parts.port or _PORTS[parts.scheme]), self.connect_timeout)
        except TimeoutError as error:
            raise ConnectTimeoutError(endpoint_url=self.url, error=error) from error
        except OSError as error:
            raise EndpointConnectionError(endpoint_url=self.url, error=error) from error
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connected.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        if self.tls is not None:
            connected = self._secured(connected, host)
        connected.settimeout(self.read_timeout)
        return Connection(connected)

    def _secured(self, connected: socket.socket, host: str) -> ssl.SSLSocket:
        try:
            return (self.tls or ssl.create_default_context()).wrap_socket(connected, server_hostname=host)
        except BaseException as error:
            connected.close()
            self._raise(error)
            raise
