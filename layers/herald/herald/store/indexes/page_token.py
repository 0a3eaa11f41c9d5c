"""Page tokens: the key after which a list continues, as an opaque text. The API's field is `cursor`.

A key has exactly one token: a text that differs from it by one character is refused.
"""

import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from herald.domain.notification_id import ORDER_ID
from herald.languages.message import Message
from herald.languages.refusal import Refusal
from herald.store.attribute_values import Item

_ATTENTION = {"attention": str, "since": int, "order_key": str, "digest": str}
_ORDER = {"order_key": str, "accepted_at": int, "digest": str}
_ATTENTION_LINES = {"state": str, "before": int, "count": int, "partner_id": int}
_PARTNERS = {"search": str, "partner_id": int}
_SEARCH = {"search": str, "since": int, "until": int, "order_key": str, "digest": str}
_JOBS = {"at": int, "running": bool, "created_at": int, "job_id": str}
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


def write_search_cursor(search: str, since: int, until: int, order_key: str, digest: str) -> str:
    """The token of the page after a notification of a search, accepted in the last millisecond before `until`.

    `search` stands for the partner and the filters. Where order key and digest are empty, all from `until` on is read.
    """
    return _write({"search": search, "since": since, "until": until, "order_key": order_key, "digest": digest})


def read_search_cursor(text: str, search: str, partner_id: int) -> tuple[int, int, str, str]:
    """`since`, `until` (ms), order key and digest that `write_search_cursor` wrote for it. Raises `MalformedCursor`."""
    key = _read(text, _SEARCH)
    order = _ORDER_KEY.fullmatch(key["order_key"])
    is_entry = order is not None and order[1] == str(partner_id) and _DIGEST.fullmatch(key["digest"])
    if key["search"] != search or not (is_entry or key["order_key"] == key["digest"] == ""):
        raise MalformedCursor
    _check_numbers(key["since"], key["until"])
    return key["since"], key["until"], key["order_key"], key["digest"]


def write_lines_cursor(state: str, before: int, count: int, partner_id: int) -> str:
    """The token of the page after this partner's line of the attention list, of what became so before `before` (ms)."""
    return _write({"state": state, "before": before, "count": count, "partner_id": partner_id})


def read_lines_cursor(text: str, state: str) -> tuple[int, int, int]:
    """`before` (ms), count and partner that `write_lines_cursor` wrote for this state. Raises `MalformedCursor`."""
    key = _read(text, _ATTENTION_LINES)
    if key["state"] != state:
        raise MalformedCursor
    _check_numbers(key["before"], key["count"], key["partner_id"])
    return key["before"], key["count"], key["partner_id"]


def write_partner_cursor(search: str, partner_id: int) -> str:
    """The token of the page after this partner among those that `search` finds."""
    return _write({"search": _short(search), "partner_id": partner_id})


def read_partner_cursor(text: str, search: str) -> int:
    """The partner's number that `write_partner_cursor` wrote for this `search`. Raises `MalformedCursor`."""
    key = _read(text, _PARTNERS)
    if key["search"] != _short(search):
        raise MalformedCursor
    partner_id: int = key["partner_id"]
    _check_numbers(partner_id)
    return partner_id


def write_job_cursor(at: int, running: bool, created_at: int, job_id: str) -> str:  # noqa: FBT001 - part of the place
    """The token of the page after this job, in the list as it was at `at` (ms)."""
    return _write({"at": at, "running": running, "created_at": created_at, "job_id": job_id})


def read_job_cursor(text: str) -> tuple[int, tuple[bool, int, str]]:
    """`at` (ms), and the place (running, `created_at`, id) of `write_job_cursor`. Raises `MalformedCursor`."""
    key = _read(text, _JOBS)
    _check_numbers(key["at"], key["created_at"])
    return key["at"], (key["running"], key["created_at"], key["job_id"])


def _short(search: str) -> str:
    """A search text of any length in few characters."""
    return sha256(search.encode(errors="surrogatepass")).hexdigest()[:16]


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
    _check_numbers(moment)
    if not _DIGEST.fullmatch(digest):
        raise MalformedCursor


def _check_numbers(*numbers: int) -> None:
    if any(not 0 <= number < _LATEST for number in numbers):
        raise MalformedCursor
