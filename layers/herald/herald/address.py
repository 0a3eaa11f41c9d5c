"""Where Herald may connect to: public https addresses, and only such (DESIGN, section 5, endpoint safety). Pure."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import SplitResult, urlsplit

MAX_URL = 2_000  # characters; longer ones are cut off somewhere on their way
_HIGHEST_PORT = 65_535

# What carries an IPv4 address inside, which is what a gateway would connect to in the end.
_NAT64 = IPv6Network("64:ff9b::/96")
_LOCAL_NAT64 = IPv6Network("64:ff9b:1::/48")
_COMPATIBLE = IPv6Network("::/96")

type IPAddress = IPv4Address | IPv6Address


class EndpointRefused(Exception):
    """Herald does not connect there; the message says why, for the operator and the partner."""


def check_url(url: str, *, allow_private: bool) -> SplitResult:
    """The parts of an address that may be used, as far as it can be told without asking for the name's addresses.

    Raises `EndpointRefused`. `allow_private` lifts the rules that it be https and public, for local use.
    """
    parts = _split(url)
    schemes = ("https", "http") if allow_private else ("https",)
    if parts.scheme not in schemes:
        raise EndpointRefused(f"the address must begin with {'https:// or http://' if allow_private else 'https://'}")
    if "@" in parts.netloc:
        raise EndpointRefused("the address must not contain a user name or password")
    if parts.fragment:
        raise EndpointRefused("the address must not contain a `#` part: a server never sees it")
    literal = literal_address(parts.hostname or "")
    if literal is not None:
        check_address(literal, allow_private=allow_private)
    return parts


def check_address(address: IPAddress, *, allow_private: bool) -> None:
    """Raises `EndpointRefused` for an address that is not globally reachable unicast."""
    if not allow_private and not is_public(address):
        raise EndpointRefused(f"the address {address} is not a public one")


def is_public(address: IPAddress) -> bool:
    """Whether it is globally reachable unicast, and so is the IPv4 address inside it, if it has one.

    `is_global` follows IANA's registries of special-purpose addresses; multicast is not in them.
    """
    inner = embedded(address)
    if inner is not None:
        return is_public(inner)
    if isinstance(address, IPv6Address) and (address in _LOCAL_NAT64 or address.is_site_local):
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def embedded(address: IPAddress) -> IPv4Address | None:
    """The IPv4 address inside an IPv6 one: mapped, compatible, NAT64, 6to4, Teredo (its client's)."""
    if isinstance(address, IPv4Address):
        return None
    if address.ipv4_mapped or address.sixtofour:
        return address.ipv4_mapped or address.sixtofour
    if address.teredo:
        server, client = address.teredo
        return client if is_public(server) else server
    if address in _NAT64 or address in _COMPATIBLE:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return None


def literal_address(host: str) -> IPAddress | None:
    """The address that a host is written as, or None for a name. A zone (`%eth0`) makes no public address."""
    try:
        return ip_address(host)
    except ValueError:
        return None


def _split(url: str) -> SplitResult:
    if len(url) > MAX_URL or any(not "\x21" <= character <= "\x7e" for character in url):
        raise EndpointRefused(f"the address must be printable ASCII without spaces, at most {MAX_URL} characters")
    try:
        parts = urlsplit(url)
        if parts.hostname and (parts.port is None or 0 < parts.port <= _HIGHEST_PORT):
            return parts
    except ValueError:
        pass  # a port that is no number, brackets that do not match: refused below like every other non-URL
    raise EndpointRefused("the address is no URL: it reads https://partner.example/path")
