"""Page tokens: the key after which a list continues, as an opaque text. The API's field is `cursor`.

A key has exactly one token: a text that differs from it by one character is refused.
"""

import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from typing import Any

from herald.domain.notification_id import ORDER_ID
from herald.languages.message import Message
from herald.languages.refusal import Refusal
from herald.store.dynamodb import Item

_ATTENTION = {"attention": str, "since": int, "order_key": str, "digest": str}
_ORDER = {"order_key": str, "accepted_at": int, "digest": str}
_LATEST = 10**15  # ms: later than any moment, and less than the 38 digits that DynamoDB accepts
_LONGEST = 600  # characters; the longest token that is written has about 450
_ORDER_KEY = re.compile(rf"([1-9][0-9]{{0,37}}):{ORDER_ID}")
_DIGEST = re.compile(r"[0-9a-f]{32}")


class MalformedCursor(Refusal, ValueError):
    """The text is not a page token of this list."""

    def __init__(self) -> None:
        super().__init__(Message("`cursor` is not one that this list gave: leave it out to begin again"))


def write_cursor(key: Item) -> str:
    """The token of the page after this key of the attention index."""
    return _write({name: kind(key[name]) for name, kind in _ATTENTION.items()})


def read_cursor(text: str, attention: str) -> Item:
    """The key that `write_cursor` wrote for the list `attention`. Raises `MalformedCursor`."""
    key = _read(text, _ATTENTION)
    order = _ORDER_KEY.fullmatch(key["order_key"])
    if key["attention"] != attention or order is None or order[1] != attention.partition("#")[2]:
        raise MalformedCursor
    _check(key["since"], key["digest"])
    return key


def write_order_cursor(order_key: str, accepted_at: int, digest: str) -> str:
    """The token of the page after this notification of an order, sorted by `accepted_at` (ms), then by digest."""
    return _write({"order_key": order_key, "accepted_at": accepted_at, "digest": digest})


def read_order_cursor(text: str, order_key: str) -> tuple[int, str]:
    """`accepted_at` (ms) and digest that `write_order_cursor` wrote for this order. Raises `MalformedCursor`."""
    key = _read(text, _ORDER)
    if key["order_key"] != order_key:
        raise MalformedCursor
    _check(key["accepted_at"], key["digest"])
    return key["accepted_at"], key["digest"]


def _write(plain: dict[str, Any]) -> str:
    return urlsafe_b64encode(json.dumps(plain).encode()).decode().rstrip("=")


def _read(text: str, kinds: Mapping[str, type]) -> dict[str, Any]:
    if len(text) > _LONGEST:
        raise MalformedCursor
    try:
        key = json.loads(urlsafe_b64decode(text.encode() + b"=" * (-len(text) % 4)))
    except (ValueError, RecursionError):
        raise MalformedCursor from None
    # Base64 and JSON can write the same value in several ways: only the way of `_write` is accepted.
    if not isinstance(key, dict) or [*key] != [*kinds] or _write(key) != text:
        raise MalformedCursor
    if any(type(key[name]) is not kind for name, kind in kinds.items()):
        raise MalformedCursor
    return key


def _check(moment: int, digest: str) -> None:
    if not 0 <= moment < _LATEST or not _DIGEST.fullmatch(digest):
        raise MalformedCursor
