"""An order as its notifications tell it, for a partner in doubt (若未能識別串碼消費狀態,請通過查詢訂單接口). Pure.

Notifications overtake and repeat each other; quantities are totals that only grow. So the largest one tells how far the
order is, whatever came when.
"""

import json
import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from herald.domain.notification import Notification, State
from herald.domain.response_size import PAGE_BYTES, bytes_as_sent

_QUANTITIES = {"snNotify": "usedQuantity", "reNotify": "reQuantity"}

type Json = dict[str, Any]
type Rank = tuple[int, str]  # when it was accepted (ms), then its digest


@dataclass(slots=True)
class _Told:
    """What the notifications tell so far. Of the payloads only the two that may count are kept."""

    furthest: dict[str, tuple[int, Rank, str]] = field(default_factory=dict)  # by method: quantity, rank, payload
    codes: dict[str, tuple[Rank, int]] = field(default_factory=dict)  # by code: where it was first told of

    def add(self, one: Notification) -> None:
        rank = (one.accepted_at, one.id.digest)
        envelope: Json = json.loads(one.payload, parse_float=str)
        method, told = envelope["method"], (_quantity(envelope), rank, one.payload)
        self.furthest[method] = max(self.furthest.get(method, told), told)
        for place, code in enumerate(_codes_of(envelope)):
            self.codes[code] = min(self.codes.get(code, (rank, place)), (rank, place))


def fold(notifications: Iterable[Notification], room: int = PAGE_BYTES) -> str | None:
    """The order in the envelope's form, as JSON text; None where no notification tells of it.

    The one with the largest quantity of each method, of the two the one accepted later, with the codes of all.
    What was cancelled is left out. The same answer in whatever order, and however often, they are given. Codes that
    do not fit into `room` (bytes as Lambda sends them) are left out, the last ones first, and counted in
    `omittedSncodes`.
    """
    told = _Told()
    for one in notifications:
        if one.state is not State.CANCELLED:
            told.add(one)
    if not told.furthest:
        return None
    mark = secrets.token_hex(8)
    answer = _read(max(told.furthest.values(), key=lambda one: one[1])[2], mark)
    return _write(_with_codes(answer, told.codes, room), mark)


def _with_codes(answer: Json, codes: Mapping[str, tuple[Rank, int]], room: int) -> Json:
    if not codes:
        return answer
    known = sorted(codes, key=codes.__getitem__)
    fitting = known[: _how_many_fit(known, room)]
    whole = {**answer, "body": {**answer["body"], "sncode": ",".join(fitting)}}
    return whole if len(fitting) == len(known) else {**whole, "omittedSncodes": len(known) - len(fitting)}


def _how_many_fit(codes: Iterable[str], room: int) -> int:
    count = 0
    for code in codes:
        room -= bytes_as_sent(json.dumps(code, ensure_ascii=False)) - 3  # one comma in place of two escaped quotes
        if room < 0:
            break
        count += 1
    return count


def _quantity(envelope: Json) -> int:
    quantity = envelope["body"].get(_QUANTITIES[envelope["method"]])
    return -1 if quantity is None else int(quantity)


def _codes_of(envelope: Json) -> list[str]:
    return [code for one in (envelope["body"].get("sncode") or "").split(",") if (code := one.strip())]


def _read(text: str, mark: str) -> Json:
    """The payload, which was read strictly when it was accepted. Numbers with a fraction stay as they were written."""
    envelope: Json = json.loads(text, parse_float=lambda number: mark + number)
    return envelope


def _write(envelope: Json, mark: str) -> str:
    """What `_read` read, as text: the marked numbers without their mark and their quotes."""
    return re.sub(f'"{mark}([^"]*)"', r"\1", json.dumps(envelope, ensure_ascii=False))
