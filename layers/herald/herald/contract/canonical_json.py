"""When two JSON values are the same: members in any order, numbers as exact decimals, strings by their characters.

So 1 = 1.0 = 1e0, while 2^53 + 1 is not 2^53, absent is not null, and nothing is normalised (DESIGN, section 1).
"""

import json
from decimal import Decimal
from hashlib import sha256
from typing import Any

DIGEST_LENGTH = 32  # hex digits, 128 bits


def digest(value: Any) -> str:  # noqa: ANN401 - a JSON value is of any type
    """32 hex digits, equal for equal values only (up to the chance of a collision of 128 bits)."""
    return sha256(canonical(value).encode("ascii")).hexdigest()[:DIGEST_LENGTH]


def canonical(value: Any) -> str:  # noqa: ANN401 - a JSON value is of any type
    """The one way to write the value, as ASCII."""
    match value:
        case None | bool() | str():
            return json.dumps(value)
        case int() | Decimal():
            return _number(Decimal(value))
        case list():
            return f"[{','.join(map(canonical, value))}]"
        case dict():
            members = sorted(f"{json.dumps(name)}:{canonical(item)}" for name, item in value.items())
            return f"{{{','.join(members)}}}"
        case _:
            raise TypeError(f"{type(value).__name__} is no JSON value")


def _number(value: Decimal) -> str:
    """Its digits without zeros at either end, and its exponent: exact, whatever the decimal context says."""
    sign, digits, exponent = value.as_tuple()
    text = "".join(map(str, digits)).lstrip("0")
    significant = text.rstrip("0")
    if not significant or not isinstance(exponent, int):
        return "0"
    return f"{'-' * sign}{significant}e{exponent + len(text) - len(significant)}"
