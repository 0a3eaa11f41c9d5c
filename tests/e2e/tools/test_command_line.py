"""A working day with the `herald` command, on the deployed stack."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from herald.store import dynamodb
from tests.support.e2e.partner import NUMBERS
from tests.support.e2e.stack_client import Herald, StackClient
from tools.common.waiting import wait_until
from tools.sample_partner import SamplePartners


@pytest.fixture
def partner(herald: Herald, sample_partners: SamplePartners) -> str:
    """A partner that was created, tested and approved from the command line."""
    number = str(next(NUMBERS))
    created = herald("partners", "create", number, "--name", "By hand", "--url", sample_partners.url(number))
    sample_partners.share_secret(number, created["secret"])
    assert herald("partners", "approve", number, "--reason", "untested", code=1)["code"] == 40900
    assert herald("partners", "test", number)["verdict"] == "success"
    assert herald("partners", "approve", number, "--reason", "tested")["state"] == "active"
    return number


def payload(partner: str) -> str:
    body = {"orderId": "A-1", "LHOrderId": "1", "orderStatus": 8, "orderQuantity": 1, "usedQuantity": 1}
    envelope = {"code": 10000, "describe": "ok", "partnerId": int(partner), "method": "snNotify", "body": body}
    return json.dumps(envelope)


def test_a_partner_is_entered_and_a_notification_fails_and_is_redriven(
    herald: Herald, stack_client: StackClient, partner: str, sample_partners: SamplePartners, tmp_path: Path
) -> None:
    sample_partners.configure(partner, "503")
    before = len(sample_partners.received(partner))
    (tmp_path / "event.json").write_text(payload(partner))
    notification_id = herald("send", str(tmp_path / "event.json"))["id"]
    stack_client.poll()
    sample_partners.wait_for(partner, before + 5, timeout=60, answered=True)  # the ladder has four rungs
    sample_partners.configure(partner, "success")

    failed = wait_until(lambda: herald("notifications", "show", notification_id), has_failed)
    turn = str(failed["turn"])
    redriven = herald("notifications", "redrive", notification_id, "--reason", "repaired", "--turn", turn)
    assert (redriven["state"], redriven["round"]) == ("waiting", 2)
    last = sample_partners.wait_for(partner, before + 6, timeout=30)[-1]
    assert (last.headers["herald-round"], last.signature) == ("2", "valid")
    assert herald("notifications", "list", "--partner", partner, "--order", "A-1")["items"][0]["id"] == notification_id


def has_failed(notification: Any) -> bool:
    return bool(notification["state"] == "failed")


@pytest.fixture
def own_environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What a command writes into the environment, and the client that it makes, go no further than this test."""
    monkeypatch.setattr(os, "environ", dict(os.environ))
    dynamodb.client.cache_clear()
    yield
    dynamodb.client.cache_clear()


@pytest.mark.usefixtures("own_environment")
def test_a_key_from_the_command_line_opens_the_api(herald: Herald, stack_client: StackClient) -> None:
    key = herald("keys", "create", "--role", "operator", "--name", "mei")["key"]
    assert stack_client.call("GET", "/partners", key=key).status_code == 200
