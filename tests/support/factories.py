"""Ordinary notifications, partners and outcomes; a test names only what matters to it."""

from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from herald.domain.attempt import Attempt, Outcome, Verdict
from herald.domain.clock import SECOND
from herald.domain.ladder import Ladder
from herald.domain.notification import Notification, receive
from herald.domain.notification_id import NotificationId
from herald.domain.partner import Partner, ReviewState
from herald.languages.reason import Reason

NOON = int(datetime(2026, 11, 23, 12, 0, tzinfo=UTC).timestamp()) * SECOND
PARTNER_ID = 3528
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
PAYLOAD = (
    '{"code":10000,"describe":"執行成功","partnerId":3528,"method":"snNotify","body":{"orderId":"test158585",'
    '"LHOrderId":"15354","orderStatus":9,"orderQuantity":3,"usedQuantity":1,"sncode":"411258698456"}}'
)
LADDER = Ladder.parse("3m 6m 12m 24m")


ACKNOWLEDGED = Reason("success", {"status": 200})
REFUSED = Reason("not_success.other", {"status": 200, "body": "no"})


def an_id(n: int = 1, partner_id: int = PARTNER_ID) -> NotificationId:
    """The n-th one; their digests fall evenly on the shards."""
    return NotificationId(partner_id, f"order-{n}", sha256(str(n).encode()).hexdigest()[:32])


def a_notification(n: int = 1, *, at: int = NOON, partner_id: int = PARTNER_ID, **changes: Any) -> Notification:
    """Received at `at`, for the poll; then whatever a test needs otherwise."""
    return replace(receive(an_id(n, partner_id), PAYLOAD, at, at_once=False), **changes)


def a_partner(partner_id: int = PARTNER_ID, **changes: Any) -> Partner:
    """One that may receive."""
    partner = Partner(
        partner_id=partner_id,
        name="Example Travel",
        contact="ops@example.com",
        state=ReviewState.ACTIVE,
        secret=SECRET,
        url=f"https://partner-{partner_id}.example.com/notify",
    )
    return replace(partner, **changes)


def an_outcome(*, success: bool = False, at: int = NOON, **changes: Any) -> Outcome:
    """An attempt that took 40 ms: acknowledged, or answered `no`."""
    outcome = Outcome(
        at=at,
        duration_ms=40,
        address="203.0.113.7:443",
        status=200,
        verdict=Verdict.SUCCESS if success else Verdict.NOT_SUCCESS,
        reason=ACKNOWLEDGED if success else REFUSED,
        excerpt="success" if success else "no",
    )
    return replace(outcome, **changes)


def an_attempt(of: Notification, claim_id: str = "c1", *, success: bool = False, at: int = NOON) -> Attempt:
    """The attempt that comes next for it, under this claim."""
    return Attempt(round=of.round, number=of.attempt, claim_id=claim_id, outcome=an_outcome(success=success, at=at))
