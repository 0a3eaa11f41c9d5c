"""A partner that answers `success` to every POST, and says how many it has had."""

import asyncio
import sys
from collections.abc import Awaitable, Callable

from aiohttp import web

type Answer = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


class Partner:
    """Counts the POSTs. A GET has their number."""

    def __init__(self) -> None:
        self.posts = 0

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        """The response to any request."""
        if request.method == "GET":
            return web.Response(text=str(self.posts))
        await request.read()
        self.posts += 1
        return web.Response(text="success")


async def serve(answer: Answer) -> None:
    """Serves on a free port, which is printed, until the standard input is closed."""
    runner = web.ServerRunner(web.Server(answer), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.to_thread(sys.stdin.read)
    await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(serve(Partner().answer))
