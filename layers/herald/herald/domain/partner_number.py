"""A partner's number, and its only form in a path, a query or a command. Pure."""

import re

MAX_PARTNER_ID = 10**15 - 1  # more than the platform uses; JSON parsers keep it exact
_FORM = re.compile(r"[1-9][0-9]{0,14}")  # ASCII digits only: `\d` matches those of every script


def read_partner_number(text: str) -> int | None:
    """The number that `str()` wrote as this text; None for any other text (`+5`, `05`, `5.0`)."""
    return int(text) if _FORM.fullmatch(text) else None


def is_partner_number(value: object) -> bool:
    """Whether the value is a number that a partner may have."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value <= MAX_PARTNER_ID
