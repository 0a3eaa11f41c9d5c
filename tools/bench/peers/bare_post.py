"""`python -m tools.bench.peers.bare_post URL COUNT`: POSTs with aiohttp and nothing else, 50 at once."""

import asyncio
import json
import sys

from aiohttp import ClientSession, TCPConnector

from tools.bench.herald.example import FIRST_PARTNER, order_of, payload_of
from tools.bench.herald.stopwatch import Stopwatch

AT_ONCE = 50
WARM = 200


async def post_all(session: ClientSession, url: str, bodies: list[bytes]) -> None:
    """POSTs all of them. Raises where one is not answered `success`."""
    left = iter(bodies)

    async def post_one_after_the_other() -> None:
        for body in left:
            async with session.post(url, data=body, headers={"content-type": "application/json"}) as response:
                response.raise_for_status()
                if (await response.read()).strip() != b"success":
                    raise ValueError(response.status)

    async with asyncio.TaskGroup() as tasks:
        for _ in range(AT_ONCE):
            tasks.create_task(post_one_after_the_other())


async def measure(url: str, count: int) -> dict[str, float]:
    """What `count` of them take, in seconds."""
    bodies = [payload_of(FIRST_PARTNER, order_of(number)).encode() for number in range(WARM + count)]
    async with ClientSession(connector=TCPConnector(limit=AT_ONCE)) as session:
        await post_all(session, url, bodies[:WARM])
        with Stopwatch() as measured:
            await post_all(session, url, bodies[WARM:])
    return {"count": count, "cpu": measured.cpu, "wall": measured.wall}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(measure(sys.argv[1], int(sys.argv[2])))))
