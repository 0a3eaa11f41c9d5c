"""The registry: partners are registered, listed and changed; secrets and keys are shown once."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from herald.domain.api_key import Key, Role, hash_of
from herald.domain.clock import SECOND
from herald.store.dynamodb import TableUnavailable
from herald.store.key_table import KeyTable
from herald.store.partner_table import PartnerTable
from operator_api import app as operator_app
from tests.support.aws.aws_stack import Aws
from tests.support.factories import NOON, a_partner
from tests.support.functions.dispatcher import registered
from tests.support.http.gateway import Gateway

WHY = {"reason": "asked for it"}
NAME = {"name": "Lakeside"}
NEW = {"partnerId": 3528, "name": "West Lake 旅行", "contact": "ops@west-lake.example", "ladder": "3m 6m"}
URL, OTHER = "https://west-lake.example/notify", "https://other.example/notify"

api = Gateway(operator_app.handler, "OperatorFunction")
pytestmark = pytest.mark.usefixtures("aws")


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON / SECOND, tick=False) as traveller:
        yield traveller


def unavailable(*_: object, **__: object) -> None:
    raise TableUnavailable


def holder_of(key: str) -> Key | None:
    """Whose key it is, as it is stored."""
    stored = KeyTable("KeyTable").find(key)
    return stored.key if stored else None


@pytest.mark.usefixtures("clock")
def test_a_new_partner_shows_its_secrets_once() -> None:
    answer = api.call("POST", "/partners", {**NEW, "url": URL})
    assert (answer.status, answer.headers["content-type"]) == (201, "application/json")
    created = answer.json
    secret, query_key = created.pop("secret"), created.pop("queryKey")
    assert created == {
        "partnerId": 3528,
        "name": "West Lake 旅行",
        "contact": "ops@west-lake.example",
        "state": "pending",
        "url": None,
        "internal": False,
        "proposedUrl": URL,
        "proposedInternal": False,
        "ladder": "3m 6m",
        "timeout": None,
        "ratePerSecond": None,
        "concurrency": None,
        "headerNames": [],
        "lastTest": None,
        "breaker": {"state": "closed", "outages": 0},
        "history": [
            {
                "at": "2026-11-23T12:00:00.000Z",
                "by": "alice",
                "action": "create",
                "reason": "registered",
                "reasonCode": "registered",
                "reasonValues": {},
                "what": f"url: {URL}",
            }
        ],
    }
    assert api.done("GET", "/partners/3528") == created
    assert re.fullmatch(r"whsec_[A-Za-z0-9+/]{43}=", secret)
    assert holder_of(query_key) == Key(role=Role.PARTNER, name="West Lake 旅行", partner_id=3528)
    assert query_key.startswith("herald_partner_")


def test_a_query_key_shortens_its_partners_name() -> None:
    created = api.done("POST", "/partners", {**NEW, "name": "旅" * 200, "url": URL})
    rotated = api.done("POST", "/partners/3528/rotate-key", WHY)
    assert created["name"] == rotated["name"] == "旅" * 200
    assert holder_of(rotated["queryKey"]) == Key(role=Role.PARTNER, name="旅" * 60, partner_id=3528)


def test_later_responses_and_tables_hold_no_secret(aws: Aws) -> None:
    created = api.done("POST", "/partners", {**NEW, "url": URL})
    later = [
        api.done("GET", "/partners"),
        api.done("GET", "/partners/3528"),
        api.done("PATCH", "/partners/3528", {**WHY, **NAME}),
    ]
    assert created["secret"] not in str(later)
    assert created["queryKey"] not in str([later, aws.items("KeyTable"), aws.items("PartnerTable")])


def test_a_response_is_utf8_without_escapes() -> None:
    assert "West Lake 旅行" in api.call("POST", "/partners", NEW).text


def test_a_taken_number_leaves_its_partner_unchanged(aws: Aws) -> None:
    created = api.done("POST", "/partners", NEW)
    keys = aws.items("KeyTable")
    assert "3528 is registered already" in api.refused(409, "POST", "/partners", {"partnerId": 3528, "name": "other"})
    assert api.done("GET", "/partners/3528")["name"] == created["name"]
    assert aws.items("KeyTable") == keys


def test_a_concurrent_registration_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    created = api.done("POST", "/partners", NEW)
    monkeypatch.setattr(
        PartnerTable, "get", lambda *_: None
    )  # the other request registered it between the read and the write
    assert "registered already" in api.refused(409, "POST", "/partners", NEW)
    valid = KeyTable("KeyTable").of_partner(3528)
    assert [one.key_hash for one in valid] == [hash_of(created["queryKey"])]


def test_a_registration_without_a_key_can_be_repeated(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(KeyTable, "add", unavailable)
        api.refused(503, "POST", "/partners", NEW)
    assert api.refused(404, "GET", "/partners/3528")
    api.done("POST", "/partners", NEW)


def test_partners_are_listed_by_number() -> None:
    registered(a_partner(30), a_partner(4), a_partner(200))
    assert [one["partnerId"] for one in api.done("GET", "/partners")["items"]] == [4, 30, 200]


def pages(query: str) -> list[list[int]]:
    """The numbers on every page."""
    found: list[list[int]] = []
    cursor = ""
    while True:
        page = api.done("GET", f"/partners?{query}{cursor}")
        found.append([one["partnerId"] for one in page["items"]])
        if page["cursor"] is None:
            return found
        cursor = f"&cursor={page['cursor']}"


def test_pages_list_each_partner_once() -> None:
    registered(*(a_partner(number) for number in (200, 4, 30, 9, 100)))
    assert pages("limit=2") == [[4, 9], [30, 100], [200]]
    assert pages("limit=5") == pages("") == [[4, 9, 30, 100, 200]]


def test_a_page_holds_fewer_large_partners(monkeypatch: pytest.MonkeyPatch) -> None:
    registered(*(a_partner(number, contact="x" * 200) for number in range(1, 5)))
    monkeypatch.setattr("customer_service.lists.pagination.PAGE_BYTES", 1_300)
    assert pages("") == [[1, 2], [3, 4]]
    monkeypatch.setattr("customer_service.lists.pagination.PAGE_BYTES", 10)
    assert pages("") == [[1], [2], [3], [4]]


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("limit=0", "`limit` must be a whole number from 1 to 100"),
        ("limit=101", "`limit` must be"),
        ("cursor=x", "`cursor` is not one that this list gave"),
        ("cursor=-1", "`cursor` is not"),
        ("cursor=9999999999999999", "`cursor` is not"),
        ("name=", "`name` must be 1 to 200 characters"),
        ("name=%20%E3%80%80", "`name` must be 1 to 200 characters"),
        ("name=" + "x" * 201, "`name` must be 1 to 200 characters"),
    ],
)
def test_a_bad_query_is_refused(query: str, says: str) -> None:
    assert says in api.refused(400, "GET", f"/partners?{query}")


@pytest.mark.parametrize(
    ("method", "action", "body"),
    [
        ("GET", "", None),
        ("PATCH", "", {**WHY, **NAME}),
        ("POST", "/test", {}),
        ("POST", "/approve", WHY),
        ("POST", "/suspend", WHY),
        ("POST", "/resume", WHY),
    ],
)
def test_an_unknown_partner_is_404(method: str, action: str, body: Any) -> None:
    assert api.refused(404, method, f"/partners/9{action}", body) == "partner 9 is not in the registry"


def test_a_changed_address_is_only_proposed() -> None:
    registered(a_partner(url=URL))
    changed = api.done("PATCH", "/partners/3528", {**WHY, "url": OTHER, "name": "Lakeside", "ladder": "1s 2s"})
    assert (changed["state"], changed["url"], changed["proposedUrl"]) == ("active", URL, OTHER)
    assert (changed["name"], changed["ladder"]) == ("Lakeside", "1s 2s")
    assert changed["history"][-1]["what"] == f"name: Lakeside; ladder: 1s 2s; url: {OTHER}"


def test_a_change_keeps_the_other_fields() -> None:
    registered(a_partner(proposed_url=OTHER, contact="bob"))
    changed = api.done("PATCH", "/partners/3528", {**WHY, "name": "Lakeside"})
    assert (changed["proposedUrl"], changed["contact"]) == (OTHER, "bob")


def test_null_removes_a_proposed_address_and_a_ladder() -> None:
    created = api.done("POST", "/partners", {**NEW, "url": URL})
    assert (created["proposedUrl"], created["ladder"]) == (URL, "3m 6m")
    changed = api.done("PATCH", "/partners/3528", {**WHY, "url": None, "ladder": None})
    assert (changed["proposedUrl"], changed["ladder"]) == (None, None)
