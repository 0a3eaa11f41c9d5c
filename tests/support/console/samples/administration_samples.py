"""Partners, jobs, keys and days in the JSON forms of the API, for the pages of the console."""

from typing import Any

from console.security.session import Session
from customer_service.schemas.common import Test
from customer_service.schemas.days import Counts, DayCounts, PartnerCounts
from customer_service.schemas.jobs import Job
from customer_service.schemas.keys import Key
from customer_service.schemas.partners import Partner, PartnerHealth
from herald.domain.clock import HOUR

NOW = 1_795_665_906_000  # 2026-11-26T04:05:06Z
OPERATOR_HASH = "0a" * 32
HOSTILE = "<img src=x onerror=alert(1)>{{7*7}}\u202egnp.exe\x1b[31m javascript:alert(1)"
ADDRESS = "https://west-lake.example/notify"


def session(role: str = "operator") -> Session:
    return Session(session_id="s" * 43, name="alice", role=role, key_hash=OPERATOR_HASH, expires_at=NOW + 8 * HOUR)


def endpoint_test(**changes: Any) -> Test:
    test: dict[str, Any] = {
        "round": 1,
        "attempt": 1,
        "at": "2026-11-26T03:58:12.000Z",
        "durationMs": 41,
        "address": "203.0.113.7:443",
        "status": 200,
        "verdict": "not_success",
        "reason": "HTTP 200, but the body was `SUCCESS`: it must be lower case",
        "excerpt": "SUCCESS",
        "url": ADDRESS,
        "internal": False,
    }
    return Test(**{**test, **changes})  # type: ignore[typeddict-item] # the fields of a `Test`


def partner(**changes: Any) -> Partner:
    one: dict[str, Any] = {
        "partnerId": 3528,
        "name": "西湖旅行 West Lake",
        "contact": "ops@west-lake.example",
        "state": "active",
        "url": ADDRESS,
        "internal": False,
        "proposedInternal": False,
        "proposedUrl": "https://bücher.example/herald/notify",
        "proposedUrlHost": {"name": "bücher.example", "ascii": "xn--bcher-kva.example", "warnings": []},
        "ladder": "1m 5m 30m",
        "timeout": None,
        "ratePerSecond": None,
        "concurrency": None,
        "headerNames": [],
        "breaker": {"state": "closed", "outages": 0},
        "lastTest": endpoint_test(verdict="success", reason="acknowledged", excerpt="success"),
        "history": [
            entry("create", "registered", what=f"url: {ADDRESS}"),
            entry("test", "acknowledged", what=f"url: {ADDRESS}"),
            entry("approve", "與對方工程師確認過", what=f"url: {ADDRESS}"),
            entry("change", "they move to another host", what="url: https://xn--bcher-kva.example/herald/notify"),
        ],
    }
    return Partner(**{**one, **changes})  # type: ignore[typeddict-item] # the fields of a `Partner`


def entry(action: str, reason: str, **particulars: str) -> dict[str, str]:
    return {"at": "2026-11-23T04:00:00.000Z", "by": "alice", "action": action, "reason": reason, **particulars}


def open_breaker(**changes: Any) -> dict[str, Any]:
    """A breaker that has been open for half an hour."""
    one = {
        "state": "open",
        "outages": 20,
        "unansweredSince": "2026-11-26T03:31:02.000Z",
        "openedAt": "2026-11-26T03:32:04.000Z",
        "nextProbeAt": "2026-11-26T04:07:04.000Z",
        "probeEverySeconds": 300,
        "waiting": 4_112,
    }
    return {**one, **changes}


def recovering_breaker() -> dict[str, Any]:
    """A breaker that closed a minute ago."""
    return {"state": "recovering", "outages": 0, "recoveringSince": "2026-11-26T04:04:06.000Z"}


def hostile_partner() -> Partner:
    return partner(
        name=HOSTILE,
        contact=HOSTILE,
        url="https://west-lake.example/" + "x" * 1900,
        proposedUrl="https://\u0430\u0440\u0440\u04cf\u0435.example/",
        proposedUrlHost={
            "name": "\u0430\u0440\u0440\u04cf\u0435.example",
            "ascii": "xn--80ak6aa92e.example",
            "warnings": ["`\u0430\u0440\u0440\u04cf\u0435` can be taken for `apple`, which is another name"],
        },
        lastTest=endpoint_test(
            url="https://\u0430\u0440\u0440\u04cf\u0435.example/", excerpt=HOSTILE + "x" * 10**6, reason=HOSTILE
        ),
        history=[entry("change", HOSTILE * 20, what="y" * 10_000)],
    )


