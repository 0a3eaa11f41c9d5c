"""Notifications in the JSON form of the API, for the pages of the console."""

import json
from typing import Any

from console.pages.notification_search.search import Result
from console.pages.notification_search.typed import FIELDS, Typed
from console.pages.notifications.story import Around
from customer_service.lists.search_terms import Kind, Page, Place
from customer_service.schemas.notifications import Notification
from herald.domain.clock import MINUTE, iso
from herald.domain.ladder import Ladder
from herald.domain.notification_id import NotificationId
from tests.support.console.samples.administration_samples import HOSTILE, NOW, partner

CODE = "411258698456"
LADDER = Ladder.parse("3m 6m 12m 24m")
NOTIFICATION_ID = NotificationId(3528, "test158585", "5f2c1d0e9b8a7f6e5d4c3b2a19087f6e")
TIMEOUT = "no answer within 10 s: the connection was made, then nothing came"


def payload(**changes: Any) -> str:
    """A redemption; `changes` are members of its body."""
    body = {
        "orderId": "test158585",
        "LHOrderId": "15354",
        "orderStatus": 9,
        "orderQuantity": 3,
        "usedQuantity": 1,
        "sncode": CODE,
    }
    envelope = {"code": 10000, "describe": "執行成功", "partnerId": 3528, "method": "snNotify"}
    return json.dumps({**envelope, "body": {**body, **changes}}, ensure_ascii=False, separators=(",", ":"))


def attempt(number: int = 1, **changes: Any) -> dict[str, Any]:
    """One that was not acknowledged, an hour ago and later."""
    return {
        "round": 1,
        "attempt": number,
        "at": iso(NOW - 60 * MINUTE + number * MINUTE),
        "durationMs": 41,
        "address": "203.0.113.7:443",
        "status": 200,
        "verdict": "not_success",
        "reason": "HTTP 200, but the body was `SUCCESS`: it must be lower case",
        "excerpt": "SUCCESS",
        **changes,
    }


def decision(action: str = "redrive", before: str = "failed", after: str = "waiting", **changes: Any) -> dict[str, Any]:
    """An entry of the history."""
    entry = {"at": iso(NOW - MINUTE), "by": "bob", "action": action, "reason": "their server is repaired"}
    return {**entry, "from": before, "to": after, **changes}


def notification(state: str = "failed", **changes: Any) -> Notification:
    """One with three attempts."""
    own: dict[str, dict[str, Any]] = {
        "waiting": {"nextAttemptAt": iso(NOW + 6 * MINUTE), "attempt": 4},
        "failed": {"since": iso(NOW - 50 * MINUTE), "reason": TIMEOUT, "reasonCode": "timeout", "reasonValues": {}},
        "held": {"since": iso(NOW - 50 * MINUTE), "reason": "the partner is suspended"},
    }
    one: dict[str, Any] = {
        "id": str(NOTIFICATION_ID),
        "partnerId": 3528,
        "orderId": "test158585",
        "method": "snNotify",
        "state": state,
        "turn": 7,
        "round": 1,
        "attempt": 3,
        "acceptedAt": iso(NOW - 61 * MINUTE),
        **own.get(state, {}),
        "payload": payload(),
        "olderAttempts": 0,
        "attempts": [
            attempt(1),
            attempt(2, address=None, status=None, verdict="not_resolved", reason="the name has no address", excerpt=""),
            attempt(3, verdict="bad_status", status=503, reason="HTTP 503", excerpt="<h1>Service Unavailable</h1>"),
        ],
        "history": [],
    }
    return Notification(**{**one, **changes})  # type: ignore[typeddict-item] # the fields of a `Notification`


def around(**changes: Any) -> Around:
    """With the partner in the registry."""
    return Around(**{"now": NOW, "partner": partner(), "ladder": LADDER, **changes})


def hostile_notification(**changes: Any) -> Notification:
    """Everything that comes from outside does its worst."""
    more = {f"field-{number}{HOSTILE}": HOSTILE for number in range(3)}
    return notification(
        **{
            "payload": payload(sncode=HOSTILE.replace(",", ""), **more).replace("執行成功", "{{7*7}}\u202e<b>"),
            "attempts": [attempt(1, excerpt=(HOSTILE + "x" * 10**6)[:512], reason=HOSTILE)],
            "reason": HOSTILE,
            "history": [decision(by=HOSTILE, reason=HOSTILE)],
            **changes,
        }
    )


def largest_notification() -> Notification:
    """40 attempts and 100 decisions with the longest texts, and a payload of 64 KiB."""
    return notification(
        payload=payload(sncode=",".join(str(10**11 + number) for number in range(4_500)), note='"' * 2_000),
        olderAttempts=1_960,
        round=4,
        attempts=[
            attempt(number % 10 + 1, round=number // 10 + 1, excerpt='"' * 512, reason="串" * 300)
            for number in range(40)
        ],
        history=[decision(reason="理由" * 250, by="名" * 60) for _ in range(100)],
    )


def found(*items: Notification, after: Place | None = None, **changes: Any) -> Result:
    """What one page of a search found, in 40 partners."""
    page = Page(**{"kind": Kind.FILTERS, "items": [*items], "after": after, **changes})
    return Result(page=page, in_partners=40, left=12 if after and not after.cursor else 0)


def typed(**values: str) -> Typed:
    """The fields of the search form."""
    return Typed({name: values.get(name, values.get(f"{name}_", "")) for name in FIELDS})


NAMES = {3528: "西湖旅行 West Lake", 3529: HOSTILE, 3530: "West Gate"}
