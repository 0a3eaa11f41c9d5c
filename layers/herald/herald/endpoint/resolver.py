"""DNS resolution of a host name, repeated for each attempt."""

import asyncio
import errno
import os
import socket
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_address
from typing import Any, Final

from herald.endpoint.special_addresses import IPAddress
from herald.languages.reason import Reason, ReasonedError
from herald.languages.shown import shown

# `getaddrinfo` cannot be cancelled: a name whose servers do not respond occupies a thread for up to half a minute, long
# after its attempt. It occupies only one, however many attempts need it, and the pool has room for many such names.
_THREADS: Final = ThreadPoolExecutor(64, thread_name_prefix="look-up")

# Resources that this machine can run out of; the same resolution succeeds later.
OUR_ERRNOS: Final = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})

_LONGEST: Final = 253  # characters of a name in a reason, as many as a name may have

type GetAddrInfo = Callable[..., Sequence[tuple[Any, ...]]]


class NotResolved(ReasonedError):
    """The name has no address, or its name servers do not respond. The reason is for the partner."""


class CannotLookUp(ReasonedError):
    """The machine cannot resolve names now; the name itself may be correct."""


class Resolver:
    """Resolves names in threads. Belongs to one event loop."""

    def __init__(self, getaddrinfo: GetAddrInfo = socket.getaddrinfo) -> None:
        self._getaddrinfo = getaddrinfo
        self._pending: dict[str, asyncio.Future[tuple[IPAddress, ...]]] = {}

    async def addresses(self, host: str) -> tuple[IPAddress, ...]:
        """All addresses of the name, IPv4 first, otherwise in the resolver's order; at least one.

        Raises `NotResolved` and `CannotLookUp`.
        """
        try:
            return (ip_address(host),)
        except ValueError:
            return await asyncio.shield(
                self._start_or_join(host)
            )  # the deadline of one attempt must not cancel the resolution for another

    def _start_or_join(self, host: str) -> asyncio.Future[tuple[IPAddress, ...]]:
        if (earlier := self._pending.get(host)) is not None:
            return earlier
        found = asyncio.get_running_loop().run_in_executor(_THREADS, self._resolve, host)
        self._pending[host] = found
        found.add_done_callback(lambda done: self._forget(host, done))
        return found

    def _forget(self, host: str, done: asyncio.Future[tuple[IPAddress, ...]]) -> None:
        if not done.cancelled():
            done.exception()  # retrieved here, so that asyncio does not log it when no attempt waits any more
        del self._pending[host]

    def _resolve(self, host: str) -> tuple[IPAddress, ...]:
        try:
            found = self._getaddrinfo(host, None, type=socket.SOCK_STREAM)
            addresses = dict.fromkeys(ip_address(sockaddr[0]) for *_, sockaddr in found)
        except OSError as error:
            raise _failure(error, host) from error
        except ValueError as error:  # UnicodeError is a subclass: the codec `idna` raises it
            raise NotResolved(_reason("host_name", host)) from error
        if not addresses:
            raise NotResolved(_reason("no_address", host))
        return tuple(sorted(addresses, key=lambda address: address.version))


def _failure(error: OSError, host: str) -> NotResolved | CannotLookUp:
    """`getaddrinfo` raises `gaierror` with EAI_ numbers, but for EAI_SYSTEM a plain `OSError` with an errno."""
    if isinstance(error, socket.gaierror):
        if error.errno == socket.EAI_MEMORY:
            return _cannot_resolve(os.strerror(errno.ENOMEM))
        # glibc reports "no such name" also when it can open neither its files nor a socket.
        exhausted = _exhausted_resource()
        if exhausted is not None:
            return _cannot_resolve(os.strerror(exhausted))
        return _not_resolved(error, host)
    if error.errno in OUR_ERRNOS:
        return _cannot_resolve(os.strerror(error.errno or 0))
    return NotResolved(_reason("other", host, message=shown(error.strerror or type(error).__name__, _LONGEST)))


def _exhausted_resource() -> int | None:
    """The errno with which this machine fails to open a socket now; None when it can open one."""
    try:
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM).close()
    except OSError as error:
        return error.errno if error.errno in OUR_ERRNOS else None
    return None


def _not_resolved(error: socket.gaierror, host: str) -> NotResolved:
    if error.errno == socket.EAI_AGAIN:
        return NotResolved(_reason("no_answer", host))
    if error.errno in {socket.EAI_NONAME, socket.EAI_NODATA, socket.EAI_FAIL}:
        return NotResolved(_reason("no_address", host))
    if not error.strerror:
        return NotResolved(_reason("unknown", host))
    return NotResolved(_reason("other", host, message=shown(error.strerror, _LONGEST)))


def _reason(name: str, host: str, **values: str) -> Reason:
    return Reason(f"not_resolved.{name}", {"host": shown(host, _LONGEST), **values})


def _cannot_resolve(message: str) -> CannotLookUp:
    return CannotLookUp(Reason("our_fault.lookup", {"message": message}))
