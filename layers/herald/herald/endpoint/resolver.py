"""Which addresses a name has at this moment, asked anew for each attempt."""

import asyncio
import errno
import os
import socket
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_address
from typing import Any, Final

from herald.endpoint.endpoint_policy import IPAddress

# `getaddrinfo` cannot be broken off: a name whose servers hang keeps a thread for up to half a minute, long after its
# attempt ended. It keeps one, however many attempts want it, so that so many hung names do not make the others wait.
_THREADS: Final = ThreadPoolExecutor(64, thread_name_prefix="look-up")

# What this machine runs out of; the same look-up succeeds when there is some again.
OUR_ERRNOS: Final = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})

type LookUp = Callable[..., Sequence[tuple[Any, ...]]]


class NotResolved(Exception):
    """The name has no address, or nobody would say. The message is in words for the partner."""


class CannotLookUp(Exception):
    """Herald itself cannot look names up now, which says nothing of the name."""


class Resolver:
    """Look-ups in threads. Belongs to one event loop."""

    def __init__(self, look_up: LookUp = socket.getaddrinfo) -> None:
        self._look_up = look_up
        self._under_way: dict[str, asyncio.Future[tuple[IPAddress, ...]]] = {}

    async def addresses(self, host: str) -> tuple[IPAddress, ...]:
        """All addresses of the name, IPv4 first, otherwise in the resolver's order; at least one.

        Raises `NotResolved` and `CannotLookUp`.
        """
        try:
            return (ip_address(host),)
        except ValueError:
            return await asyncio.shield(self._shared(host))  # one attempt's deadline must not end another one's look-up

    def _shared(self, host: str) -> asyncio.Future[tuple[IPAddress, ...]]:
        if (earlier := self._under_way.get(host)) is not None:
            return earlier
        found = asyncio.get_running_loop().run_in_executor(_THREADS, self._ask, host)
        self._under_way[host] = found
        found.add_done_callback(lambda done: self._forget(host, done))
        return found

    def _forget(self, host: str, done: asyncio.Future[tuple[IPAddress, ...]]) -> None:
        if not done.cancelled():
            done.exception()  # looked at here too, for when nobody waits any more
        del self._under_way[host]

    def _ask(self, host: str) -> tuple[IPAddress, ...]:
        try:
            found = self._look_up(host, None, type=socket.SOCK_STREAM)
            addresses = dict.fromkeys(ip_address(sockaddr[0]) for *_, sockaddr in found)
        except OSError as error:
            raise _failure(error, host) from error
        except ValueError as error:  # UnicodeError is one: the codec `idna` refuses what it cannot encode
            raise NotResolved(f"the name {host} could not be looked up: it is no valid host name") from error
        if not addresses:
            raise NotResolved(_no_address(host))
        return tuple(sorted(addresses, key=lambda address: address.version))


def _failure(error: OSError, host: str) -> NotResolved | CannotLookUp:
    """`getaddrinfo` raises `gaierror` with numbers of its own, and for EAI_SYSTEM a plain `OSError` with an errno."""
    if isinstance(error, socket.gaierror):
        if error.errno == socket.EAI_MEMORY:
            return _cannot(os.strerror(errno.ENOMEM))
        # glibc says "no such name" also when it could open neither its files nor a socket.
        lacking = _run_out_of()
        if lacking is not None:
            return _cannot(os.strerror(lacking))
        return NotResolved(_words(error, host))
    if error.errno in OUR_ERRNOS:
        return _cannot(os.strerror(error.errno or 0))
    return NotResolved(f"the name {host} could not be looked up: {error.strerror or type(error).__name__}")


def _run_out_of() -> int | None:
    """The errno of what this machine lacks for a socket at this moment; None where it can open one."""
    try:
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM).close()
    except OSError as error:
        return error.errno if error.errno in OUR_ERRNOS else None
    return None


def _words(error: socket.gaierror, host: str) -> str:
    if error.errno == socket.EAI_AGAIN:
        return f"the name {host} could not be looked up: its name servers do not answer"
    if error.errno in {socket.EAI_NONAME, socket.EAI_NODATA, socket.EAI_FAIL}:
        return _no_address(host)
    return f"the name {host} could not be looked up: {error.strerror or 'the resolver does not say why'}"


def _no_address(host: str) -> str:
    return f"the name {host} has no address: is it spelt right, and is it in the public DNS?"


def _cannot(why: str) -> CannotLookUp:
    return CannotLookUp(f"our fault: Herald could not look up the name ({why})")
