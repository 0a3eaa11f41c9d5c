"""From a publisher's POST to the partner and back, on the deployed stack with IAM enforced."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from standardwebhooks.webhooks import Webhook

from herald.domain.clock import SECOND, now
from tests.support.e2e.faults import deliverer_switched_off, minutes_pass, throw_a_message_away
from tests.support.e2e.partner import NUMBERS, RegisteredPartner
from tests.support.e2e.stack_client import StackClient
from tests.support.paths import FIXTURES
from tests.support.report import show_figure
from tools.common.alert_inbox import AlertInbox
from tools.common.waiting import wait_until
from tools.local_engine.engine import Engine
from tools.local_stack.deploying import deploy
from tools.sample_partner import SamplePartners, interval

VALID = sorted((FIXTURES / "valid").glob("*.json"))
LADDER = (1, 2, 3, 4)  # seconds, as tests/e2e/conftest.py deploys it


@pytest.fixture
def partner(stack_client: StackClient, sample_partners: SamplePartners) -> RegisteredPartner:
    return RegisteredPartner(stack_client, sample_partners, next(NUMBERS))


def submit(stack_client: StackClient, payload: bytes) -> str:
    answer = stack_client.submit(payload)
    assert (answer.status_code, answer.text) == (200, "success"), answer.text
    return answer.headers["herald-notification-id"]


def show(stack_client: StackClient, notification_id: str) -> dict[str, Any]:
    answer = stack_client.call("GET", f"/notifications/{notification_id}")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def wait_for_state(stack_client: StackClient, notification_id: str, state: str, timeout: float = 20) -> dict[str, Any]:
    return wait_until(lambda: show(stack_client, notification_id), lambda one: one["state"] == state, timeout)


@pytest.fixture(scope="module")
def fixture_partners(stack_client: StackClient, sample_partners: SamplePartners) -> dict[int, RegisteredPartner]:
    """The partners that the fixtures are for."""
    return {number: RegisteredPartner(stack_client, sample_partners, number) for number in (3528, 7001)}


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_the_partner_receives_the_very_bytes_signed(
    stack_client: StackClient, fixture_partners: dict[int, RegisteredPartner], path: Path
) -> None:
    payload = path.read_bytes()
    partner = fixture_partners[json.loads(payload)["partnerId"]]
    before = len(partner.server.received(partner.name))
    notification_id = submit(stack_client, payload)
    stack_client.poll()
    request = partner.server.wait_for(partner.name, before + 1, timeout=20)[-1]
    assert request.body == payload
    assert request.headers["webhook-id"] == notification_id
    assert request.headers["content-type"] == "application/json"
    Webhook(partner.secret).verify(
        request.body, dict(request.headers), json_parse=False
    )  # raises when it does not hold
    assert wait_for_state(stack_client, notification_id, "delivered")["payload"].encode() == payload


def test_twenty_submissions_at_once_are_one_notification_and_one_delivery(
    stack_client: StackClient, partner: RegisteredPartner
) -> None:
    payload = partner.payload()
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(stack_client.submit, [payload] * 20))
    assert [(answer.status_code, answer.text) for answer in answers] == [(200, "success")] * 20
    [notification_id] = {answer.headers["herald-notification-id"] for answer in answers}
    stack_client.poll()
    partner.wait_for(1)
    stack_client.poll()
    delivered = wait_for_state(stack_client, notification_id, "delivered")
    assert wait_until(lambda: stack_client.depth("DeliveryQueue"), lambda depth: depth == 0) == 0
    assert len(delivered["attempts"]) == 1
    assert len(partner.wait_for(1)) == 1
    items = stack_client.call("GET", "/notifications", params={"partnerId": partner.id, "orderId": "A-1"}).json()[
        "items"
    ]
    assert [item["id"] for item in items] == [notification_id]


@pytest.fixture
def alerts(stack_client: StackClient) -> Iterator[AlertInbox]:
    """The alerts that the operators would receive."""
    inbox = AlertInbox(stack_client.engine.client, stack_client.stack.topics["AlertTopic"], f"alerts-{uuid4()}")
    yield inbox
    inbox.close()


def test_a_partner_that_refuses_gets_the_whole_ladder_then_an_alert_then_a_second_round(
    stack_client: StackClient, partner: RegisteredPartner, alerts: AlertInbox, capsys: pytest.CaptureFixture[str]
) -> None:
    partner.server.configure(partner.name, "503")
    notification_id = submit(stack_client, partner.payload())
    stack_client.poll()
    requests = partner.wait_for(5, timeout=40)
    waits = [interval(earlier, later) for earlier, later in pairwise(requests)]
    show_figure(capsys, f"waits by the partner's clock: {', '.join(f'{wait:.2f} s' for wait in waits)}")
    assert all(rung <= wait <= rung + 1.5 for rung, wait in zip(LADDER, waits, strict=True)), waits
    assert [request.headers["herald-attempt"] for request in requests] == ["1", "2", "3", "4", "5"]
    failed = wait_for_state(stack_client, notification_id, "failed")
    assert [attempt["verdict"] for attempt in failed["attempts"]] == ["bad_status"] * 5

    [alert] = wait_until(alerts.messages, bool)
    assert partner.name in alert
    assert "503" in alert
    stack_client.poll()
    assert wait_until(lambda: stack_client.depth("DeadLetterQueue"), lambda depth: depth == 0) == 0
    assert alerts.messages() == []

    partner.server.configure(partner.name, "success")
    redriven = stack_client.call(
        "POST", f"/notifications/{notification_id}/redrive", json={"reason": "they repaired it"}
    )
    assert (redriven.status_code, redriven.json()["round"], redriven.json()["attempt"]) == (200, 2, 1)
    last = partner.wait_for(6)[-1]
    assert (last.headers["herald-round"], last.headers["herald-attempt"]) == ("2", "1")
    delivered = wait_for_state(stack_client, notification_id, "delivered")
    assert delivered["history"][0]["reason"] == "they repaired it"


def test_what_is_due_for_a_partner_under_review_is_held_and_released_when_it_is_approved(
    stack_client: StackClient, sample_partners: SamplePartners
) -> None:
    partner = RegisteredPartner(stack_client, sample_partners, next(NUMBERS), approved=False)
    notification_id = submit(stack_client, partner.payload())
    stack_client.poll()
    held = wait_for_state(stack_client, notification_id, "held")
    assert (held["attempts"], held["attempt"]) == ([], 1)
    partner.approve()
    stack_client.poll()
    assert len(partner.wait_for(1)) == 1
    wait_for_state(stack_client, notification_id, "delivered")


@pytest.fixture(scope="module")
def at_once(engine: Engine) -> StackClient:
    return StackClient(
        engine, deploy(engine, "herald-at-once", {"Ladder": "1s", "FirstAttempt": "AtOnce", "DispatchEvery": "13"})
    )


def test_at_once_reaches_the_partner_within_two_seconds_without_a_poll(
    at_once: StackClient, sample_partners: SamplePartners, capsys: pytest.CaptureFixture[str]
) -> None:
    partner = RegisteredPartner(at_once, sample_partners, next(NUMBERS))
    submit(at_once, partner.payload("warm-up"))  # the first request starts the functions
    partner.wait_for(1)
    posted_at = now()
    submit(at_once, partner.payload("measured"))
    arrived = partner.wait_for(2)[-1]
    took = (arrived.at - posted_at) / SECOND
    show_figure(capsys, f"from the publisher's POST to the partner: {took:.3f} s")
    assert took < 2


def test_a_message_that_is_thrown_away_is_replaced_by_the_rescue(
    at_once: StackClient, sample_partners: SamplePartners
) -> None:
    partner = RegisteredPartner(at_once, sample_partners, next(NUMBERS))
    with deliverer_switched_off(at_once):
        notification_id = submit(at_once, partner.payload())
        throw_a_message_away(at_once)
    at_once.poll()
    assert show(at_once, notification_id)["state"] == "waiting"
    minutes_pass(at_once, notification_id, 11)
    assert at_once.poll()["rescued"] == 1
    assert len(partner.wait_for(1)) == 1
    wait_for_state(at_once, notification_id, "delivered")
