"""Which endpoints Herald may connect to. Pure.

https, and only globally reachable unicast addresses. To an internal endpoint also http, and only the addresses in the
ranges of InternalCidrs.

`check_url` checks what is known without DNS; `check_address` checks each address to which the name resolves at the
moment of an attempt. Both are necessary: a name can resolve to other addresses later.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address
from socket import inet_aton
from typing import Final
from urllib.parse import SplitResult, quote, urlsplit

import idna

from herald.endpoint.internal_ranges import InternalRanges
from herald.endpoint.public_name import name_flaw
from herald.endpoint.special_addresses import IPAddress, special_kind
from herald.languages.reason import Reason, ReasonedError, Value
from herald.languages.shown import shown

MAX_URL: Final = 2_000  # bytes; proxies and servers may truncate longer ones
DEFAULT_PORTS: Final = {"https": 443, "http": 80}
_PRINTABLE: Final = "".join(map(chr, range(0x21, 0x7F)))
_NAME_CHARACTERS: Final = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-_.")
_AUTHORITY: Final = re.compile(r"(.*@)?(\[[^\[\]]+\]|[^\[\]:]+)(:\d*)?")  # urlsplit accepts `[::1]x`
_MAX_NAME, _MAX_LABEL = 253, 63  # RFC 1035, section 2.3.4


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
def check_url(url: str, *, allow_private: bool = False, ranges: InternalRanges | None = None) -> Endpoint:
    """The endpoint of a URL. Raises `EndpointRefused`.

    `ranges` are those of an internal endpoint, None of every other one: it accepts http, addresses in the ranges only,
    and names outside of the public DNS. `allow_private` (the parameter AllowPrivateEndpoints, for local use) accepts
    http, such names and every address, of both kinds of endpoints.
    """
    parts = _split(url)
    _check_scheme(parts.scheme, allow_private=allow_private, ranges=ranges)
    if "@" in parts.netloc:
        raise _refused("user")
    if "#" in url:
        raise _refused("fragment")
    host = _host(parts)
    literal = _literal(host)
    if literal is not None:
        check_address(literal, allow_private=allow_private, ranges=ranges)
    if not allow_private and ranges is None:
        _check_name(host)
    target = quote(parts.path or "/", safe=_PRINTABLE) + (f"?{quote(parts.query, safe=_PRINTABLE)}" * bool(parts.query))
    return Endpoint(parts.scheme, host, parts.port or DEFAULT_PORTS[parts.scheme], target)


def check_address(
    address: IPAddress,
    *,
    of_name: str | None = None,
    allow_private: bool = False,
    ranges: InternalRanges | None = None,
) -> None:
    """Raises `EndpointRefused` for an address that is not globally reachable unicast.

    With `ranges`, those of an internal endpoint: for one that is in none of them. `of_name` is the host name that leads
    to the address, if one does.
    """
    flaw = None if allow_private else _address_flaw(address, ranges)
    if flaw is None:
        return
    if of_name is None:
        raise _refused(flaw, address=str(address))
    raise _refused(f"name_{flaw}", host=of_name, address=str(address))


def _address_flaw(address: IPAddress, ranges: InternalRanges | None) -> str | None:
    """The last part of the reason's code; None where the address may be connected to."""
    if ranges is not None:
        return None if address in ranges else "outside_ranges"
    kind = special_kind(address)
    return None if kind is None else kind.replace("-", "_")


def check_ranges(ranges: InternalRanges, *, allow_private: bool = False) -> None:
    """Raises `EndpointRefused` where no endpoint can be internal, because there is no range."""
    if not ranges and not allow_private:
        raise _refused("no_ranges")


def _check_scheme(scheme: str, *, allow_private: bool, ranges: InternalRanges | None) -> None:
    if ranges is not None:
        check_ranges(ranges, allow_private=allow_private)
    if scheme != "https" and (scheme != "http" or not (allow_private or ranges is not None)):
        raise _refused("not_https" if ranges is None else "not_http")


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
