"""From a publisher's POST to the partner and back, on the deployed stack with IAM enforced."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count, pairwise
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook

from herald.domain.clock import SECOND, now
from tests.support.e2e.alert_inbox import Ear
from tests.support.e2e.faults import deliverer_switched_off, minutes_pass, throw_a_message_away
from tests.support.e2e.partner import Registered
from tests.support.e2e.stack_client import Desk
from tests.support.e2e.waiting import wait_until
from tests.support.paths import FIXTURES
from tests.support.report import show_figure
from tools.local_engine.engine import Engine
from tools.local_stack.deploying import deploy
from tools.sample_partner import SamplePartners, interval

VALID = sorted((FIXTURES / "valid").glob("*.json"))
LADDER = (1, 2, 3, 4)  # seconds, as tests/e2e/conftest.py deploys it
NUMBERS = count(100_001)


@pytest.fixture
def partner(desk: Desk, sample_partners: SamplePartners) -> Registered:
    return Registered(desk, sample_partners, next(NUMBERS))


def submit(desk: Desk, payload: bytes) -> str:
    answer = desk.submit(payload)
    assert (answer.status_code, answer.text) == (200, "success"), answer.text
    return answer.headers["herald-notification-id"]


def show(desk: Desk, notification_id: str) -> dict[str, Any]:
    answer = desk.call("GET", f"/notifications/{notification_id}")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def wait_for_state(desk: Desk, notification_id: str, state: str, timeout: float = 20) -> dict[str, Any]:
    return wait_until(lambda: show(desk, notification_id), lambda one: one["state"] == state, timeout)


@pytest.fixture(scope="module")
def fixture_partners(desk: Desk, sample_partners: SamplePartners) -> dict[int, Registered]:
    """The partners that the fixtures are for."""
    return {number: Registered(desk, sample_partners, number) for number in (3528, 7001)}


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_the_partner_receives_the_very_bytes_signed(
    desk: Desk, fixture_partners: dict[int, Registered], path: Path
) -> None:
    payload = path.read_bytes()
    partner = fixture_partners[json.loads(payload)["partnerId"]]
    before = len(partner.server.received(partner.name))
    notification_id = submit(desk, payload)
    desk.poll()
    request = partner.server.wait_for(partner.name, before + 1, timeout=20)[-1]
    assert request.body == payload
    assert request.headers["webhook-id"] == notification_id
    assert request.headers["content-type"] == "application/json"
    Webhook(partner.secret).verify(
        request.body, dict(request.headers), json_parse=False
    )  # raises when it does not hold
    assert wait_for_state(desk, notification_id, "delivered")["payload"].encode() == payload


def test_twenty_submissions_at_once_are_one_notification_and_one_delivery(desk: Desk, partner: Registered) -> None:
    payload = partner.payload()
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(desk.submit, [payload] * 20))
    assert [(answer.status_code, answer.text) for answer in answers] == [(200, "success")] * 20
    [notification_id] = {answer.headers["herald-notification-id"] for answer in answers}
    desk.poll()
    partner.wait_for(1)
    desk.poll()
    delivered = wait_for_state(desk, notification_id, "delivered")
    assert wait_until(lambda: desk.depth("DeliveryQueue"), lambda depth: depth == 0) == 0
    assert len(delivered["attempts"]) == 1
    assert len(partner.wait_for(1)) == 1
    items = desk.call("GET", "/notifications", params={"partnerId": partner.id, "orderId": "A-1"}).json()["items"]
    assert [item["id"] for item in items] == [notification_id]


@pytest.fixture
def alerts(desk: Desk) -> Iterator[Ear]:
    """Hears what people would hear."""
    with Ear.listening(desk) as ear:
        yield ear


def test_a_partner_that_refuses_gets_the_whole_ladder_then_an_alert_then_a_second_round(
    desk: Desk, partner: Registered, alerts: Ear, capsys: pytest.CaptureFixture[str]
) -> None:
    partner.server.tell(partner.name, "503")
    notification_id = submit(desk, partner.payload())
    desk.poll()
    requests = partner.wait_for(5, timeout=40)
    waits = [interval(earlier, later) for earlier, later in pairwise(requests)]
    show_figure(capsys, f"waits by the partner's clock: {', '.join(f'{wait:.2f} s' for wait in waits)}")
    assert all(rung <= wait <= rung + 1.5 for rung, wait in zip(LADDER, waits, strict=True)), waits
    assert [request.headers["herald-attempt"] for request in requests] == ["1", "2", "3", "4", "5"]
    failed = wait_for_state(desk, notification_id, "failed")
    assert [attempt["verdict"] for attempt in failed["attempts"]] == ["bad_status"] * 5

    [alert] = wait_until(alerts.told, bool)
    assert partner.name in alert
    assert "503" in alert
    desk.poll()
    assert wait_until(lambda: desk.depth("DeadLetterQueue"), lambda depth: depth == 0) == 0
    assert alerts.told() == []

    partner.server.tell(partner.name, "success")
    redriven = desk.call("POST", f"/notifications/{notification_id}/redrive", json={"reason": "they repaired it"})
    assert (redriven.status_code, redriven.json()["round"], redriven.json()["attempt"]) == (200, 2, 1)
    last = partner.wait_for(6)[-1]
    assert (last.headers["herald-round"], last.headers["herald-attempt"]) == ("2", "1")
    delivered = wait_for_state(desk, notification_id, "delivered")
    assert delivered["history"][0]["reason"] == "they repaired it"


def test_what_is_due_for_a_partner_under_review_is_held_and_released_when_it_is_approved(
    desk: Desk, sample_partners: SamplePartners
) -> None:
    partner = Registered(desk, sample_partners, next(NUMBERS), approved=False)
    notification_id = submit(desk, partner.payload())
    desk.poll()
    held = wait_for_state(desk, notification_id, "held")
    assert (held["attempts"], held["attempt"]) == ([], 1)
    partner.approve()
    desk.poll()
    assert len(partner.wait_for(1)) == 1
    wait_for_state(desk, notification_id, "delivered")


@pytest.fixture(scope="module")
def at_once(engine: Engine) -> Desk:
    return Desk(
        engine, deploy(engine, "herald-at-once", {"Ladder": "1s", "FirstAttempt": "AtOnce", "DispatchEvery": "13"})
    )


def test_at_once_reaches_the_partner_within_two_seconds_without_a_poll(
    at_once: Desk, sample_partners: SamplePartners, capsys: pytest.CaptureFixture[str]
) -> None:
    partner = Registered(at_once, sample_partners, next(NUMBERS))
    submit(at_once, partner.payload("warm-up"))  # the first request starts the functions
    partner.wait_for(1)
    posted_at = now()
    submit(at_once, partner.payload("measured"))
    arrived = partner.wait_for(2)[-1]
    took = (arrived.at - posted_at) / SECOND
    show_figure(capsys, f"from the publisher's POST to the partner: {took:.3f} s")
    assert took < 2


def test_a_message_that_is_thrown_away_is_replaced_by_the_rescue(
    at_once: Desk, sample_partners: SamplePartners
) -> None:
    partner = Registered(at_once, sample_partners, next(NUMBERS))
    with deliverer_switched_off(at_once):
        notification_id = submit(at_once, partner.payload())
        throw_a_message_away(at_once)
    at_once.poll()
    assert show(at_once, notification_id)["state"] == "waiting"
    minutes_pass(at_once, notification_id, 11)
    assert at_once.poll()["rescued"] == 1
    assert len(partner.wait_for(1)) == 1
    wait_for_state(at_once, notification_id, "delivered")
