"""Notifications of a working day: orders, voucher codes and partners as a voucher platform has them."""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Final

from customer_service.schemas.notifications import Notification
from herald.domain.clock import HOUR, MINUTE, SECOND, iso
from herald.domain.ladder import Ladder
from herald.domain.notification_id import NotificationId
from herald.languages.current import localized
from herald.languages.reason import Reason
from tests.support.console.samples.administration_samples import NOW

WEST_LAKE: Final = 3528
NAMES: Final[Mapping[int, str]] = {
    WEST_LAKE: "西湖旅行 West Lake Travel",
    3529: "Harbour Tickets",
    3531: "山城茶館 Hillside Tea House",
    3534: "海風餐旅 Seabreeze Dining",
    3540: "Formosa Day Tours",
}
LADDER: Final = Ladder.parse("3m 6m 12m 24m")
UNAVAILABLE: Final = Reason("bad_status.503", {"status": 503})
SILENT: Final = Reason("timeout.answer", {"seconds": "10"})
UPPER_CASE: Final = Reason("not_success.case", {"status": 200, "body": "SUCCESS"})
REFUSES: Final = Reason("not_connected.refused", {"address": "203.0.113.40:443"})
SUSPENDED: Final = Reason("held.suspended")
ACKNOWLEDGED: Final = Reason("success", {"status": 200})
_IN_TURN: Final = (UNAVAILABLE, UNAVAILABLE, UPPER_CASE, SILENT, UNAVAILABLE, UNAVAILABLE)
_VERDICTS: Final = {UNAVAILABLE: "bad_status", SILENT: "timeout", UPPER_CASE: "not_success", REFUSES: "not_connected"}
_ANSWERS: Final = {UNAVAILABLE: "<html><body>503 Service Temporarily Unavailable</body></html>", UPPER_CASE: "SUCCESS"}


def notification(n: int = 0, state: str = "failed", reason: Reason | None = None, **changes: Any) -> Notification:
    """The n-th one of West Lake Travel, with every attempt of its ladder."""
    order, why = _order(n), reason or _IN_TURN[n % len(_IN_TURN)]
    one: dict[str, Any] = {
        "id": str(NotificationId(WEST_LAKE, order, sha256(order.encode()).hexdigest()[:32])),
        "partnerId": WEST_LAKE,
        "orderId": order,
        "method": "snNotify",
        "state": state,
        "turn": 6,
        "round": 1,
        "attempt": 5,
        "acceptedAt": iso(_begun(n) - 4 * MINUTE),
        **({"since": iso(_begun(n) + 46 * MINUTE), "reason": localized(why)} if state in {"failed", "held"} else {}),
        "payload": payload(order, n),
        "olderAttempts": 0,
        "attempts": [_attempt(n, number, why) for number in range(1, 6)],
        "history": [_exhausted(n, why)],
    }
    return Notification(**{**one, **changes})  # type: ignore[typeddict-item] # the fields of a `Notification`


def delivered(n: int, partner_id: int = WEST_LAKE) -> Notification:
    """One that was acknowledged at its first attempt."""
    attempt = {**_attempt(n, 1, ACKNOWLEDGED), "status": 200, "verdict": "success", "excerpt": "success"}
    return notification(n, "delivered", partnerId=partner_id, attempts=[attempt], history=[], attempt=1)


def payload(order: str, n: int) -> str:
    """A redemption."""
    body = {
        "orderId": order,
        "LHOrderId": str(88_201_530 + 37 * n),
        "orderStatus": 9 if n % 3 else 8,
        "orderQuantity": 3 if n % 3 else 1,
        "usedQuantity": 1,
        "sncode": ",".join(str(411_258_698_456 + 7_919 * n + more) for more in range(1 + (n % 5 == 2))),
    }
    return json.dumps(
        {"code": 10000, "describe": "執行成功", "partnerId": WEST_LAKE, "method": "snNotify", "body": body},
        ensure_ascii=False,
        separators=(",", ":"),
    )


def decided(action: str, before: str, after: str, reason: str, *, ago: int) -> dict[str, Any]:
    """What a person decided, so long (ms) ago."""
    return {"at": iso(NOW - ago), "by": "林雅婷", "action": action, "reason": reason, "from": before, "to": after}


def _order(n: int) -> str:
    return f"TW20261126{4_711 + 13 * n:06}"


def _begun(n: int) -> int:
    return NOW - HOUR - n * 97 * SECOND


def _attempt(n: int, number: int, reason: Reason) -> dict[str, Any]:
    wait = sum(wait for wait in LADDER.waits[: number - 1])
    last = reason if number == 5 else UNAVAILABLE if number > 1 else SILENT
    return {
        "round": 1,
        "attempt": number,
        "at": iso(_begun(n) + wait + number * 2 * SECOND),
        "durationMs": 10_003 if last is SILENT else 31 + 11 * number,
        "address": None if last is REFUSES else "203.0.113.7:443",
        "status": None if last in {SILENT, REFUSES} else 503 if last is UNAVAILABLE else 200,
        "verdict": _VERDICTS.get(last, "success"),
        "reason": localized(last),
        "excerpt": _ANSWERS.get(last, ""),
    }


def _exhausted(n: int, why: Reason) -> dict[str, Any]:
    at = iso(_begun(n) + 46 * MINUTE)
    entry = {"at": at, "by": "herald", "action": "exhaust", "reason": localized(why)}
    return {**entry, "from": "waiting", "to": "failed"}