def partner_health(**changes: Any) -> PartnerHealth:
    one: dict[str, Any] = {"failed": 0, "held": 0, "alertOpen": False}
    return PartnerHealth(**{**one, **changes})  # type: ignore[typeddict-item] # the fields of a `PartnerHealth`


def job(**changes: Any) -> Job:
    one: dict[str, Any] = {
        "jobId": "20261126T040006-1f2e3d4c",
        "action": "redrive",
        "filter": {
            "partnerId": 3528,
            "state": "failed",
            "since": "1970-01-01T00:00:00.000Z",
            "before": "2026-11-26T04:00:06.000Z",
        },
        "reason": "their server is repaired",
        "by": "alice",
        "perSecond": 20,
        "state": "running",
        "createdAt": "2026-11-26T04:00:06.000Z",
        "matched": 20_000,
        "changed": 4_999,
        "passedOver": 1,
    }
    return Job(**{**one, **changes})  # type: ignore[typeddict-item] # the fields of a `Job`


def reindexing(**changes: Any) -> Job:
    """The job that is about all notifications, and has no filter."""
    one = job(action="reindex", reason="after the update", perSecond=200, **changes)
    del one["filter"]
    return one


CANCELLED = {
    "state": "cancelled",
    "endedAt": "2026-11-26T04:03:06.000Z",
    "endedBy": "bob",
    "endedBecause": "wrong partner",
}


def key(**changes: Any) -> Key:
    one: dict[str, Any] = {
        "id": "5f2c1d0e9b8a7f6e",
        "role": "publisher",
        "name": "checkout",
        "partnerId": None,
        "partnerIds": [3528, 3529],
        "createdAt": "2026-11-23T04:05:06.000Z",
        "createdBy": "alice",
        "reason": "the new shop",
        "expiresAt": None,
        "lastUsedOn": "2026-11-26",
        "revoked": None,
    }
    return Key(**{**one, **changes})  # type: ignore[typeddict-item] # the fields of a `Key`


def some_keys() -> list[Key]:
    """One of each kind: bound, own, expired, revoked, of a partner, of an earlier version of Herald."""
    revoked = {"at": "2026-11-24T04:05:06.000Z", "by": "bob", "reason": "left the company"}
    return [
        key(),
        key(id=OPERATOR_HASH[:16], role="operator", name="alice", partnerIds=None),
        key(id="1" * 16, role="viewer", name="審計 audit", partnerIds=None, expiresAt="2026-11-25T00:00:00.000Z"),
        key(id="2" * 16, role="operator", name="carol", partnerIds=None, revoked=revoked),
        key(id="3" * 16, role="partner", name="West Lake", partnerIds=None, partnerId=3528, lastUsedOn=None),
        key(id="4" * 16, name="reports", partnerIds=[*range(3500, 3600)], expiresAt="2027-11-23T00:00:00.000Z"),
        key(id="5" * 16, name="old", partnerIds=None, createdAt=None, createdBy=None, reason=None),
    ]


def counts(accepted: int, failed: int = 0, waiting: int = 0, otherwise: int = 0) -> Counts:
    delivered = accepted - failed - waiting - otherwise
    return {"accepted": accepted, "delivered": delivered, "waiting": waiting, "failed": failed}


def day(**changes: Any) -> DayCounts:
    """A day with a quiet night, an outage in its sixth hour, and what still waits at its end."""
    accepted = (120, 310, 840, 1290, 1410, 1380, 1300, 1350, 1500, 1620, 1580, 1200, 700, 260, 90, 30, 8, 2, 0, 1)
    whole: dict[str, Any] = {
        "day": "2026-11-26",
        "partnerId": None,
        "places": {"first": 1, "last": 4, "registered": 4},
        "hours": {
            hour: counts(count, failed=137 if hour == 6 else hour % 3 == 1, waiting=count // 40, otherwise=hour == 9)
            for hour, count in enumerate(accepted)
        },
        "partners": [
            of_partner(3528, "西湖旅行 West Lake", 9_120, failed=141, waiting=220, otherwise=12),
            of_partner(3529, "Harbour Tickets", 4_410, waiting=3),
            of_partner(3530, HOSTILE, 1_400, failed=1),
            of_partner(3531, "Tea House", 61),
        ],
        "countedUpTo": None,
        "nextAfter": None,
    }
    return DayCounts(**{**whole, **changes})  # type: ignore[typeddict-item] # the fields of a `DayCounts`


def of_partner(number: int, name: str, accepted: int, **parts: int) -> PartnerCounts:
    return {"partnerId": number, "name": name, **counts(accepted, **parts)}


def empty_day() -> DayCounts:
    return day(hours={}, partners=[])
