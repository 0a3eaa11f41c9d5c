"""The control API: how somebody outside the process tells the partners what to answer, and reads their record.

GET    /control/partners                          the partners' names
PUT    /control/partners/<name>                   {"script": "refuse twice then success"}
                                                  or {"answers": [{"status": 200, "body": "SUCCESS", "headers": {}}]}
                                                  and, at choice, {"secret": "whsec_…"}
GET    /control/partners/<name>/requests          ?count=3&timeout=10 waits for the third one: 408 if it does not come
DELETE /control/partners/<name>
"""

import asyncio
from base64 import b64encode
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any

from aiohttp import web

from tools.sample_partner.canned_response import Behavior, CannedResponse
from tools.sample_partner.request_log import Received
from tools.sample_partner.script import Script, ScriptError
from tools.sample_partner.server import BOOK

_LONGEST_WAIT = 600.0  # seconds

type Handler = Callable[[web.Request], Awaitable[web.Response]]


def add_control(app: web.Application) -> None:
    """Adds the routes above to the partners' server."""
    app.router.add_get("/control/partners", _names)
    app.router.add_put("/control/partners/{name}", _refusing(_tell))
    app.router.add_delete("/control/partners/{name}", _forget)
    app.router.add_get("/control/partners/{name}/requests", _refusing(_requests))


def _refusing(handler: Handler) -> Handler:
    async def refuse_nonsense(request: web.Request) -> web.Response:
        try:
            return await handler(request)
        except (ValueError, KeyError, TypeError) as fault:
            return web.json_response({"describe": str(fault)}, status=400)

    return refuse_nonsense


async def _names(request: web.Request) -> web.Response:
    return web.json_response({"partners": request.app[BOOK].names()})


async def _tell(request: web.Request) -> web.Response:
    name, request_log, wish = request.match_info["name"], request.app[BOOK], await request.json()
    script = script_of(wish)
    if "secret" in wish:
        request_log.share_secret(name, wish["secret"])
    if script:
        request_log.configure(name, script)
    return web.json_response({"url": f"{request.url.origin()}/p/{name}"})


async def _forget(request: web.Request) -> web.Response:
    request.app[BOOK].forget(request.match_info["name"])
    return web.json_response({})


async def _requests(request: web.Request) -> web.Response:
    name, request_log = request.match_info["name"], request.app[BOOK]
    count, timeout = int(request.query.get("count", "0")), float(request.query.get("timeout", "0"))
    try:
        received = await asyncio.to_thread(request_log.wait_for, name, count, min(timeout, _LONGEST_WAIT))
    except TimeoutError as late:
        return web.json_response({"describe": str(late), "requests": _plain(request_log.received(name))}, status=408)
    return web.json_response({"requests": _plain(received)})


def script_of(wish: dict[str, Any]) -> Script | None:
    """The script that a control request asks for; None when it asks for none. Raises `ValueError`, `TypeError`."""
    if "script" in wish:
        return Script.parse(wish["script"])
    if "answers" in wish:
        return Script.of([_answer(one) for one in wish["answers"]])
    if "secret" not in wish:
        raise ScriptError(
            'say what to answer: {"script": "refuse twice then success"} or {"answers": [{"status": 503}]}'
        )
    return None


def _answer(wish: dict[str, Any]) -> CannedResponse:
    told = {"name": str(wish.get("status", "answer")), **wish}
    told["body"] = str(told.get("body", "")).encode()
    told["headers"] = tuple(dict(told.get("headers", {})).items())
    told["behavior"] = Behavior(told.pop("manner", Behavior.WHOLE))  # the name on the wire is older
    return CannedResponse(**told)


def _plain(received: list[Received]) -> list[dict[str, Any]]:
    return [{**asdict(one), "body": _text(one.body), "bodyBase64": b64encode(one.body).decode()} for one in received]


def _text(body: bytes) -> str:
    return body.decode("utf-8", "replace")
