"""What the tables are filled with: active partners and their notifications, by number."""

from base64 import b64encode
from collections.abc import Iterator
from typing import Any

from herald.domain.attempt import Attempt, Outcome, Verdict
from herald.domain.ladder import DEFAULT_LADDER
from herald.domain.notification import Lane, Notification, receive, settle
from herald.domain.notification_id import NotificationId
from herald.domain.partner import Partner, ReviewState
from herald.languages.reason import Reason
from herald.store.attribute_values import to_wire
from herald.store.encryption.secret_table import SecretName
from herald.store.items import notification_item, partner_item
from tools.bench.aws.queues import encrypted
from tools.bench.aws.values import Item
from tools.bench.herald.example import FIRST_PARTNER, digest_of, order_of, partner_of, payload_of

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # noqa: S105 - the example of Standard Webhooks
RETENTION_DAYS = 90


def id_of(number: int, partner_id: int) -> NotificationId:
    """The id of the notification with this number."""
    return NotificationId(partner_id, order_of(number), digest_of(number))


def partners(count: int, url: str) -> Iterator[tuple[Item, Item]]:
    """So many partners that may receive, each with its secret."""
    for partner_id in range(FIRST_PARTNER, FIRST_PARTNER + count):
        partner = Partner(
            partner_id=partner_id,
            name="West Lake Tickets",
            contact="ops@example.com",
            state=ReviewState.ACTIVE,
            secret=None,
            url=f"{url}/{partner_id}",
        )
        secret = {"partner_id": partner_id, "name": SecretName.SIGNING.value}
        blob = {"encrypted": {"B": b64encode(encrypted(SECRET.encode())).decode()}}
        yield to_wire(partner_item.to_item(partner)), {**to_wire(secret), **blob}


def due(first: int, count: int, among: int, now: int, spread: int) -> Iterator[Item]:
    """New notifications of `among` partners, accepted one after the other in the last `spread` ms."""
    model = _model(receive(id_of(0, FIRST_PARTNER), "", now, at_once=False))
    for number in range(first, first + count):
        moment = now - spread + (number - first) * spread // count
        yield {**model, "due_at": {"N": str(moment)}, **_own(number, partner_of(number, among), moment, Lane.NEW)}


def delivered(count: int, now: int, spread: int) -> Iterator[Item]:
    """Notifications of one partner that were delivered at their first attempt, accepted in the last `spread` ms."""
    model = _model(_delivered(now))
    for number in range(count):
        yield {**model, **_own(number, FIRST_PARTNER, now - spread + number * spread // count, None)}


def _delivered(now: int) -> Notification:
    waiting = receive(id_of(0, FIRST_PARTNER), "", now, at_once=False)
    outcome = Outcome(
        at=now,
        duration_ms=40,
        address="203.0.113.7:443",
        status=200,
        verdict=Verdict.SUCCESS,
        reason=Reason("success", {"status": 200}),
        excerpt="success",
    )
    attempt = Attempt(round=1, number=1, claim_id="0123456789ab", outcome=outcome)
    return settle(waiting, attempt, DEFAULT_LADDER, now, RETENTION_DAYS)


def _model(notification: Notification) -> dict[str, Any]:
    """The attributes that all notifications of a kind share, once in memory."""
    return to_wire(notification_item.to_item(notification))


def _own(number: int, partner_id: int, moment: int, lane: Lane | None) -> Item:
    one = id_of(number, partner_id)
    shard = notification_item.shard_of(one)
    return {
        "order_key": {"S": one.order_key},
        "digest": {"S": one.digest},
        "payload": {"S": payload_of(partner_id, one.order_id)},
        "accepted_at": {"N": str(moment)},
        "accepted_on": {"S": notification_item.acceptance_key(partner_id, moment, shard)},
        **({"lane": {"S": notification_item.lane_key(lane, shard)}} if lane else {}),
    }
