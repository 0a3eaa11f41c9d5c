"""Which endpoints Herald may connect to: https, and only globally reachable unicast addresses. Pure.

`check_url` checks what is known without DNS; `check_address` checks each address to which the name resolves at the
moment of an attempt. Both are necessary: a name can resolve to other addresses later.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from socket import inet_aton
from typing import Final
from urllib.parse import SplitResult, quote, urlsplit

import idna

from herald.endpoint.public_name import name_flaw
from herald.languages.reason import Reason, ReasonedError, Value
from herald.languages.shown import shown

type IPAddress = IPv4Address | IPv6Address

MAX_URL: Final = 2_000  # bytes; proxies and servers may truncate longer ones
DEFAULT_PORTS: Final = {"https": 443, "http": 80}
_PRINTABLE: Final = "".join(map(chr, range(0x21, 0x7F)))
_NAME_CHARACTERS: Final = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-_.")
_AUTHORITY: Final = re.compile(r"(.*@)?(\[[^\[\]]+\]|[^\[\]:]+)(:\d*)?")  # urlsplit accepts `[::1]x`
_MAX_NAME, _MAX_LABEL = 253, 63  # RFC 1035, section 2.3.4

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


class EndpointRefused(ReasonedError):
    """Herald does not connect to this endpoint. The reason is for the operator and the partner."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A partner's URL, parsed once, so that no two parsers can differ."""

    scheme: str
    host: str  # ASCII, lower case, without brackets and trailing dot
    port: int
    target: str  # path and query, as sent

    @property
    def authority(self) -> str:
        """The `Host` header: the registered name, independent of its present address."""
        return at_port(self.host, None if self.port == DEFAULT_PORTS[self.scheme] else self.port)

    def at(self, address: IPAddress) -> str:
        """The URL with this address in place of the name."""
        return f"{self.scheme}://{at_port(str(address), self.port)}{self.target}"


def at_port(host: str, port: int | None) -> str:
    """Host and port as in a URL: a v6 address in brackets."""
    bracketed = f"[{host}]" if ":" in host else host
    return bracketed if port is None else f"{bracketed}:{port}"


@lru_cache(maxsize=1_000)
def check_url(url: str, *, allow_private: bool = False) -> Endpoint:
    """The endpoint of a URL. Raises `EndpointRefused`.

    `allow_private` (the parameter AllowPrivateEndpoints, for local use) also accepts http, private addresses, and names
    outside of the public DNS.
    """
    parts = _split(url)
    if parts.scheme != "https" and not (allow_private and parts.scheme == "http"):
        raise _refused("not_https")
    if "@" in parts.netloc:
        raise _refused("user")
    if "#" in url:
        raise _refused("fragment")
    host = _host(parts)
    literal = _literal(host)
    if literal is not None:
        check_address(literal, allow_private=allow_private)
    if not allow_private:
        _check_name(host)
    target = quote(parts.path or "/", safe=_PRINTABLE) + (f"?{quote(parts.query, safe=_PRINTABLE)}" * bool(parts.query))
    return Endpoint(parts.scheme, host, parts.port or DEFAULT_PORTS[parts.scheme], target)


def check_address(address: IPAddress, *, of_name: str | None = None, allow_private: bool = False) -> None:
    """Raises `EndpointRefused` for an address that is not globally reachable unicast.

    `of_name` is the host name that leads to it, if one does.
    """
    kind = None if allow_private else special_kind(address)
    if kind is None:
        return
    name = kind.replace("-", "_")
    if of_name is None:
        raise _refused(name, address=str(address))
    raise _refused(f"name_{name}", host=of_name, address=str(address))


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
    if address.ipv4_mapped is not None:
        return special_kind(address.ipv4_mapped)
    last = IPv4Address(int(address) & 0xFFFF_FFFF)
    if address in _NAT64:
        return special_kind(last)
    kind = next((kind for network, kind in _SPECIAL_V6 if address in network), None)
    if kind is None and int(address) >> 32 & 0xFFFF_FFFF in _ISATAP:
        kind = special_kind(last)
    return kind if address in _GLOBAL_V6 else kind or "reserved"


def _refused(name: str, **values: Value) -> EndpointRefused:
    return EndpointRefused(Reason(f"forbidden_address.{name}", values))


def _split(url: str) -> SplitResult:
    if len(url.encode(errors="replace")) > MAX_URL:
        raise _refused("too_long", limit=MAX_URL)
    # Checked first: urlsplit removes tabs and line ends, and parsers differ about backslashes.
    if "\\" in url or not url.isprintable() or any(character.isspace() for character in url):
        raise _refused("spaces")
    try:
        parts = urlsplit(url)
        if parts.hostname and parts.port != 0 and _AUTHORITY.fullmatch(parts.netloc):
            return parts
    except ValueError:
        pass  # for example an invalid port or an unbalanced bracket
    raise _refused("unreadable")


def _host(parts: SplitResult) -> str:
    """The host in the form of DNS and certificates; an IDN in its ASCII form (UTS 46, as in browsers)."""
    host = (parts.hostname or "").removesuffix(".")
    if "[" in parts.netloc:
        return _v6_host(host)
    try:
        name = host if host.isascii() else idna.encode(host, uts46=True).decode().removesuffix(".")
    except idna.IDNAError as error:
        raise _refused("host_name", host=shown(host, _MAX_NAME)) from error
    fits = len(name) <= _MAX_NAME and all(0 < len(label) <= _MAX_LABEL for label in name.split("."))
    if not fits or not _NAME_CHARACTERS.issuperset(name):
        raise _refused("host_name", host=shown(host, _MAX_NAME))
    return name


def _check_name(host: str) -> None:
    """Accepts a name that can exist in the public DNS, or an address in its usual form. Raises `EndpointRefused`."""
    try:
        ip_address(host)
    except ValueError:
        flaw = name_flaw(host)
        if flaw is not None:
            raise _refused(flaw.name, host=host, **flaw.values) from None


def _v6_host(host: str) -> str:
    try:
        return str(IPv6Address(host if "%" not in host else ""))  # a zone (`%eth0`) has no meaning on another machine
    except ValueError as error:
        raise _refused("ipv6_host", host=shown(host, _MAX_NAME)) from error


def _literal(host: str) -> IPAddress | None:
    """The address that the host is, also in the unusual forms that a resolver accepts: `127.1`, `0x7f.1`."""
    try:
        return ip_address(host)
    except ValueError:
        pass
    try:
        return IPv4Address(inet_aton(host))
    except OSError:
        return None
