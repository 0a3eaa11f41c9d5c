"""The canary: what the function that lets it fly and the one at which it arrives have to agree on. Pure."""

import re

from herald.domain.partner import Partner

NAME = "Herald's canary"  # by which its partner is told from one that is not ours
_ORDER = re.compile(r"canary-(\d{1,15})", re.ASCII)


def is_canary(partner: Partner) -> bool:
    """Whether it is the internal partner, and not somebody who has its number."""
    return partner.name == NAME


def order_id(submitted_at: int) -> str:
    """The order of a canary: it tells the moment of its submission (ms since the epoch)."""
    return f"canary-{submitted_at}"


def submitted_at(order: str) -> int | None:
    """The moment that such an order tells, or None where the order is not a canary's."""
    found = _ORDER.fullmatch(order)
    return int(found[1]) if found else None
