"""A day in customer service: a partner's review, its outage, and what operators decide afterwards.

Everything goes through the `herald` command, on the deployed stack with IAM enforced.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.e2e.partner import NUMBERS
from tests.support.e2e.stack_client import Herald, StackClient
from tools.common.waiting import wait_until
from tools.sample_partner import SamplePartners

ATTEMPTS = 5  # the ladder of tests/e2e/conftest.py has four rungs


class Customer:
    """One partner on this day: its server, its notifications, and customer service's commands about it."""

    def __init__(self, herald: Herald, stack_client: StackClient, server: SamplePartners, folder: Path) -> None:
        self.herald, self.stack_client, self.server, self.folder = herald, stack_client, server, folder
        self.id = str(next(NUMBERS))

    def submit(self, order_id: str) -> str:
        body = {"orderId": order_id, "LHOrderId": "1", "orderStatus": 9, "orderQuantity": 3, "usedQuantity": 1}
        envelope = {"code": 10000, "describe": "ok", "partnerId": int(self.id), "method": "snNotify", "body": body}
        (self.folder / "event.json").write_text(json.dumps(envelope))
        return str(self.herald("send", str(self.folder / "event.json"))["id"])

    def show(self, notification_id: str) -> Any:
        return self.herald("show", notification_id)

    def wait_for(self, notification_ids: list[str], state: str, timeout: float = 60) -> list[Any]:
        def look() -> list[Any]:
            return [self.show(one) for one in notification_ids]

        return wait_until(look, lambda all_of_them: {one["state"] for one in all_of_them} == {state}, timeout)

    def work_list(self, state: str = "failed") -> Any:
        """The partner's line, or None."""
        items = self.herald("failed", "--state", state)["items"]
        return next((item for item in items if item["partnerId"] == int(self.id)), None)

    def act(self, action: str, notification_id: str, reason: str) -> Any:
        return self.herald("notifications", action, notification_id, "--reason", reason)


@pytest.fixture
def customer(herald: Herald, stack_client: StackClient, sample_partners: SamplePartners, tmp_path: Path) -> Customer:
    return Customer(herald, stack_client, sample_partners, tmp_path)


def test_a_day_in_customer_service(customer: Customer) -> None:
    early = review(customer)
    broken = outage(customer)
    decide(customer, broken)
    check_histories(customer, early, broken)


def review(customer: Customer) -> str:
    """It proposes an address, fails the test, repairs it, is approved; what was held meanwhile goes out."""
    herald, server = customer.herald, customer.server
    created = herald("partners", "create", customer.id, "--name", "Day trips", "--url", server.url(customer.id))
    server.share_secret(customer.id, created["secret"])
    early = customer.submit("early")
    customer.stack_client.poll()
    [held] = customer.wait_for([early], "held")
    assert held["reason"] == "the partner is pending"
    assert customer.work_list("held")["count"] == 1

    server.configure(customer.id, "200 SUCCESS")
    assert herald("partners", "test", customer.id, code=1)["reason"].endswith("it must be lower case")
    assert (
        "has not passed a test" in herald("partners", "approve", customer.id, "--reason", "hurry", code=1)["describe"]
    )
    server.configure(customer.id, "success")
    assert herald("partners", "test", customer.id)["verdict"] == "success"
    assert herald("partners", "approve", customer.id, "--reason", "tested with their engineer")["state"] == "active"
    customer.stack_client.poll()
    customer.wait_for([early], "delivered")
    check_order_query(customer, created["queryKey"])
    return early


def check_order_query(customer: Customer, query_key: str) -> None:
    """Its engineer asks for the order with the query key; another partner's key tells nothing of it."""
    ask, order = customer.stack_client.call, {"orderId": "early"}
    messages = ask("GET", "/orders", key=query_key, params=order)
    assert (messages.status_code, messages.json()["body"]["usedQuantity"]) == (200, 1), messages.text
    other = str(next(NUMBERS))
    stranger = customer.herald("partners", "create", other, "--name", "Other", "--url", customer.server.url(other))
    assert ask("GET", "/orders", key=stranger["queryKey"], params=order).json()["code"] == 40400
    assert ask("GET", "/orders", role="operator", params=order).status_code == 403


def outage(customer: Customer) -> list[str]:
    """It refuses, and six notifications exhaust their ladders; the attention list says so, in words.

    Not by an answer that is an outage: on a slow machine its breaker would open before the ladders end.
    """
    customer.server.configure(customer.id, "404")
    broken = [customer.submit(f"order-{n}") for n in range(6)]
    customer.stack_client.poll()
    for one in customer.wait_for(broken, "failed"):
        assert len(one["attempts"]) == ATTEMPTS
    line = wait_until(customer.work_list, lambda line: line is not None and line["count"] == 6)
    assert line["name"] == "Day trips"
    assert "404" in line["reason"]
    return broken


def decide(customer: Customer, broken: list[str]) -> None:
    """One is redriven, one resolved, one cancelled; the others by a job, which takes no other one."""
    customer.server.configure(customer.id, "success")
    first, second, third, *others = broken
    customer.act("redrive", first, "they say it is repaired")
    customer.wait_for([first], "delivered")
    assert customer.act("resolve", second, "told by telephone")["state"] == "resolved"
    assert customer.act("cancel", third, "the order was a test")["state"] == "cancelled"
    assert (
        "the notification is cancelled"
        in customer.herald("notifications", "resolve", third, "--reason", "too late", code=1)["describe"]
    )
    start = ("jobs", "start", "redrive", "--partner", customer.id, "--reason", "it works again")
    wait_until(customer.work_list, lambda line: line is not None and line["count"] == 3)
    assert customer.herald(*start, "--dry-run") == {"jobId": None, "matched": 3}
    done = customer.herald(*start, "--yes", "--per-second", "10")
    assert (done["state"], done["changed"], done["passedOver"]) == ("done", 3, 0)
    customer.wait_for(others, "delivered")
    wait_until(customer.work_list, lambda line: line is None)


def check_histories(customer: Customer, early: str, broken: list[str]) -> None:
    """Every step says who and why."""
    assert history(customer.show(early)) == [
        ("herald", "hold", "the partner is pending"),
        ("herald", "release", "the partner may receive again"),
    ]
    by_hand = {"redrive": "they say it is repaired", "resolve": "told by telephone", "cancel": "the order was a test"}
    for one, (action, reason) in zip(broken[:3], by_hand.items(), strict=True):
        assert history(customer.show(one)) == [("local", action, reason)]
    for one in broken[3:]:
        messages = customer.show(one)
        assert history(messages) == [("local", "redrive", "it works again")]
        assert messages["history"][0]["job"]
    steps = [(entry["by"], entry["action"]) for entry in customer.herald("partners", "show", customer.id)["history"]]
    assert steps == [("local", action) for action in ("create", "test", "test", "approve")]


def history(notification: Any) -> list[tuple[str, str, str]]:
    return [(entry["by"], entry["action"], entry["reason"]) for entry in notification["history"]]
