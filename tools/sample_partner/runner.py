"""The sample partners at work: their server in a thread of its own, and all that a test or a demo asks of them."""

import asyncio
import ssl
from concurrent.futures import Future
from threading import Thread
from types import TracebackType
from typing import Self

from aiohttp import web

from tools.sample_partner.canned_response import CannedResponse
from tools.sample_partner.control import add_control
from tools.sample_partner.request_log import Received, RequestLog
from tools.sample_partner.script import Script
from tools.sample_partner.server import application

_PATIENCE = 10.0  # seconds that a start or a stop may take
_SHUTDOWN = 0.2  # seconds for the answers that are still going out


class SamplePartners:
    """Any number of partners behind one server on 127.0.0.1. As a context manager it runs from enter to exit.

    `port` 0 takes a free one; `tls` makes it speak https. A partner that was told nothing answers `success`.

        with SamplePartners() as partners:
            partners.configure("lakeside", "refuse twice then success")
            url = partners.url("lakeside")  # register it, submit a notification …
            third = partners.wait_for("lakeside", 3, timeout=10)[2]
    """

    def __init__(self, port: int = 0, tls: ssl.SSLContext | None = None) -> None:
        self.port = port
        self.request_log = RequestLog()
        self._tls = tls
        self._loop: asyncio.AbstractEventLoop
        self._stopping = asyncio.Event()
        self._started: Future[None] = Future()
        self._thread = Thread(target=lambda: asyncio.run(self._serve()), name="sample partners", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._started.result(_PATIENCE)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.request_log.close()
        self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join(_PATIENCE)

    @property
    def origin(self) -> str:
        """Where the server is, e.g. `http://127.0.0.1:8700`; its control API is under `/control`."""
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}"

    def url(self, name: str) -> str:
        """The partner's endpoint, as the registry wants it."""
        return f"{self.origin}/p/{name}"

    def configure(self, name: str, script: str | CannedResponse | list[CannedResponse]) -> None:
        """From now on the partner answers so, from the script's first step. Raises `ScriptError`."""
        if isinstance(script, CannedResponse):
            script = [script]
        self.request_log.configure(name, Script.parse(script) if isinstance(script, str) else Script.of(script))

    def share_secret(self, name: str, secret: str) -> None:
        """Gives the partner its secret; from then on it checks signatures and answers 401 to a wrong one."""
        self.request_log.share_secret(name, secret)

    def received(self, name: str) -> list[Received]:
        """All requests so far, the first one first."""
        return self.request_log.received(name)

    def wait_for(self, name: str, count: int, timeout: float, *, answered: bool = False) -> list[Received]:
        """All requests as soon as `count` came (and were `answered`); `TimeoutError` after so many seconds."""
        return self.request_log.wait_for(name, count, timeout, answered=answered)

    def forget(self, name: str) -> None:
        """Removes the partner: its script, its secret and its record."""
        self.request_log.forget(name)

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        app = application(self.request_log)
        add_control(app)
        # With handler_cancellation a partner that hangs notices that Herald gave up, and stops.
        runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=_SHUTDOWN)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", self.port, ssl_context=self._tls).start()
            self.port = runner.addresses[0][1]
            self._started.set_result(None)
            await self._stopping.wait()
        except OSError as fault:  # the port is taken: told to the thread that waits for the start
            self._started.set_exception(fault)
        finally:
            _hang_up(runner)
            await runner.cleanup()


def _hang_up(runner: web.AppRunner) -> None:
    """Ends every connection at once: a TLS connection that is closed politely would outlive the server."""
    for connection in runner.server.connections if runner.server else ():
        if connection.transport:
            connection.transport.abort()
