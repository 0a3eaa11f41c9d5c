"""Attempts without a connection: refused, silent, not looked up, too late."""

import errno
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any, Never

import aiohttp

from herald.domain.attempt import Verdict
from herald.endpoint.resolver import CannotLookUp, NotResolved, Resolver
from herald.webhook.client import internal_failure, timed_out
from herald.webhook.connection_pool import ConnectionLease
from herald.webhook.session import AttemptTrace
from herald.webhook.transport_errors import judge_failure
from herald.webhook.verdict import Judgement

PEER = "203.0.113.7:443"
_NUMBERS = (
    *(errno.ECONNREFUSED, errno.ECONNRESET, errno.EHOSTUNREACH, errno.ETIMEDOUT, errno.EMFILE, errno.EADDRNOTAVAIL),
)
_KEY: Any = None  # only the error's message would use it
_LOOK_UPS = (
    *(socket.gaierror(socket.EAI_NONAME, ""), socket.gaierror(socket.EAI_AGAIN, ""), UnicodeError(), socket.gaierror()),
    *(OSError(errno.EIO, "Input/output error"), OSError(errno.EMFILE, "Too many open files")),
)


def connection_judgements() -> Iterator[Judgement]:
    """The judgement on each error of the operating system, on a closed connection, and on an error of Herald."""
    for number in _NUMBERS:
        error = OSError(number, "Cannot assign requested address")
        yield judge_failure(aiohttp.ClientConnectorError(_KEY, error), "shop.example", PEER)
    yield judge_failure(aiohttp.ServerDisconnectedError(), "shop.example", PEER)
    yield internal_failure(ValueError())


def timeouts() -> Iterator[Judgement]:
    """What the deadline can end."""
    for trace in (
        AttemptTrace(10),
        AttemptTrace(10, peer=PEER),
        AttemptTrace(10, peer=PEER, lease=ConnectionLease(connected=True)),
        AttemptTrace(10, peer=PEER, lease=ConnectionLease(connected=True), status=200),
    ):
        yield timed_out(trace)


async def look_ups() -> list[Judgement]:
    """What a look-up of a name can end with."""
    return [judgement async for judgement in _look_ups()]


async def _look_ups() -> AsyncIterator[Judgement]:
    for error in _LOOK_UPS:
        try:
            await Resolver(failing(error)).addresses("shop.example")
        except NotResolved as failed:
            yield Judgement(Verdict.NOT_RESOLVED, failed.reason)
        except CannotLookUp as failed:
            yield Judgement(Verdict.OUR_FAULT, failed.reason)


def failing(error: Exception) -> Callable[..., Never]:
    """A `getaddrinfo` that raises this error."""

    def fail(*_: Any, **__: Any) -> Never:
        raise error

    return fail
