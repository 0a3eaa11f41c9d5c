"""The ranges to which internal addresses are delivered: the parameter InternalCidrs. Pure."""

from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Final, Self

from herald.endpoint.special_addresses import IPAddress, carried_v4, is_isatap

type Network = IPv4Network | IPv6Network

MAX_RANGES: Final = 10
WIDEST: Final = {4: 8, 6: 32}  # bits of the shortest prefix, by IP version: a shorter one is rather a mistake

_V4_IN_V6: Final = "IPv4 addresses in an IPv6 form; give their IPv4 range"
# What no range may overlap, and why.
NEVER: Final[tuple[tuple[Network, str], ...]] = (
    (IPv4Network("0.0.0.0/8"), "unspecified addresses"),
    (IPv4Network("127.0.0.0/8"), "loopback addresses"),
    (IPv4Network("169.254.0.0/16"), "link-local addresses, metadata services among them"),
    (IPv4Network("224.0.0.0/4"), "multicast addresses"),
    (IPv4Network("240.0.0.0/4"), "reserved addresses, the broadcast address among them"),
    (IPv6Network("::/8"), f"unspecified and loopback addresses, and {_V4_IN_V6}"),  # RFC 4291, section 2.5
    (IPv6Network("2001::/32"), _V4_IN_V6),  # Teredo
    (IPv6Network("2002::/16"), _V4_IN_V6),  # 6to4
    (IPv6Network("fd00:ec2::/32"), "metadata services of AWS"),
    (IPv6Network("fe80::/10"), "link-local addresses"),
    (IPv6Network("ff00::/8"), "multicast addresses"),
)


class MalformedRanges(ValueError):
    """The value of InternalCidrs cannot be used; the message names the parameter, the range and the remedy."""


@dataclass(frozen=True, slots=True)
class InternalRanges:
    """At most `MAX_RANGES` ranges of IPv4 and IPv6 addresses. `in` asks whether one of them has an address."""

    networks: tuple[Network, ...] = ()

    @classmethod
    def parse(cls, text: str) -> Self:
        """The ranges of a text such as `10.1.0.0/16,fd12:3456::/32`; none of an empty one. Raises `MalformedRanges`."""
        ranges = text.split(",") if text else []
        if len(ranges) > MAX_RANGES:
            raise MalformedRanges(f"InternalCidrs has {len(ranges)} ranges: give at most {MAX_RANGES}")
        return cls(tuple(map(_network, ranges)))

    def __bool__(self) -> bool:
        """Whether there is a range."""
        return bool(self.networks)

    def __contains__(self, address: IPAddress) -> bool:
        """Whether the address is in a range. A mapped or NAT64 form is judged by its IPv4 address.

        A zone and the form of ISATAP are in none: the packet could reach another host than the range says.
        """
        if getattr(address, "scope_id", None) is not None or is_isatap(address):
            return False
        reached = carried_v4(address) or address
        return any(reached in network for network in self.networks)


NO_RANGES: Final = InternalRanges()


def _network(text: str) -> Network:
    network = _parsed(text)
    if network.prefixlen < WIDEST[network.version]:
        widest = f"/{WIDEST[network.version]}"
        raise MalformedRanges(f"InternalCidrs: {text} is too wide; give ranges of {widest} and narrower")
    for never, what in NEVER:
        if network.version == never.version and network.overlaps(never):
            raise MalformedRanges(f"InternalCidrs: {text} overlaps {never} ({what}); give ranges without it")
    return network


def _parsed(text: str) -> Network:
    try:
        network = ip_network(text, strict=False)
    except ValueError:
        network = None
    if network is None or "/" not in text or "%" in text:
        raise MalformedRanges(f"InternalCidrs: {text!r} is no range; give it as in 10.1.0.0/16 or fd12:3456::/32")
    if text != str(network):
        raise MalformedRanges(f"InternalCidrs: {text} is not written as a range; give {network}")
    return network
