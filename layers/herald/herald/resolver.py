"""Which addresses a name has at this moment, asked anew for each attempt."""

import asyncio
import socket
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_address
from typing import Any, Final

from herald.address import IPAddress

# `getaddrinfo` cannot be broken off: a name whose servers hang keeps a thread for up to half a minute, long after its
# attempt ended. It keeps one, however many attempts want it, so that so many hung names do not make the others wait.
_THREADS: Final = ThreadPoolExecutor(64, thread_name_prefix="look-up")

type LookUp = Callable[..., Sequence[tuple[Any, ...]]]


class NotResolved(Exception):
    """The name has no address, or nobody would say. The message is in words for the partner."""


class Resolver:
    """Look-ups in threads. Belongs to one event loop."""

    def __init__(self, look_up: LookUp = socket.getaddrinfo) -> None:
        self._look_up = look_up
        self._under_way: dict[str, asyncio.Future[tuple[IPAddress, ...]]] = {}

    async def addresses(self, host: str) -> tuple[IPAddress, ...]:
        """All addresses of the name, IPv4 first, otherwise in the resolver's order. Raises `NotResolved`."""
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
        except socket.gaierror as error:
            raise NotResolved(_words(error, host)) from error
        addresses = dict.fromkeys(ip_address(sockaddr[0]) for *_, sockaddr in found)
        return tuple(sorted(addresses, key=lambda address: address.version))


def _words(error: socket.gaierror, host: str) -> str:
    if error.errno == socket.EAI_AGAIN:
        return f"the name {host} could not be looked up: its name servers do not answer"
    if error.errno in {socket.EAI_NONAME, socket.EAI_NODATA, socket.EAI_FAIL}:
        return f"the name {host} has no address: is it spelt right, and is it in the public DNS?"
    return f"the name {host} could not be looked up: {error.strerror}"
