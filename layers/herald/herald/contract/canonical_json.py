"""The canonical form of a JSON value: sorted members, numbers as exact decimals, strings without normalisation.

So 1 = 1.0 = 1e0, but 2^53 + 1 is not 2^53, and an absent member is not null.
"""

import json
from decimal import Decimal
from hashlib import sha256
from typing import Any

DIGEST_LENGTH = 32  # hex digits, 128 bits


def digest(value: Any) -> str:  # noqa: ANN401 - a JSON value is of any type
    """32 hex digits (128 bits of SHA-256), equal for equal values."""
    return sha256(canonical(value).encode("ascii")).hexdigest()[:DIGEST_LENGTH]


def canonical(value: Any) -> str:  # noqa: ANN401 - a JSON value is of any type
    """The value in its canonical form, as ASCII text."""
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
    """The digits without zeros at either end, and the exponent: exact, independent of the decimal context."""
    sign, digits, exponent = value.as_tuple()
    text = "".join(map(str, digits)).lstrip("0")
    significant = text.rstrip("0")
    if not significant or not isinstance(exponent, int):
        return "0"
    return f"{'-' * sign}{significant}e{exponent + len(text) - len(significant)}"
