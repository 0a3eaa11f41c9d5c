"""An order as its notifications tell it, for a partner in doubt (若未能識別串碼消費狀態,請通過查詢訂單接口). Pure.

Notifications overtake and repeat each other; quantities are totals that only grow. So the largest one tells how far the
order is, whatever came when (DESIGN, section 5).
"""

import json
import re
import secrets
from collections.abc import Iterable, Sequence
from typing import Any

from herald.notification import Notification, State

_QUANTITIES = {"snNotify": "usedQuantity", "reNotify": "reQuantity"}

type Json = dict[str, Any]


def fold(notifications: Iterable[Notification]) -> str | None:
    """The order in the envelope's form, as JSON text; None where no notification tells of it.

    The one with the largest quantity of each method, of the two the one accepted later, with the codes of all.
    What was cancelled is left out. The same answer in whatever order, and however often, they are given.
    """
    by_id = {one.id: one for one in notifications if one.state is not State.CANCELLED}
    told = sorted(by_id.values(), key=lambda one: (one.accepted_at, one.id.digest))
    if not told:
        return None
    mark = secrets.token_hex(8)
    envelopes = [_read(one.payload, mark) for one in told]
    answer = envelopes[_furthest(envelopes)]
    codes = _codes(envelopes)
    body = {**answer["body"], **({"sncode": ",".join(codes)} if codes else {})}
    return _write({**answer, "body": body}, mark)


def _furthest(envelopes: Sequence[Json]) -> int:
    """The place of the one that counts; they come in the order of acceptance."""
    best = {
        method: max(places, key=lambda place: (_quantity(envelopes[place]), place))
        for method in _QUANTITIES
        if (places := [place for place, one in enumerate(envelopes) if one["method"] == method])
    }
    return max(best.values())


def _quantity(envelope: Json) -> int:
    quantity = envelope["body"].get(_QUANTITIES[envelope["method"]])
    return -1 if quantity is None else int(quantity)


def _codes(envelopes: Iterable[Json]) -> list[str]:
    """Every code once, in the order in which they were first told of."""
    lists = (one["body"].get("sncode") or "" for one in envelopes)
    return list(dict.fromkeys(code for codes in lists for code in map(str.strip, codes.split(",")) if code))


def _read(text: str, mark: str) -> Json:
    """The payload, which was read strictly when it was accepted. Numbers with a fraction stay as they were written."""
    envelope: Json = json.loads(text, parse_float=lambda number: mark + number)
    return envelope


def _write(envelope: Json, mark: str) -> str:
    """What `_read` read, as text: the marked numbers without their mark and their quotes."""
    return re.sub(f'"{mark}([^"]*)"', r"\1", json.dumps(envelope, ensure_ascii=False))
