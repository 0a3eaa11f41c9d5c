"""What needs a person, in the JSON forms of the API, for the pages of the work list."""

import json
from typing import Any

from console.pages.work_list.attention import PartnerWork
from console.pages.work_list.everything import Everything
from customer_service.lists.work_list import SparedPartner, Work
from customer_service.schemas.notifications import Notification, WorkLine
from customer_service.schemas.partners import Breaker
from customer_service.selection import NotChanged, Outcome
from herald.domain.clock import iso
from herald.domain.notification_id import NotificationId
from herald.languages.message import Message
from tests.support.console.samples.administration_samples import NOW, open_breaker
from tests.support.factories import an_id

REASON = "HTTP 200, but the body was `SUCCESS`: it must be lower case"
CODE = "411258698456"


def work_line(number: int = 3528, count: int = 141, **changes: Any) -> WorkLine:
    line: dict[str, Any] = {
        "partnerId": number,
        "name": "西湖旅行 West Lake",
        "count": count,
        "oldest": "2026-11-26T01:05:06.000Z",
        "reason": REASON,
    }
    return WorkLine(**{**line, **changes})  # type: ignore[typeddict-item] # the fields of a `WorkLine`


def spared(number: int = 3528, name: str = "西湖旅行 West Lake", **changes: Any) -> SparedPartner:
    breaker = Breaker(**open_breaker(**changes))  # type: ignore[typeddict-item] # the fields of a `Breaker`
    return SparedPartner(number, name, breaker)


def some_work() -> Work:
    """A partner with both, one with failed ones and an alert, one with held ones."""
    held = "the partner is suspended: what falls due is held"
    return Work(
        failed=[work_line(), work_line(3529, 1_410, name="Harbour Tickets")],
        held=[work_line(3528, 12, reason=held), work_line(3531, 1, name="Tea House", reason=held)],
        alerts_open=frozenset({3529}),
    )


def notification(n: int = 1, **changes: Any) -> Notification:
    one: dict[str, Any] = {
        "id": str(an_id(n)),
        "partnerId": 3528,
        "orderId": f"order-{n}",
        "method": "snNotify",
        "state": "failed",
        "turn": 6,
        "round": 1,
        "attempt": 5,
        "acceptedAt": "2026-11-26T01:00:00.000Z",
        "since": iso(NOW - n * 1_000),
        "reason": REASON,
        "payload": payload(CODE),
        "olderAttempts": 0,
        "attempts": [{}] * 5,
        "history": [],
    }
    return Notification(**{**one, **changes})  # type: ignore[typeddict-item] # the fields of a `Notification`


def payload(codes: str | None) -> str:
    body = {"orderId": "order-1", "sncode": codes}
    return json.dumps({"method": "snNotify", "partnerId": 3528, "body": body})


def partner_work(*those: Notification, **changes: Any) -> PartnerWork:
    work: dict[str, Any] = {
        "partner_id": 3528,
        "name": "西湖旅行 West Lake",
        "state": "failed",
        "cursor": "",
        "page": {"items": [*those], "cursor": None},
        "counts": {"failed": len(those), "held": 12},
    }
    return PartnerWork(**{**work, **changes})


def everything(**changes: Any) -> Everything:
    those: dict[str, Any] = {
        "partner_id": 3528,
        "name": "西湖旅行 West Lake",
        "state": "failed",
        "matched": 1_410,
        "before": "2026-11-26T04:05:06.000Z",
    }
    return Everything(**{**those, **changes})


def one_came_first(**changes: Any) -> Outcome:
    """Two were redriven; of a third one bob was first."""
    entry = {
        "at": "2026-11-26T04:04:00.000Z",
        "by": "bob",
        "action": "redrive",
        "reason": "they called",
        "from": "failed",
        "to": "waiting",
    }
    now = notification(3, state="waiting", turn=7, history=[{**entry, **changes}])
    return Outcome(
        changed=[str(an_id(1)), str(an_id(2))], not_changed=[NotChanged(now["id"], Message("too late"), now)]
    )


def longest_id(n: int) -> str:
    """The longest id that a notification of a usual partner has."""
    return str(NotificationId(3528, f"{n:064}", "f" * 32))
