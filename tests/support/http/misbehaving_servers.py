"""Servers that misbehave in every way that a partner's may, on real sockets of 127.0.0.1."""

import asyncio
import socket
import ssl
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field

type Conversation = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

SUCCESS = b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nsuccess"


@dataclass(frozen=True)
class Asked:
    """A request as the server read it."""

    line: str
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str:
        """The value of a header that must be there exactly once."""
        (value,) = [value for each, value in self.headers if each.lower() == name.lower()]
        return value


@dataclass
class Server:
    """What a server saw."""

    port: int = 0
    accepted: int = 0
    asked: list[Asked] = field(default_factory=list)
    came: asyncio.Event = field(default_factory=asyncio.Event)  # a client opened a connection
    left: asyncio.Event = field(default_factory=asyncio.Event)  # a client closed its connection
    gone: threading.Event = field(default_factory=threading.Event)  # likewise, where the server is a thread


async def read_request(reader: asyncio.StreamReader) -> Asked:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    line, *lines = head.rstrip("\r\n").split("\r\n")
    headers = [(name, value.strip()) for name, _, value in (each.partition(":") for each in lines)]
    length = next(int(value) for name, value in headers if name.lower() == "content-length")
    return Asked(line, headers, await reader.readexactly(length))


@asynccontextmanager
async def talking(
    conversation: Conversation, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1", port: int = 0
) -> AsyncIterator[Server]:
    """A server that holds this conversation on every connection, then closes it."""
    seen = Server()

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.accepted += 1
        seen.came.set()
        with suppress(ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
            await conversation(reader, writer)
        writer.close()
        seen.left.set()

    server = await asyncio.start_server(converse, host, port, ssl=tls, reuse_address=True)
    seen.port = server.sockets[0].getsockname()[1]
    try:
        yield seen
    finally:
        server.close()
        server.abort_clients()
        await server.wait_closed()
        await asyncio.sleep(0)  # the conversations hear of it


@asynccontextmanager
async def answering(
    answer: bytes | Callable[[Asked], bytes], tls: ssl.SSLContext | None = None, host: str = "127.0.0.1", port: int = 0
) -> AsyncIterator[Server]:
    """A server that keeps its connections and gives each request the same bytes, or what a function makes of it."""
    asked: list[Asked] = []

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            asked.append(await read_request(reader))
            writer.write(answer if isinstance(answer, bytes) else answer(asked[-1]))
            await writer.drain()

    async with talking(converse, tls, host, port) as server:
        server.asked = asked
        yield server


def once(answer: bytes, *, abort: bool = False) -> Conversation:
    """Answers one request with these bytes, then closes; `abort` does it with a reset."""

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(answer)
        await writer.drain()
        if abort:
            writer.transport.abort()

    return converse


@contextmanager
def mute(tls: ssl.SSLContext, answer: bytes = b"") -> Iterator[Server]:
    """A TLS server for one client that falls silent after this answer: it does not even send TLS's close_notify.

    If the handshake fails it says why, as real servers do and asyncio's does not.
    """
    seen = Server()

    def listen_only(listening: socket.socket) -> None:
        connection, _ = listening.accept()
        seen.accepted += 1
        secured = tls.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
        with suppress(OSError):
            secured.do_handshake()
            if answer:
                secured.recv(4096)
                secured.sendall(answer)
        with socket.socket(fileno=secured.detach()) as raw:
            raw.settimeout(5)
            with suppress(TimeoutError):
                while raw.recv(4096):  # to close before all is read would be a reset, and overtake the alert
                    pass
                seen.gone.set()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        seen.port = listening.getsockname()[1]
        thread = threading.Thread(target=listen_only, args=(listening,))
        thread.start()
        yield seen
        thread.join(10)


@contextmanager
def swallowing(host: str, port: int) -> Iterator[None]:
    """An address whose queue of connections is full, so that the kernel drops every further one without a word."""
    with socket.create_server((host, port), backlog=0), ExitStack() as fillers:
        for _ in range(4):
            filler = fillers.enter_context(socket.socket())
            filler.settimeout(0)
            filler.connect_ex((host, port))
        yield


async def hang(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    """Reads the request and whatever follows it; says nothing."""
    while await reader.read(1024):
        pass


def say_and_hang(answer: bytes) -> Conversation:
    """Begins an answer and never ends it."""

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(answer)
        await hang(reader, writer)

    return converse


def drip(head: bytes, drop: bytes, seconds: float = 0.02) -> Conversation:
    """Sends a head, then one drop after another, for ever."""

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(head)
        while True:
            writer.write(drop)
            await writer.drain()
            await asyncio.sleep(seconds)  # a drip is a matter of time

    return converse


def flood(head: bytes, piece: bytes, pieces: int) -> Conversation:
    """Sends a head, then as much as the client takes, as fast as it takes it."""

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(head)
        for _ in range(pieces):
            writer.write(piece)
            await writer.drain()

    return converse
