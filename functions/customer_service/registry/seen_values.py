"""What a person saw of a partner, in few characters.

A form keeps it, and a change is refused where the partner is not so any more. That keeps two people who work at the
same time from undoing each other's changes.
"""

from hashlib import sha256
from typing import Final

_LONGEST: Final = 64  # characters, as many as a hash has


def as_seen(text: str) -> str:
    """The text itself where it is short, otherwise its hash (SHA-256 in hexadecimal digits)."""
    return text if len(text) <= _LONGEST else sha256(text.encode()).hexdigest()
