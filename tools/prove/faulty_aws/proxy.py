"""The proxy between the functions and the engine: passes requests on as they are, and lets some of them fail."""

import asyncio
import re
import time
from collections.abc import Mapping
from concurrent.futures import Future
from threading import Thread
from types import TracebackType
from typing import Final, Self
from urllib.parse import parse_qs

from aiohttp import ClientSession, ClientTimeout, DummyCookieJar, TCPConnector, web
from yarl import URL

from tools.prove.faulty_aws.faults import TOOK_EFFECT, Answer, Fault, FaultChoice, Request, error_answer
from tools.prove.journal import Journal, What

_WITHIN = 10.0  # seconds that a start or a stop may take
_LONGEST_HANG = 30.0  # seconds: longer than any client in Herald waits
_LARGEST: Final = 64_000_000  # bytes of a request
_OF_THE_CONNECTION: Final = {"connection", "keep-alive", "transfer-encoding", "content-length"}
_SERVICE: Final = re.compile(r"Credential=[^/]+/\d+/[^/]+/(?P<service>[a-z0-9]+)/")
_DIGEST: Final = re.compile(rb"(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])")


def request_of(headers: Mapping[str, str], body: bytes) -> Request:
    """The service by the request's signature, and the operation by its target or its form."""
    signed = _SERVICE.search(headers.get("Authorization", ""))
    target = headers.get("X-Amz-Target", "").rpartition(".")[2]
    if not target and headers.get("Content-Type", "").startswith("application/x-www-form-urlencoded"):
        target = parse_qs(body.decode(errors="replace")).get("Action", [""])[0]
    return Request(signed["service"] if signed else "", target)


def digests_in(body: bytes) -> tuple[str, ...]:
    """The digests of notifications that a request names."""
    return tuple(sorted({one.decode() for one in _DIGEST.findall(body)}))


class FaultyAws:
    """The proxy on a free port of 127.0.0.1; as a context manager it runs from enter to exit. `target` is set later.

    Faults happen from `begin` to `heal`.
    """

    def __init__(self, journal: Journal) -> None:
        self.target = ""
        self.port = 0
        self.passed_on = 0
        self._journal = journal
        self._choice: FaultChoice | None = None
        self._began_at = 0.0
        self._loop: asyncio.AbstractEventLoop
        self._session: ClientSession
        self._stopping = asyncio.Event()
        self._started: Future[None] = Future()
        self._thread = Thread(target=lambda: asyncio.run(self._serve()), name="faulty AWS", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._started.result(_WITHIN)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join(_WITHIN)

    @property
    def url(self) -> str:
        """What the functions take for AWS."""
        return f"http://127.0.0.1:{self.port}"

    def begin(self, choice: FaultChoice) -> None:
        """From now on requests fail as chosen."""
        self._began_at = time.monotonic()
        self._choice = choice

    def heal(self) -> None:
        """From now on none fails."""
        self._choice = None

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        app = web.Application(client_max_size=_LARGEST)
        app.router.add_route("*", "/{path:.*}", self._receive)
        runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.2, access_log=None)
        await runner.setup()
        async with ClientSession(
            connector=TCPConnector(limit=0),
            cookie_jar=DummyCookieJar(),
            auto_decompress=False,
            timeout=ClientTimeout(total=None),
        ) as session:
            self._session = session
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            self.port = runner.addresses[0][1]
            self._started.set_result(None)
            await self._stopping.wait()
            await runner.cleanup()

    async def _receive(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        choice, what = self._choice, request_of(request.headers, body)
        fault = choice.choose(what, time.monotonic() - self._began_at) if choice else None
        if fault is None or choice is None:
            return _response(await self._pass_on(request, body))
        about = (*digests_in(body), what.service)
        self._journal.note(What.FAULT, f"{what.service} {fault.value}", *about, detail=what.operation)
        if fault is Fault.SLOW:
            await asyncio.sleep(choice.pause())
        if fault in TOOK_EFFECT | {Fault.SLOW}:
            answer = await self._pass_on(request, body)
            if fault is Fault.TWICE:
                await self._pass_on(request, body)
            if fault in {Fault.TWICE, Fault.SLOW}:
                return _response(answer)
        return await _fail(request, what, fault)

    async def _pass_on(self, request: web.Request, body: bytes) -> Answer:
        self.passed_on += 1
        headers = {name: value for name, value in request.headers.items() if name.lower() not in _OF_THE_CONNECTION}
        url = URL(self.target + request.raw_path, encoded=True)
        # With the functions' Host, which their signature covers.
        async with self._session.request(
            request.method, url, headers=headers, data=body, allow_redirects=False
        ) as response:
            kept = {name: value for name, value in response.headers.items() if name.lower() not in _OF_THE_CONNECTION}
            return Answer(response.status, await response.read(), kept)


async def _fail(request: web.Request, what: Request, fault: Fault) -> web.StreamResponse:
    if fault in {Fault.ERROR, Fault.THROTTLED}:
        return _response(error_answer(what.service, fault))
    if fault in {Fault.HANG, Fault.ANSWER_LATE}:
        await asyncio.sleep(_LONGEST_HANG)  # until the client gives up, which cancels this handler
    if request.transport:
        request.transport.abort()
    return web.Response()


def _response(answer: Answer) -> web.Response:
    return web.Response(status=answer.status, body=answer.body, headers=answer.headers)
