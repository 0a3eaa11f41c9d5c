"""API keys on the deployed stack: a revoked one is refused, a viewer changes nothing, a bound publisher is bound."""

import time
from typing import Any

import pytest

from herald.domain.api_key import day_of
from herald.domain.clock import now
from tests.support.docs.template import TEMPLATE
from tests.support.e2e.partner import NUMBERS, RegisteredPartner
from tests.support.e2e.stack_client import Herald, StackClient
from tests.support.report import show_figure
from tools.common.waiting import wait_until
from tools.sample_partner import SamplePartners

CACHED_FOR = TEMPLATE["Resources"]["HttpApi"]["Properties"]["Auth"]["Authorizers"]["KeyAuthorizer"]["Identity"][
    "ReauthorizeEvery"
]
MARGIN = 5.0  # seconds, for the authorizer's cold start
STEP = 0.5  # seconds between two requests
WHY = {"reason": "a try"}
IDS = {
    "id": f"888888888888888_QQ_{'0' * 32}",
    "partnerId": "888888888888888",
    "jobId": "20261123T040506-1f2e3d4c",
    "keyId": "0" * 16,
    "orderId": "A-1",
    "sourceId": "0" * 16,
    "token": "none",
}  # of none


def made(stack_client: StackClient, **wish: Any) -> Any:
    """A new key of this role, by the API."""
    answer = stack_client.call("POST", "/keys", json={"name": "e2e", **wish})
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_a_revoked_key_is_refused_within_the_cache_time(
    stack_client: StackClient, herald: Herald, capsys: pytest.CaptureFixture[str]
) -> None:
    new = made(stack_client, role="operator", name="leaky")
    days = {day_of(now())}
    assert stack_client.call("GET", "/partners", key=new["key"]).status_code == 200
    days.add(day_of(now()))
    herald("keys", "revoke", new["id"], "--reason", "in a log", "--yes")

    def status() -> int:
        time.sleep(STEP)
        return stack_client.call("GET", "/partners", key=new["key"]).status_code

    began = time.monotonic()
    wait_until(status, lambda seen: seen == 403, CACHED_FOR + MARGIN)
    show_figure(capsys, f"a revoked key was refused after {time.monotonic() - began:.1f} s, cached for {CACHED_FOR} s")
    [listed] = [one for one in herald("keys", "list")["items"] if one["id"] == new["id"]]
    assert (listed["revoked"]["by"], listed["revoked"]["reason"]) == ("local", "in a log")
    assert listed["lastUsedOn"] in days  # the authorizer's role allows the note


def test_a_viewer_is_refused_wherever_something_changes(stack_client: StackClient) -> None:
    key = made(stack_client, role="viewer")["key"]
    paths = stack_client.call("GET", "/openapi.json", role=None).json()["paths"]
    seen = {
        f"{method.upper()} {path}": stack_client.call(method, path.format(**IDS), key=key, json=WHY)
        for path, operations in paths.items()
        for method in operations
    }
    del seen["POST /inbound/{token}"]  # for senders without a key
    refused = {route for route, answer in seen.items() if answer.status_code == 403}
    assert refused == {route for route in seen if not route.startswith("GET ")} | {"GET /orders"}
    assert {seen[route].json()["code"] for route in refused} == {40300}
    read = {route for route, answer in seen.items() if answer.status_code == 200}
    assert read == {"GET /partners", "GET /sources", "GET /jobs", "GET /keys", "GET /health", "GET /openapi.json"}


def test_a_bound_publisher_submits_for_its_partners_only(
    stack_client: StackClient, sample_partners: SamplePartners
) -> None:
    mine, other = (RegisteredPartner(stack_client, sample_partners, next(NUMBERS), approved=False) for _ in range(2))
    key = made(stack_client, role="publisher", partnerIds=[mine.id])["key"]
    headers = {"Content-Type": "application/json"}

    def submit(partner: RegisteredPartner, **caller: Any) -> Any:
        return stack_client.call("POST", "/notifications", data=partner.payload(), headers=headers, **caller)

    assert submit(mine, key=key).text == "success"
    assert submit(other, key=key).json()["code"] == 40300
    foreign = submit(other, role="publisher").headers["herald-notification-id"]
    assert stack_client.call("GET", f"/notifications/{foreign}", key=key).status_code == 404


def test_a_rotation_ends_a_key_made_by_hand(
    stack_client: StackClient, sample_partners: SamplePartners, herald: Herald
) -> None:
    partner = RegisteredPartner(stack_client, sample_partners, next(NUMBERS), approved=False)
    made(stack_client, role="partner", partnerId=partner.id)
    new = herald("partners", "rotate-key", str(partner.id), "--reason", "once a year", "--yes")["queryKey"]
    assert stack_client.call("GET", "/orders?orderId=A-1", key=new).status_code == 404  # known, and no such order
    keys = herald("keys", "list", "--partner", str(partner.id))["items"]
    assert [one["revoked"] is None for one in keys] == [True, False, False]
