"""A server that answers each request with the next bytes of a script, on a real socket of 127.0.0.1."""

import socket
import ssl
import struct
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Barrier, Event, Thread
from typing import Literal


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent for one request, and what becomes of the connection after it."""

    sent: bytes
    then: Literal["keep", "close", "reset", "hang"] = "keep"
    after: Barrier | None = None  # sent when as many requests as it is for have come


@dataclass
class RawServer:
    """The script, the last answer of which is given to all later requests, and what the server saw."""

    script: Sequence[Answer]
    port: int = 0
    connections: int = 0
    requests: list[bytes] = field(default_factory=list)
    over: Event = field(default_factory=Event)
    tls: ssl.SSLContext | None = None
    _closed: list[Event] = field(default_factory=list)  # one of each connection that the script closes

    @property
    def url(self) -> str:
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}"

    def wait_until_closed(self) -> None:
        """Until each connection is closed that the script closes: only then a client can see that it is."""
        for closed in self._closed:
            assert closed.wait(timeout=10)

    def serve(self, listening: socket.socket) -> None:
        with suppress(OSError):  # the socket is closed when the test is over
            while True:
                connection, _ = listening.accept()
                self.connections += 1
                Thread(target=self._converse, args=(connection,), daemon=True).start()

    def _converse(self, accepted: socket.socket) -> None:
        closed = Event()
        with suppress(OSError), self._secured(accepted) as connection:
            self._answer(connection, closed)
        accepted.close()
        closed.set()

    def _secured(self, accepted: socket.socket) -> socket.socket:
        return self.tls.wrap_socket(accepted, server_side=True) if self.tls else accepted

    def _answer(self, connection: socket.socket, closed: Event) -> None:
        while request := _read_request(connection):
            answer = self.script[min(len(self.requests), len(self.script) - 1)]
            self.requests.append(request)
            if answer.after is not None:
                answer.after.wait(10)
            if answer.then in {"close", "reset"}:
                self._closed.append(closed)
            connection.sendall(answer.sent)
            if answer.then == "hang":
                self.over.wait()
            if answer.then == "reset":
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            if answer.then != "keep":
                return


@contextmanager
def raw_server(*script: Answer, tls: ssl.SSLContext | None = None) -> Iterator[RawServer]:
    """The server, while the context lasts."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = RawServer(script, listening.getsockname()[1], tls=tls)
        thread = Thread(target=server.serve, args=(listening,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.over.set()
            listening.shutdown(socket.SHUT_RDWR)  # ends `accept`
            thread.join()


def json_answer(status: int, body: bytes, *headers: str, then: Literal["keep", "close"] = "keep") -> Answer:
    """A whole response."""
    lines = [f"HTTP/1.1 {status} x", f"Content-Length: {len(body)}", "x-amzn-RequestId: ABC", *headers]
    return Answer("\r\n".join([*lines, "", ""]).encode() + body, then)


def _read_request(connection: socket.socket) -> bytes:
    received = b""
    while b"\r\n\r\n" not in received:
        part = connection.recv(65_536)
        if not part:
            return b""
        received += part
    head, _, body = received.partition(b"\r\n\r\n")
    length = next(int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
    while len(body) < length:
        body += connection.recv(65_536)
    return head + b"\r\n\r\n" + body
