"""Where a list goes on, as an opaque text for the caller."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode

from herald.dynamodb import Item

_KEYS = {"attention": str, "since": int, "order_key": str, "digest": str}
_LATEST = 10**15  # ms: far beyond any moment, well within the 38 digits that DynamoDB takes


class MalformedCursor(ValueError):
    """The text is not a cursor of this list."""

    def __init__(self) -> None:
        super().__init__("`cursor` is not one that this list gave: leave it out to begin again")


def write_cursor(key: Item) -> str:
    """The place after this key of the attention index."""
    plain = {name: kind(key[name]) for name, kind in _KEYS.items()}
    return urlsafe_b64encode(json.dumps(plain).encode()).decode().rstrip("=")


def read_cursor(text: str, attention: str) -> Item:
    """The key that `write_cursor` wrote for the list `attention`. Raises `MalformedCursor`."""
    try:
        key = json.loads(urlsafe_b64decode(text.encode() + b"=" * (-len(text) % 4)))
    except (ValueError, RecursionError):
        raise MalformedCursor from None
    if not isinstance(key, dict) or {name: type(value) for name, value in key.items()} != _KEYS:
        raise MalformedCursor
    if key["attention"] != attention or not 0 <= key["since"] < _LATEST or not (key["order_key"] and key["digest"]):
        raise MalformedCursor
    return key
