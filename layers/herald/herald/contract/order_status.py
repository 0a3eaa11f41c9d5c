"""The state of an order, folded from its notifications, for a partner's query. Pure.

The manual: 若未能識別串碼消費狀態,請通過查詢訂單接口 (when in doubt, query the order).

Notifications arrive in any order and more than once; quantities are totals that never decrease. So the largest total is
the latest, in whatever order the notifications were accepted.
"""

import json
import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from herald.contract.methods import METHODS
from herald.domain.notification import Notification
from herald.domain.transitions import State
from herald.runtime.response_size import PAGE_BYTES, bytes_as_sent

type Json = dict[str, Any]
type Rank = tuple[int, str]  # when it was accepted (ms), then its digest


@dataclass(slots=True)
class _Progress:
    """What has been read so far. Only the payload with the largest total of each method is kept."""

    furthest: dict[str, tuple[int, Rank, str]] = field(default_factory=dict)  # by method: total, rank, payload
    codes: dict[str, tuple[Rank, int]] = field(default_factory=dict)  # by code: its first occurrence

    def add(self, one: Notification) -> None:
        rank = (one.accepted_at, one.id.digest)
        envelope: Json = json.loads(one.payload, parse_float=str)
        method, new = envelope["method"], (_total(envelope), rank, one.payload)
        self.furthest[method] = max(self.furthest.get(method, new), new)
        for place, code in enumerate(_codes_of(envelope)):
            self.codes[code] = min(self.codes.get(code, (rank, place)), (rank, place))


def fold(notifications: Iterable[Notification], room: int = PAGE_BYTES) -> str | None:
    """The order in the envelope's form, as JSON text; None without a notification of it.

    Of each method the notification with the largest total counts; of these the one accepted last is returned, with the
    codes of all notifications. Cancelled and deleted ones do not count. The result does not depend on order and
    repetition. Codes that do not fit into `room` (bytes as Lambda sends them) are left out, the last ones first, and
    counted in `omittedSncodes`.
    """
    progress = _Progress()
    for one in notifications:
        if one.state is not State.CANCELLED and one.deleted_at is None:
            progress.add(one)
    if not progress.furthest:
        return None
    mark = secrets.token_hex(8)
    latest = max(progress.furthest.values(), key=lambda one: one[1])
    return _write(_with_codes(_read(latest[2], mark), progress.codes, room), mark)


def _with_codes(envelope: Json, codes: Mapping[str, tuple[Rank, int]], room: int) -> Json:
    if not codes:
        return envelope
    known = sorted(codes, key=codes.__getitem__)
    fitting = known[: _count_fitting(known, room)]
    whole = {**envelope, "body": {**envelope["body"], "sncode": ",".join(fitting)}}
    return whole if len(fitting) == len(known) else {**whole, "omittedSncodes": len(known) - len(fitting)}


def _count_fitting(codes: Iterable[str], room: int) -> int:
    count = 0
    for code in codes:
        room -= bytes_as_sent(json.dumps(code, ensure_ascii=False)) - 3  # one comma in place of two escaped quotes
        if room < 0:
            break
        count += 1
    return count


def _total(envelope: Json) -> int:
    total = envelope["body"].get(METHODS[envelope["method"]].total)
    return -1 if total is None else int(total)


def _codes_of(envelope: Json) -> list[str]:
    return [code for one in (envelope["body"].get("sncode") or "").split(",") if (code := one.strip())]


def _read(text: str, mark: str) -> Json:
    """The payload, which was validated when it was accepted. Numbers with a fraction keep their digits, marked."""
    envelope: Json = json.loads(text, parse_float=lambda number: mark + number)
    return envelope


def _write(envelope: Json, mark: str) -> str:
    """The result of `_read` as text: the marked numbers without their mark and their quotes."""
    return re.sub(f'"{mark}([^"]*)"', r"\1", json.dumps(envelope, ensure_ascii=False))
