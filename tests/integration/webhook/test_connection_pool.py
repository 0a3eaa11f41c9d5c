"""The connection pool: which connections it keeps."""

import asyncio

import aiohttp
import pytest

from herald.webhook.connection_pool import ConnectionLease, ConnectionPool, connection_lease
from tests.support.http.misbehaving_servers import SUCCESS, answering

pytestmark = pytest.mark.asyncio


async def send(session: aiohttp.ClientSession, port: int, name: str) -> ConnectionLease:
    """One request, over a connection not shared with other names."""
    own = ConnectionLease()
    connection_lease.set(own)
    url = f"http://127.0.0.1:{port}/"
    async with session.post(
        url, data=b"", headers={"Host": name, "Content-Length": "0"}, server_hostname=name
    ) as answer:
        await answer.read()
    return own


async def test_connection_beyond_the_limit_is_not_kept() -> None:
    names = [f"{number}.example" for number in range(6)]
    async with answering(SUCCESS) as server, aiohttp.ClientSession(connector=ConnectionPool(max_open=4)) as session:
        for name in names:
            await send(session, server.port, name)
        again = [(await send(session, server.port, name)).reused for name in names]
    assert again == [True] * 4 + [False] * 2
    assert server.accepted == 8


async def test_many_at_once_are_bounded_too_and_all_served() -> None:
    async with answering(SUCCESS) as server, aiohttp.ClientSession(connector=ConnectionPool(max_open=4)) as session:
        await asyncio.gather(*(asyncio.create_task(send(session, server.port, "p.example")) for _ in range(30)))
        again = [(await send(session, server.port, "p.example")).reused for _ in range(4)]
    assert server.accepted == 30
    assert again == [True] * 4
