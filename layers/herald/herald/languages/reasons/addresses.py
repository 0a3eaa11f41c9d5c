"""Reasons about addresses: refused by Herald's rules, or by the DNS."""

from collections.abc import Mapping
from typing import Final

from herald.languages.catalogue import N_

# translators: {detail} says what the host name is, such as: is never valid (RFC 6761)
_UNUSABLE: Final = N_("the address cannot be used: its host `{host}` {detail}")
_RESERVED: Final = N_("is no name of the public DNS: `{reserved}` {detail}")
_NOT_PUBLIC: Final = N_("the address {address} is not a public one, but {detail}")
# translators: {detail} is the whole sentence about the IP address to which the name leads
_NAME_LEADS: Final = N_("the name {host} leads where Herald does not connect: {detail}")

_OUTSIDE_RANGES: Final = N_("the address {address} is in none of the ranges of InternalCidrs")

# By the kinds of `herald.endpoint.special_addresses`.
_KINDS: Final = {
    "documentation": N_("a documentation one"),
    "link_local": N_("a link-local one"),
    "loopback": N_("a loopback one"),
    "multicast": N_("a multicast one"),
    "private": N_("a private one"),
    "reserved": N_("a reserved one"),
    "shared": N_("a shared one"),
    "unspecified": N_("an unspecified one"),
}
# By what `herald.endpoint.public_name` knows of a reserved name.
_RESERVED_NAMES: Final = {
    "this_machine": N_("means the machine itself (RFC 6761)"),
    "one_network": N_("is for names inside one network"),
    "one_network_mdns": N_("is for names inside one network (RFC 6762)"),
    "one_network_icann": N_("is for names inside one network (reserved by ICANN)"),
    "one_network_home": N_("is for names inside one network (RFC 8375)"),
    "one_network_zone": N_("is for names inside one network (RFC 6762, appendix G)"),
    "tests": N_("is for tests only (RFC 6761)"),
    "invalid": N_("is never valid (RFC 6761)"),
    "tor": N_("is reached through Tor only (RFC 7686)"),
    "outside_dns": N_("is for names outside of the DNS (RFC 9476)"),
    "network_use": N_("is for the network's own use (RFC 6761)"),
}
_FORBIDDEN: Final[Mapping[str, tuple[str, ...]]] = {
    "too_long": (N_("the address must be at most {limit} bytes long"),),
    "spaces": (N_("the address must not contain spaces, line ends or backslashes"),),
    "unreadable": (N_("the address cannot be read: it must look like https://partner.example/path"),),
    "not_https": (N_("the address must begin with https://"),),
    "not_http": (N_("the address must begin with https:// or http://"),),
    "no_ranges": (N_("the address is marked as internal, but the parameter InternalCidrs is empty"),),
    "outside_ranges": (_OUTSIDE_RANGES,),
    "name_outside_ranges": (_NAME_LEADS, _OUTSIDE_RANGES),
    "user": (N_("the address must not contain a user name or a password"),),
    "fragment": (N_("the address must not contain a `#` part: no server ever sees it"),),
    "host_name": (N_("the address has no valid host name: `{host}`"),),
    "ipv6_host": (N_("the address has no valid IPv6 host: `{host}`"),),
    "number": (
        _UNUSABLE,
        N_("ends in a number, but is no IPv4 address: that has four decimal numbers from 0 to 255"),
    ),
    "single_part": (_UNUSABLE, N_("is no name of the public DNS: it has a single part, without a domain")),
    "hyphen": (_UNUSABLE, N_("is no host name: neither it nor its domain may begin or end with a hyphen")),
    "top_level": (
        _UNUSABLE,
        N_("is no name of the public DNS: there can be no top-level domain `{label}`"),
    ),
    **{f"reserved_{name}": (_UNUSABLE, _RESERVED, text) for name, text in _RESERVED_NAMES.items()},
    **{kind: (_NOT_PUBLIC, text) for kind, text in _KINDS.items()},
    **{f"name_{kind}": (_NAME_LEADS, _NOT_PUBLIC, text) for kind, text in _KINDS.items()},
}
_NOT_LOOKED_UP: Final = N_("the name {host} could not be looked up: {detail}")

TEMPLATES: Final[Mapping[str, tuple[str, ...]]] = {
    **{f"forbidden_address.{name}": templates for name, templates in _FORBIDDEN.items()},
    "not_resolved.no_address": (N_("the name {host} has no address: is it spelt right, and is it in the public DNS?"),),
    "not_resolved.host_name": (_NOT_LOOKED_UP, N_("it is no valid host name")),
    "not_resolved.no_answer": (_NOT_LOOKED_UP, N_("its name servers do not answer")),
    "not_resolved.unknown": (_NOT_LOOKED_UP, N_("the resolver does not say why")),
    "not_resolved.other": (_NOT_LOOKED_UP, "{message}"),
}
