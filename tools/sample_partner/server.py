"""The partners' server: one process, one path for each partner, `/p/<name>`."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web

from herald.domain.clock import SECOND, now
from tools.sample_partner.canned_response import Behavior, CannedResponse
from tools.sample_partner.request_log import Request, RequestLog

BOOK = web.AppKey("BOOK", RequestLog)
_LARGEST_REQUEST = 10_000_000  # bytes: whatever API Gateway would let pass

type Sender = Callable[[web.Request, CannedResponse], Awaitable[web.StreamResponse]]


def application(request_log: RequestLog) -> web.Application:
    """The partners; every method on every path under `/p/<name>` is a request to that partner."""
    app = web.Application(client_max_size=_LARGEST_REQUEST)
    app[BOOK] = request_log
    app.router.add_route("*", "/p/{name}", _receive)
    app.router.add_route("*", "/p/{name}/{rest:.*}", _receive)
    return app


async def _receive(request: web.Request) -> web.StreamResponse:
    at, name, request_log = now(), request.match_info["name"], request.app[BOOK]
    headers = {key.lower(): value for key, value in request.headers.items()}
    body = await request.read()
    number, answer = request_log.write(
        name, Request(at=at, method=request.method, path=request.path_qs, headers=headers, body=body)
    )
    await asyncio.sleep(answer.delay_ms / SECOND)
    response = await _SENDERS[answer.behavior](request, answer)
    request_log.answered(name, number)
    return response


async def _whole(request: web.Request, answer: CannedResponse) -> web.StreamResponse:
    response = web.Response(status=answer.status, body=answer.body, headers=answer.headers)
    await response.prepare(request)
    await response.write_eof()
    return response


async def _drip(request: web.Request, answer: CannedResponse) -> web.StreamResponse:
    response = web.StreamResponse(status=answer.status, headers=answer.headers)
    await response.prepare(request)
    for byte in answer.body:
        await response.write(bytes([byte]))
        await asyncio.sleep(answer.pause_ms / SECOND)
    await response.write_eof()
    return response


async def _hang(_request: web.Request, answer: CannedResponse) -> web.StreamResponse:
    await asyncio.Event().wait()  # until the other side gives up, which cancels this handler
    return web.Response(status=answer.status)


async def _raw(request: web.Request, answer: CannedResponse) -> web.StreamResponse:
    if transport := request.transport:
        transport.write(answer.body)
        transport.close()
    return web.Response()


async def _big(request: web.Request, answer: CannedResponse) -> web.StreamResponse:
    response = web.StreamResponse(status=answer.status, headers=answer.headers)
    response.content_length = answer.size
    await response.prepare(request)
    left = answer.size
    while left > 0:
        await response.write(answer.body[:left])
        left -= len(answer.body)
    await response.write_eof()
    return response


_SENDERS: Mapping[Behavior, Sender] = {
    Behavior.WHOLE: _whole,
    Behavior.DRIP: _drip,
    Behavior.HANG: _hang,
    Behavior.RAW: _raw,
    Behavior.BIG: _big,
}
