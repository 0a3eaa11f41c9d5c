"""The operators' decisions about notifications: redrive, resolve, cancel."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from botocore.exceptions import EndpointConnectionError

from herald.domain.clock import DAY, HOUR, SECOND, iso
from herald.domain.notification import Lane, Notification, settle
from herald.domain.notification_id import NotificationId
from herald.domain.transitions import State
from herald.messaging import sqs
from herald.store.notification_table import NotificationTable
from operator_api import app as operator_app
from tests.support.aws.aws_stack import Aws
from tests.support.factories import LADDER, NOON, a_notification, an_attempt, an_id
from tests.support.functions.dispatcher import current, failed, held, notifications, stands
from tests.support.http.gateway import Gateway

WHY = {"reason": "they repaired it"}
api = Gateway(operator_app.handler, "OperatorFunction")


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON / SECOND, tick=False) as traveller:
        yield traveller


def delivered(n: int = 1) -> Notification:
    one = a_notification(n, claim_id="c1", claim_until=NOON)
    return settle(one, an_attempt(one, success=True), LADDER, NOON, 90)


def test_a_redrive_starts_a_round_and_sends_a_message(aws: Aws) -> None:
    stands(one := failed(1, NOON - HOUR))
    shown = api.done("POST", f"/notifications/{one.id}/redrive", WHY)
    after = current(one.id)
    assert (after.state, after.round, after.attempt, after.turn) == (State.WAITING, 2, 1, one.turn + 1)
    assert (after.lane, after.due_at) == (Lane.SENT, NOON)
    assert (shown["state"], shown["turn"], shown["nextAttemptAt"]) == ("waiting", after.turn, iso(NOON))
    assert shown == api.done("GET", f"/notifications/{one.id}")
    assert aws.messages("DeliveryQueue") == [{"id": str(one.id), "turn": after.turn}]
    assert (after.history[-1].by, str(after.history[-1].reason)) == ("alice", "they repaired it")


def test_a_redrive_succeeds_without_its_message(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(**_: object) -> None:
        raise EndpointConnectionError(endpoint_url="https://sqs.example.com")

    stands(one := failed(1, NOON - HOUR))
    monkeypatch.setattr(sqs.client(), "send_message_batch", breaks)
    assert api.done("POST", f"/notifications/{one.id}/redrive", WHY)["state"] == "waiting"
    assert aws.messages("DeliveryQueue") == []
    assert current(one.id).lane is Lane.SENT  # where the rescue finds it


@pytest.mark.parametrize(("action", "state"), [("resolve", State.RESOLVED), ("cancel", State.CANCELLED)])
def test_a_closed_notification_expires_unsent(aws: Aws, action: str, state: State) -> None:
    stands(one := failed(1, NOON - HOUR))
    shown = api.done("POST", f"/notifications/{one.id}/{action}", WHY)
    after = current(one.id)
    assert (after.state, after.due_at, after.expires_at) == (state, None, NOON + 90 * DAY)
    assert (shown["state"], shown["history"][-1]["action"]) == (state.value, action)
    assert aws.messages("DeliveryQueue") == []


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize(
    ("one", "action", "says"),
    [
        (held(1, NOON), "redrive", "cannot redrive: the notification is held; allowed from there: resolve, cancel"),
        (delivered(), "cancel", "cannot cancel: the notification is delivered; allowed from there: redrive"),
        (delivered(), "resolve", "cannot resolve: the notification is delivered; allowed from there: redrive"),
    ],
)
def test_a_409_says_which_actions_are_allowed(one: Notification, action: str, says: str) -> None:
    stands(one)
    assert api.refused(409, "POST", f"/notifications/{one.id}/{action}", WHY) == says
    assert current(one.id) == one


@pytest.mark.parametrize("action", ["redrive", "resolve", "cancel"])
def test_a_decision_on_an_old_turn_is_refused(aws: Aws, action: str) -> None:
    stands(one := failed(1, NOON))
    assert "at turn 2 and failed now" in api.refused(
        409, "POST", f"/notifications/{one.id}/{action}", {**WHY, "turn": 1}
    )
    assert current(one.id) == one
    assert aws.messages("DeliveryQueue") == []
    api.done("POST", f"/notifications/{one.id}/{action}", {**WHY, "turn": 2})


def test_concurrent_redrives_send_one_message(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    def get_before_another_redrive(self: NotificationTable, wanted: NotificationId, now: int) -> Notification | None:
        monkeypatch.setattr(NotificationTable, "get", get)
        found = get(self, wanted, now)
        api.done("POST", f"/notifications/{wanted}/redrive", {"reason": "bob was faster"})
        return found

    stands(one := failed(1, NOON))
    get = NotificationTable.get
    monkeypatch.setattr(NotificationTable, "get", get_before_another_redrive)
    assert "at turn 3 and waiting now" in api.refused(409, "POST", f"/notifications/{one.id}/redrive", WHY)
    assert len(aws.messages("DeliveryQueue")) == 1
    assert [str(entry.reason) for entry in current(one.id).history] == ["bob was faster"]


@pytest.mark.usefixtures("aws")
def test_a_redrive_keeps_the_claim_of_an_attempt() -> None:
    stands(one := a_notification())
    notifications().claim(one.id, 1, "c1", NOON)
    api.done("POST", f"/notifications/{one.id}/redrive", WHY)
    after = current(one.id)
    assert (after.claim_id, after.round) == ("c1", 2)


@pytest.mark.parametrize(
    ("body", "named"),
    [
        (None, "`reason` is missing"),
        ({}, "`reason` is missing"),
        ({"reason": ""}, "`reason` must be 1 to 500 characters"),
        ({"reason": " \t "}, "`reason` must be 1 to 500 characters"),
        ({"reason": "x" * 501}, "`reason` must be 1 to 500 characters"),
        ({"reason": 5}, "`reason` must be 1 to 500 characters"),
        ({"reason": "x\u001b[31m"}, "`reason` must be 1 to 500 characters"),
        ({**WHY, "turn": "1"}, "`turn` must be a whole number"),
        ({**WHY, "turn": True}, "`turn` must be a whole number"),
        ({**WHY, "turn": 1.0}, "`turn` must be a whole number"),
        ({**WHY, "trun": 1}, "`trun` is not known here"),
    ],
)
def test_an_error_names_the_field_of_a_bad_decision(body: Any, named: str) -> None:
    assert named in api.refused(400, "POST", f"/notifications/{an_id(1)}/redrive", body)


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize("reason", ["x" * 500, "理" * 500, "two\nlines"])
def test_a_reason_may_be_long_and_in_any_language(reason: str) -> None:
    stands(one := failed(1, NOON))
    assert api.done("POST", f"/notifications/{one.id}/cancel", {"reason": reason})["history"][-1]["reason"] == reason
