"""What a source can demand of its sender's requests, and whether a request has it. Pure."""

import hmac
import re
from collections.abc import Mapping, Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Final

from herald.languages.message import Message
from herald.languages.shown import shown

MAX_CIDRS: Final = 20
MAX_NAME, MAX_VALUE = 64, 1_024  # characters of a header
_NAME: Final = re.compile(rf"[!#$%&'*+.^_`|~0-9A-Za-z-]{{1,{MAX_NAME}}}")  # a token (RFC 9110, section 5.6.2)
_VALUE: Final = re.compile(r"[!-~](?:[ !-~]*[!-~])?")
# What every client sends, what API Gateway sets itself, and what it joins or drops.
_OF_EVERY_REQUEST: Final = frozenset(
    {
        *("accept", "accept-encoding", "accept-language", "connection", "content-length", "content-type", "cookie"),
        *("expect", "forwarded", "host", "te", "trailer", "transfer-encoding", "upgrade", "user-agent", "via"),
    }
)
_OF_THE_GATEWAY: Final = ("x-forwarded-", "x-amz", "webhook-")


def cidr_flaw(text: str) -> Message | None:
    """Why this is no network of a sender, or None."""
    try:
        network = ip_network(text)
    except ValueError:
        network = None
    if network is None or _never_matches(network):
        example = "203.0.113.0/24"
        return Message("`{text}` is no network: write it as {example}", text=shown(text, MAX_NAME), example=example)
    if network.prefixlen == 0:
        return Message("`{text}` has every address: leave it out", text=text)
    return None


def _never_matches(network: IPv4Network | IPv6Network) -> bool:
    """Whether no sender is in it: API Gateway tells addresses without a zone, and IPv4 not in an IPv6 form."""
    if isinstance(network, IPv4Network):
        return False
    first = network.network_address
    return first.scope_id is not None or first.ipv4_mapped is not None


def header_flaw(name: str, value: str) -> Message | None:
    """Why a sender cannot prove itself by this header, or None. It never tells the value."""
    lower = name.lower()
    if not _NAME.fullmatch(name):
        return Message(
            "`{name}` is no header's name: 1 to {most} letters, digits and hyphens",
            name=shown(name, MAX_NAME),
            most=MAX_NAME,
        )
    if lower in _OF_EVERY_REQUEST or lower.startswith(_OF_THE_GATEWAY):
        return Message("`{name}` proves nothing, or does not arrive as it was sent: choose another header", name=name)
    if len(value) > MAX_VALUE or not _VALUE.fullmatch(value):
        return Message(
            "its value must be 1 to {most} visible ASCII characters, with spaces only between them", most=MAX_VALUE
        )
    return None


def is_within(cidrs: Sequence[str], address: str) -> bool:
    """Whether the address is in one of the networks. A text that is no address is in none."""
    try:
        one = ip_address(address)
    except ValueError:
        return False
    return any(one in ip_network(cidr) for cidr in cidrs)


def has_header(headers: Mapping[str, str], name: str, value: str) -> bool:
    """Whether the request has this header with exactly this value; `headers` have lower-case names."""
    given = headers.get(name.lower(), "")
    return hmac.compare_digest(given.encode(errors="surrogatepass"), value.encode())
