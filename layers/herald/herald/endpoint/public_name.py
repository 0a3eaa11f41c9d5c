"""Which host names can exist in the public DNS, judged by the name alone. Pure.

Other names are refused when an address is proposed, instead of failing at each attempt.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

# Names that never exist in the public DNS, with the source. `example` (RFC 6761) is missing: documents and tests use
# it, and the test of the address finds one that was proposed by mistake.
_RESERVED: Final = {
    "localhost": "this_machine",  # RFC 6761
    "localdomain": "one_network",
    "local": "one_network_mdns",  # RFC 6762
    "internal": "one_network_icann",  # reserved by ICANN
    "home.arpa": "one_network_home",  # RFC 8375
    **dict.fromkeys(("corp", "home", "intranet", "lan", "mail", "private"), "one_network_zone"),  # RFC 6762, appendix G
    "test": "tests",  # RFC 6761
    "invalid": "invalid",  # RFC 6761
    "onion": "tor",  # RFC 7686
    "alt": "outside_dns",  # RFC 9476
    **dict.fromkeys(("ipv4only.arpa", "resolver.arpa", "service.arpa"), "network_use"),  # RFC 6761
}
_NUMBER: Final = re.compile(r"[0-9]+|0x[0-9a-f]*")  # browsers and resolvers read it as part of an IPv4 address
_TOP_LEVEL: Final = re.compile(r"[a-z]{2,}|xn--[a-z0-9-]+")  # ICANN delegates only letters, or an IDN in ASCII form


@dataclass(frozen=True, slots=True)
class NameFlaw:
    """A flaw of a name: the last part of the reason's code (`herald.languages.reasons.addresses`), and its values."""

    name: str
    values: Mapping[str, str] = field(default_factory=dict)


def name_flaw(name: str) -> NameFlaw | None:
    """Why this name cannot exist in the public DNS or in a certificate; None when it can.

    `name` is in ASCII, lower case, without trailing dot, its labels of 1 to 63 characters.
    """
    labels = name.split(".")
    if _NUMBER.fullmatch(labels[-1]):
        return NameFlaw("number")
    if (reserved := _reserved(labels)) is not None:
        return NameFlaw(f"reserved_{_RESERVED[reserved]}", {"reserved": reserved})
    if len(labels) == 1:
        return NameFlaw("single_part")
    # Below a registered domain there are names such as `a-.shop.example`, and wildcard certificates.
    if name.startswith("-") or any(label.startswith("-") or label.endswith("-") for label in labels[-2:]):
        return NameFlaw("hyphen")
    if not _TOP_LEVEL.fullmatch(labels[-1]):
        return NameFlaw("top_level", {"label": labels[-1]})
    return None


def _reserved(labels: list[str]) -> str | None:
    """The reserved name at the end of the labels."""
    ends = (labels[-1], ".".join(labels[-2:]))
    return next((end for end in ends if end in _RESERVED), None)
