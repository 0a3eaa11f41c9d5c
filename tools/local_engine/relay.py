"""Lets containers of this machine reach a server that listens on 127.0.0.1 only: bytes in, bytes out."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread


@contextmanager
def relay(address: str, port: int) -> Iterator[int]:
    """While it is open, `address` (Docker's bridge) leads to 127.0.0.1:`port`; gives the port there."""
    ready, loop = Event(), asyncio.new_event_loop()
    server = loop.run_until_complete(asyncio.start_server(lambda r, w: _carry(r, w, port), address, 0))
    loop.call_soon(ready.set)
    thread = Thread(target=loop.run_forever, name="relay", daemon=True)
    thread.start()
    ready.wait()
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        server.close()
        loop.close()


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, port: int) -> None:
    far_reader, far_writer = await asyncio.open_connection("127.0.0.1", port)
    await asyncio.gather(_pipe(reader, far_writer), _pipe(far_reader, writer))


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while part := await reader.read(65_536):
            writer.write(part)
            await writer.drain()
    except ConnectionError:
        return  # whoever hung up, the other side is told by the close
    finally:
        writer.close()
