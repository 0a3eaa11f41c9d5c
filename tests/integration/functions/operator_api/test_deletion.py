"""Deletion on request: nothing of an order's content is left, and nothing of it is ever sent again."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import time_machine

from customer_service import deletion
from herald.domain.attempt import Attempt
from herald.domain.clock import DAY, MINUTE, SECOND, now
from herald.domain.notification import Notification, receive
from herald.domain.notification_id import NotificationId
from herald.domain.transitions import State
from herald.languages.reason import Reason
from herald.store.notification_table import Claimed, NotificationTable
from operator_api import app as operator_app
from orders import app as orders_app
from receiver import app as receiver_app
from tests.support.aws.aws_stack import Aws, Context
from tests.support.factories import NOON, PARTNER_ID, PAYLOAD, a_notification, a_partner, an_outcome
from tests.support.functions.deliverer import deliver, employed, queued
from tests.support.functions.dispatcher import notifications, poll, registered, stands
from tests.support.http.gateway import Gateway
from tests.support.http.http_events import api_event
from tools.audit.invariants import broken_keys, broken_rules

ORDER, CODE = "test158585", "411258698456"
WHY = "asked for by the buyer"
PATH = f"/orders/{ORDER}?partnerId={PARTNER_ID}&reason=asked%20for%20by%20the%20buyer"
api = Gateway(operator_app.handler, "OperatorFunction")


@pytest.fixture(autouse=True)
def clock(aws: Aws) -> Iterator[time_machine.Traveller]:  # noqa: ARG001 - its environment
    with time_machine.travel(NOON / SECOND, tick=False) as traveller:
        registered(a_partner())
        yield traveller


def submitted(payload: str = PAYLOAD) -> NotificationId:
    """One that a publisher submits now."""
    event = api_event("POST", "/notifications", payload, caller={"role": "publisher", "name": "shop"})
    answer = receiver_app.handler(event, Context())
    assert answer["body"] == "success"
    return NotificationId.parse(answer["headers"]["herald-notification-id"])


def used(quantity: int) -> str:
    return PAYLOAD.replace('"usedQuantity":1', f'"usedQuantity":{quantity}')


def changed(notification_id: NotificationId, **changes: Any) -> Notification:
    """The stored one, as if this had happened to it."""
    before = notifications().get(notification_id, now())
    assert before is not None
    notifications().save(before, after := replace(before, turn=before.turn + 1, **changes))
    return after


def delivered(notification_id: NotificationId) -> Notification:
    outcome = an_outcome(success=True, excerpt=f"success {CODE}")
    attempt = Attempt(round=1, number=1, claim_id="c", outcome=outcome)
    done = {"state": State.DELIVERED, "due_at": None, "lane": None, "expires_at": NOON + DAY}
    return changed(notification_id, attempts=(attempt,), logged=1, **done)


def shown(notification_id: NotificationId) -> Any:
    return api.done("GET", f"/notifications/{notification_id}")


def asked_by_the_partner() -> int:
    caller = {"role": "partner", "name": "Example Travel", "partnerId": PARTNER_ID}
    status: int = orders_app.handler(api_event("GET", f"/orders?orderId={ORDER}", caller=caller), None)["statusCode"]
    return status


# ── What is left ──


def test_no_payload_no_code_and_no_attempt_is_left_anywhere(aws: Aws) -> None:
    for quantity in (1, 2):
        delivered(submitted(used(quantity)))
    assert api.done("DELETE", PATH) == {"deleted": 2, "left": 0}
    stored = repr([aws.items(name) for name in aws.refs if name.endswith("Table")])
    assert [text for text in (CODE, "15354", "執行成功", 'usedQuantity":2', "203.0.113.7") if text in stored] == []


def test_what_is_left_says_that_it_was_deleted_when_by_whom_and_why() -> None:
    one = delivered(submitted()).id
    api.done("DELETE", PATH)
    left = shown(one)
    assert left["deletedAt"] == "2026-11-23T12:00:00.000Z"
    assert left["history"] == [
        {
            "at": "2026-11-23T12:00:00.000Z",
            "by": "alice",
            "action": "delete",
            "reason": WHY,
            "from": "delivered",
            "to": "delivered",
        }
    ]
    assert (left["attempts"], left["olderAttempts"], left["method"]) == ([], 1, "snNotify")
    body = {"orderId": ORDER, "orderStatus": 0, "orderQuantity": 0, "usedQuantity": 0}
    assert json.loads(left["payload"]) == {
        "code": 0,
        "describe": "",
        "partnerId": PARTNER_ID,
        "method": "snNotify",
        "body": body,
    }


def test_other_orders_and_the_same_number_of_another_partner_stay() -> None:
    registered(a_partner(7001))
    others = [submitted(PAYLOAD.replace("3528", "7001")), submitted(PAYLOAD.replace(ORDER, "test158586"))]
    delivered(submitted())
    before = [shown(one) for one in others]
    assert api.done("DELETE", PATH) == {"deleted": 1, "left": 0}
    assert [shown(one) for one in others] == before


def test_a_partner_that_asks_is_told_of_no_such_order() -> None:
    delivered(submitted())
    assert asked_by_the_partner() == 200
    api.done("DELETE", PATH)
    assert asked_by_the_partner() == 404


def test_no_search_finds_the_code() -> None:
    delivered(submitted())
    search = f"/notifications?partnerId={PARTNER_ID}&sncode={CODE}"
    assert len(api.done("GET", search)["items"]) == 1
    api.done("DELETE", PATH)
    assert api.done("GET", search)["items"] == []
    assert len(api.done("GET", f"/notifications?partnerId={PARTNER_ID}&from=2026-11-23T00:00:00Z")["items"]) == 1


def test_the_audit_finds_what_is_left_in_order(aws: Aws) -> None:
    delivered(submitted())
    stands(held := a_notification(3, state=State.WAITING))
    api.done("DELETE", PATH)
    api.done("DELETE", f"/orders/{held.id.order_id}?partnerId={PARTNER_ID}&reason=x&force=true")
    items = {item["order_key"]: item for item in aws.items("NotificationTable")}
    for one in (notifications().get(NotificationId.from_keys(k, item["digest"]), now()) for k, item in items.items()):
        assert one is not None
        assert (broken_rules(one), broken_keys(items[one.id.order_key], one)) == ([], [])


# ── It is never sent again ──


def test_a_duplicate_that_is_submitted_later_is_acknowledged_and_not_sent(
    aws: Aws, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    poster = employed(monkeypatch)
    one = delivered(submitted()).id
    api.done("DELETE", PATH)
    clock.shift(89 * DAY / SECOND)
    assert submitted() == one
    poll()
    assert aws.records("DeliveryQueue") == []
    assert (poster.posts, CODE in repr(aws.items("NotificationTable"))) == ([], False)


def test_it_cannot_be_sent_again() -> None:
    one = delivered(submitted()).id
    api.done("DELETE", PATH)
    assert api.refused(409, "POST", f"/notifications/{one}/redrive", {"reason": "again"}) == (
        "its content was deleted at 23 November 2026, 12:00:00 UTC: nothing is left to send"
    )


def test_a_message_that_is_still_out_is_stale(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    poster = employed(monkeypatch)
    one = notifications().get(submitted(), now())
    assert one is not None
    queued(aws, one)
    assert api.done("DELETE", f"{PATH}&force=true") == {"deleted": 1, "left": 0}
    assert (deliver(aws), poster.posts) == ([], [])


# ── What is still to be done ──


@pytest.mark.parametrize("state", [State.WAITING, State.HELD, State.FAILED])
def test_what_is_still_to_be_done_is_deleted_by_force_only(state: State) -> None:
    delivered(submitted(used(2)))
    one = submitted()
    if state is not State.WAITING:
        changed(one, state=state, due_at=None, lane=None, since=NOON, reason=Reason("held.suspended"))
    assert api.refused(409, "DELETE", PATH) == (
        "1 notification of the order waits, is held or failed: settle it first, or say `force`, which cancels it"
    )
    assert "deletedAt" not in shown(one)
    assert api.done("DELETE", f"{PATH}&force=true") == {"deleted": 2, "left": 0}
    left = shown(one)
    assert (left["state"], left["history"][0]["from"], left["history"][0]["to"]) == ("cancelled", state, "cancelled")
    assert "reason" not in left


def test_one_under_way_is_left_until_its_claim_ends(clock: time_machine.Traveller) -> None:
    one = submitted()
    assert isinstance(NotificationTable("NotificationTable").claim(one, 1, "c", now()), Claimed)
    assert api.done("DELETE", f"{PATH}&force=true") == {"deleted": 0, "left": 1}
    clock.shift(MINUTE / SECOND)
    assert api.done("DELETE", f"{PATH}&force=true") == {"deleted": 1, "left": 0}


def test_an_attempt_that_began_at_that_very_moment_is_counted_without_its_response(
    aws: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    poster = employed(monkeypatch)
    one = notifications().get(submitted(), now())
    assert one is not None
    queued(aws, one)
    monkeypatch.setattr(deletion, "is_claimed", lambda _: False)
    poster.meanwhile(lambda: api.done("DELETE", f"{PATH}&force=true"), success=True)
    assert deliver(aws) == []
    left = shown(one.id)
    assert (left["state"], left["attempts"], left["olderAttempts"]) == ("cancelled", [], 1)
    assert CODE not in repr(aws.items("NotificationTable"))


# ── Many, twice, wrong ──


def test_repeating_it_changes_nothing(aws: Aws) -> None:
    delivered(submitted())
    api.done("DELETE", PATH)
    before = aws.items("NotificationTable")
    assert api.done("DELETE", PATH) == {"deleted": 0, "left": 0}
    assert aws.items("NotificationTable") == before


def test_one_request_does_what_it_has_time_for(monkeypatch: pytest.MonkeyPatch, clock: time_machine.Traveller) -> None:
    for quantity in (1, 2, 3):
        delivered(submitted(used(quantity)))
    save = NotificationTable.save

    def slowly(table: NotificationTable, before: Notification, after: Notification) -> None:
        clock.shift(6)
        save(table, before, after)

    monkeypatch.setattr(NotificationTable, "save", slowly)
    answers = [api.done("DELETE", PATH) for _ in range(2)]
    assert answers == [{"deleted": 2, "left": 1}, {"deleted": 1, "left": 0}]


def test_one_that_somebody_changes_meanwhile_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    one = delivered(submitted())
    save = NotificationTable.save

    def save_after_another(table: NotificationTable, before: Notification, after: Notification) -> None:
        monkeypatch.setattr(NotificationTable, "save", save)
        changed(one.id, logged=1)
        save(table, before, after)

    monkeypatch.setattr(NotificationTable, "save", save_after_another)
    assert api.done("DELETE", PATH) == {"deleted": 0, "left": 1}
    assert api.done("DELETE", PATH) == {"deleted": 1, "left": 0}


def test_an_order_of_which_nothing_is_stored_is_not_found() -> None:
    assert api.refused(404, "DELETE", PATH) == f"nothing is stored of an order `{ORDER}`"


@pytest.mark.parametrize("missing", ["partnerId=3528", "reason=x"])
def test_it_needs_a_partner_and_a_reason(missing: str) -> None:
    query = "&".join(one for one in ("partnerId=3528", "reason=x") if one != missing)
    assert missing.partition("=")[0] in api.refused(400, "DELETE", f"/orders/{ORDER}?{query}")


@pytest.mark.parametrize("order_id", ["A-1", "a!~$&'()*+,;=:@", "x" * 64])
def test_an_order_number_is_taken_as_api_gateway_decodes_it(order_id: str) -> None:
    one = NotificationId(PARTNER_ID, order_id, "0" * 32)
    stands(receive(one, PAYLOAD, NOON, at_once=False))
    path = f"/orders/{order_id}?partnerId={PARTNER_ID}&reason=x&force=true"
    assert api.done("DELETE", path) == {"deleted": 1, "left": 0}
