"""From a host to the addresses that may be connected to, asked anew at each attempt."""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from ipaddress import IPv6Address, ip_address

from herald.address import EndpointRefused, IPAddress, check_address

type Resolve = Callable[[str, int], Awaitable[list[IPAddress]]]

# A look-up that hangs keeps its thread for as long as the system's resolver likes; so many may, before others wait.
_LOOK_UPS = ThreadPoolExecutor(64, thread_name_prefix="look-up")


class NotResolved(Exception):
    """The name has no address."""


async def system_resolve(host: str, port: int) -> list[IPAddress]:
    """All addresses of the host, as the system's resolver knows them. Raises `NotResolved`."""
    loop = asyncio.get_running_loop()
    try:
        found = await loop.run_in_executor(_LOOK_UPS, socket.getaddrinfo, host, port, 0, socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise NotResolved(f"the name `{host[:100]}` has no address") from None
    return [ip_address(address[0]) for *_, address in found if isinstance(address[0], str)]


async def vetted_addresses(resolve: Resolve, host: str, port: int, *, allow_private: bool) -> list[IPAddress]:
    """The host's addresses, IPv4 first. Raises `NotResolved`, and `EndpointRefused` if any of them is not public.

    Any: a name that has a public and a private address is an attempt to get in, or a mistake of the partner's.
    """
    addresses = await resolve(host, port)
    for address in addresses:
        try:
            check_address(address, allow_private=allow_private)
        except EndpointRefused as refused:
            raise EndpointRefused(f"the name `{host[:100]}` leads astray: {refused}") from None
    if not addresses:
        raise NotResolved(f"the name `{host[:100]}` has no address")
    return sorted(dict.fromkeys(addresses), key=lambda address: isinstance(address, IPv6Address))
