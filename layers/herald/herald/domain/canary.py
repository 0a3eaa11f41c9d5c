"""The canary: what its two functions, `canary` and `canary_arrival`, have in common. Pure."""

import re

from herald.domain.partner import Partner

NAME = "Herald's canary"  # the name of its partner in the registry
_ORDER = re.compile(r"canary-(\d{1,15})", re.ASCII)


def is_canary(partner: Partner) -> bool:
    """Whether this is the canary's partner, and not another one with the configured number."""
    return partner.name == NAME


def order_id(submitted_at: int) -> str:
    """The order number of a canary, with the moment of its submission (ms since the epoch)."""
    return f"canary-{submitted_at}"


def submitted_at(order: str) -> int | None:
    """The moment in an order number that `order_id` made, None for any other order number."""
    found = _ORDER.fullmatch(order)
    return int(found[1]) if found else None
