"""Which host names can exist in the public DNS, judged by the name alone. Pure.

Other names are refused when an address is proposed, instead of failing at each attempt.
"""

import re
from typing import Final

# Names that never exist in the public DNS, with the source. `example` (RFC 6761) is missing: documents and tests use
# it, and the test of the address finds one that was proposed by mistake.
_LOCAL_NETWORK: Final = "is for names inside one network"
_RESERVED: Final = {
    "localhost": "means the machine itself (RFC 6761)",
    "localdomain": _LOCAL_NETWORK,
    "local": f"{_LOCAL_NETWORK} (RFC 6762)",
    "internal": f"{_LOCAL_NETWORK} (reserved by ICANN)",
    "home.arpa": f"{_LOCAL_NETWORK} (RFC 8375)",
    **dict.fromkeys(("corp", "home", "intranet", "lan", "mail", "private"), f"{_LOCAL_NETWORK} (RFC 6762, appendix G)"),
    "test": "is for tests only (RFC 6761)",
    "invalid": "is never valid (RFC 6761)",
    "onion": "is reached through Tor only (RFC 7686)",
    "alt": "is for names outside of the DNS (RFC 9476)",
    **dict.fromkeys(("ipv4only.arpa", "resolver.arpa", "service.arpa"), "is for the network's own use (RFC 6761)"),
}
_NUMBER: Final = re.compile(r"[0-9]+|0x[0-9a-f]*")  # browsers and resolvers read it as part of an IPv4 address
_TOP_LEVEL: Final = re.compile(r"[a-z]{2,}|xn--[a-z0-9-]+")  # ICANN delegates only letters, or an IDN in ASCII form


def name_flaw(name: str) -> str | None:
    """Why this name cannot exist in the public DNS or in a certificate; None when it can.

    `name` is in ASCII, lower case, without trailing dot, its labels of 1 to 63 characters.
    """
    labels = name.split(".")
    if _NUMBER.fullmatch(labels[-1]):
        return "ends in a number, but is no IPv4 address: that has four decimal numbers from 0 to 255"
    if (reserved := _reserved(labels)) is not None:
        return f"is no name of the public DNS: `{reserved}` {_RESERVED[reserved]}"
    if len(labels) == 1:
        return "is no name of the public DNS: it has a single part, without a domain"
    # Below a registered domain there are names such as `a-.shop.example`, and wildcard certificates.
    if name.startswith("-") or any(label.startswith("-") or label.endswith("-") for label in labels[-2:]):
        return "is no host name: neither it nor its domain may begin or end with a hyphen"
    if not _TOP_LEVEL.fullmatch(labels[-1]):
        return f"is no name of the public DNS: there can be no top-level domain `{labels[-1]}`"
    return None


def _reserved(labels: list[str]) -> str | None:
    """The reserved name at the end of the labels."""
    ends = (labels[-1], ".".join(labels[-2:]))
    return next((end for end in ends if end in _RESERVED), None)
