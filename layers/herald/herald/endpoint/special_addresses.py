"""Which IP addresses are not globally reachable unicast, and of which kind each is. Pure."""

from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Final

type IPAddress = IPv4Address | IPv6Address

# IANA's special-purpose registries (RFC 6890 and its successors). `ipaddress.is_global` is not used: for it multicast,
# deprecated relays and 64:ff9b::10.0.0.1 are global, and it changes with Python's patch releases.
_SPECIAL_V4: Final = tuple(
    (IPv4Network(network), kind)
    for network, kind in (
        ("0.0.0.0/8", "unspecified"),
        ("10.0.0.0/8", "private"),
        ("100.64.0.0/10", "shared"),
        ("127.0.0.0/8", "loopback"),
        ("169.254.0.0/16", "link-local"),  # metadata services of cloud providers
        ("172.16.0.0/12", "private"),
        ("192.0.0.0/24", "reserved"),
        ("192.0.2.0/24", "documentation"),
        ("192.88.99.0/24", "reserved"),  # relays of 6to4, deprecated
        ("192.168.0.0/16", "private"),
        ("198.18.0.0/15", "reserved"),
        ("198.51.100.0/24", "documentation"),
        ("203.0.113.0/24", "documentation"),
        ("224.0.0.0/4", "multicast"),
        ("240.0.0.0/4", "reserved"),
    )
)
_SPECIAL_V6: Final = tuple(
    (IPv6Network(network), kind)
    for network, kind in (
        ("::/128", "unspecified"),
        ("::1/128", "loopback"),
        ("::/96", "reserved"),  # IPv4-compatible, deprecated
        ("64:ff9b:1::/48", "private"),  # NAT64 within one network
        ("2001::/32", "reserved"),  # Teredo: has a v4 address inside
        ("2001::/23", "reserved"),
        ("2001:db8::/32", "documentation"),
        ("2002::/16", "reserved"),  # 6to4: has a v4 address inside; anybody can run its relays
        ("3fff::/20", "documentation"),
        ("fc00::/7", "private"),
        ("fe80::/10", "link-local"),
        ("fec0::/10", "private"),
        ("ff00::/8", "multicast"),
    )
)
_GLOBAL_V6: Final = IPv6Network("2000::/3")  # all of global unicast (RFC 4291, section 2.4)
_NAT64: Final = IPv6Network("64:ff9b::/96")  # the form that DNS64 gives a v4 address in a v6-only subnet
_ISATAP: Final = frozenset({0x0000_5EFE, 0x0200_5EFE})  # before a v4 address (RFC 5214, section 6.1)


def is_public(address: IPAddress) -> bool:
    """Whether the address, and the v4 address inside it if it has one, is globally reachable unicast."""
    return special_kind(address) is None


@lru_cache(maxsize=10_000)
def special_kind(address: IPAddress) -> str | None:
    """The kind of an address that is not public: "private", "loopback", "multicast" …; None for a public one."""
    if isinstance(address, IPv4Address):
        return next((kind for network, kind in _SPECIAL_V4 if address in network), None)
    if address.scope_id is not None:
        return "link-local"  # a zone is for one link only
    if (carried := carried_v4(address)) is not None:
        return special_kind(carried)
    kind = next((kind for network, kind in _SPECIAL_V6 if address in network), None)
    if kind is None and is_isatap(address):
        kind = special_kind(IPv4Address(int(address) & 0xFFFF_FFFF))
    return kind if address in _GLOBAL_V6 else kind or "reserved"


def carried_v4(address: IPAddress) -> IPv4Address | None:
    """The IPv4 address that a packet to this IPv6 address reaches: in its mapped and its NAT64 form; None in others."""
    if isinstance(address, IPv4Address):
        return None
    return IPv4Address(int(address) & 0xFFFF_FFFF) if address in _NAT64 else address.ipv4_mapped


def is_isatap(address: IPAddress) -> bool:
    """Whether the address has the form of ISATAP, with an IPv4 address as its last 32 bits."""
    return isinstance(address, IPv6Address) and int(address) >> 32 & 0xFFFF_FFFF in _ISATAP
