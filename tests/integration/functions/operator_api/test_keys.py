"""The keys: listed without the keys themselves, made once, revoked with a reason."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from authorizer import app as authorizer
from herald.domain.api_key import Key, Role, hash_of
from herald.domain.clock import DAY, SECOND
from herald.domain.partner_number import MAX_PARTNER_ID
from herald.runtime.response_size import PAGE_BYTES, bytes_as_sent
from herald.store.key_table import KeyTable
from operator_api import app as operator_app
from tests.support.aws.aws_stack import Aws
from tests.support.factories import NOON, a_partner
from tests.support.functions.dispatcher import registered
from tests.support.http.gateway import Gateway

WHY = {"reason": "leaked"}
NEW = {"role": "operator", "name": "bob"}
KEYS = KeyTable("KeyTable")
api = Gateway(operator_app.handler, "OperatorFunction")


@pytest.fixture(autouse=True)
def clock(aws: Aws) -> Iterator[time_machine.Traveller]:  # noqa: ARG001 - the tables
    registered(a_partner(), a_partner(3529))
    with time_machine.travel(NOON / SECOND, tick=False) as traveller:
        yield traveller


def identified(key: str) -> dict[str, Any]:
    """What the authorizer tells of this key; empty for one that it refuses."""
    answer = authorizer.handler({"headers": {"authorization": f"Bearer {key}"}}, None)
    context: dict[str, Any] = answer["context"]
    return context


def listed() -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = api.done("GET", "/keys")["items"]
    return items


# ── New keys ──


def test_a_new_key_is_shown_once(aws: Aws) -> None:
    answer = api.call("POST", "/keys", {**NEW, "reason": "new in the team", "expiresAt": "2026-12-01T00:00:00+08:00"})
    assert answer.status == 201
    made = answer.json
    key = made.pop("key")
    assert re.fullmatch(r"herald_operator_[A-Za-z0-9_-]{43}", key)
    assert made == {
        "id": hash_of(key)[:16],
        "role": "operator",
        "name": "bob",
        "partnerId": None,
        "partnerIds": None,
        "createdAt": "2026-11-23T12:00:00.000Z",
        "createdBy": "alice",
        "reason": "new in the team",
        "expiresAt": "2026-11-30T16:00:00.000Z",
        "lastUsedOn": None,
        "revoked": None,
    }
    assert listed() == [made]
    assert identified(key) == {"role": "operator", "name": "bob", "keyId": made["id"]}
    shown = json.dumps(listed())
    assert not [one for one in (key, hash_of(key)) if one in shown]
    assert key not in str(aws.items("KeyTable"))


@pytest.mark.parametrize(
    ("wish", "told"),
    [
        ({"role": "viewer", "name": "audit"}, {}),
        ({"role": "publisher", "name": "shop"}, {}),
        ({"role": "publisher", "name": "shop", "partnerIds": [3529, 3528, 3529]}, {"partnerIds": "3528,3529"}),
        ({"role": "partner", "name": "lake", "partnerId": 3528}, {"partnerId": 3528}),
    ],
)
def test_a_new_key_works_at_once(wish: dict[str, Any], told: dict[str, Any]) -> None:
    made = api.done("POST", "/keys", wish)
    caller = {"role": wish["role"], "name": wish["name"], "keyId": made["id"]}
    assert identified(made["key"]) == {**caller, **told}
    assert made["key"].startswith(f"herald_{wish['role']}_")


@pytest.mark.parametrize(
    ("wish", "says"),
    [
        ({}, "`role` is missing: it is `publisher`, `operator`, `partner` or `viewer`; `name` is missing"),
        ({**NEW, "role": "emperor"}, "`role` must be `publisher`, `operator`, `partner` or `viewer`"),
        ({**NEW, "role": "Operator"}, "`role` must be"),
        ({**NEW, "name": ""}, "`name`: it must have 1 to 60 characters"),
        ({**NEW, "name": " "}, "`name`: it must have 1 to 60 characters"),
        ({**NEW, "name": "x" * 61}, "`name`: it must have 1 to 60 characters"),
        ({**NEW, "name": "al\u202eice"}, "`name`: it has U+202E RIGHT-TO-LEFT OVERRIDE, which nobody sees"),
        ({**NEW, "partnerId": 3528}, "`partnerId` and the role `partner` go together: give both or neither"),
        ({**NEW, "role": "partner"}, "`partnerId` and the role `partner` go together: give both or neither"),
        ({**NEW, "role": "partner", "partnerId": 0}, "`partnerId` must be a whole number greater than 0"),
        ({**NEW, "partnerIds": [3528]}, "`partnerIds` is for the role `publisher` only: leave it out"),
        ({**NEW, "role": "viewer", "partnerIds": [3528]}, "`partnerIds` is for the role `publisher` only"),
        ({**NEW, "role": "publisher", "partnerIds": []}, "`partnerIds` must be a list of 1 to 100 partners' numbers"),
        ({**NEW, "role": "publisher", "partnerIds": [3528] * 101}, "`partnerIds` must be a list of 1 to 100"),
        ({**NEW, "role": "publisher", "partnerIds": [3528, "3529"]}, "`partnerIds` must be a list of 1 to 100"),
        ({**NEW, "role": "publisher", "partnerIds": [True]}, "`partnerIds` must be a list of 1 to 100"),
        ({**NEW, "role": "publisher", "partnerIds": [MAX_PARTNER_ID + 1]}, "`partnerIds` must be a list of 1 to 100"),
        ({**NEW, "role": "publisher", "partnerIds": 3528}, "`partnerIds` must be a list of 1 to 100"),
        ({**NEW, "expiresAt": "2026-12-01"}, "`expiresAt` must be a moment with its time zone"),
        ({**NEW, "expiresAt": "2026-11-23T12:00:00Z"}, "`expiresAt` must lie in the future, ten years ahead at most"),
        ({**NEW, "expiresAt": "9999-12-31T23:59:59-12:00"}, "`expiresAt` must lie in the future, ten years ahead"),
        ({**NEW, "reason": ""}, "`reason` must be 1 to 500 characters that say why"),
        ({**NEW, "key": "herald_mine"}, "`key` is not known here: leave it out"),
    ],
)
def test_a_wrong_wish_makes_no_key(aws: Aws, wish: dict[str, Any], says: str) -> None:
    assert says in api.refused(400, "POST", "/keys", wish)
    assert aws.items("KeyTable") == []


@pytest.mark.parametrize(
    "wish", [{"role": "partner", "partnerId": 7}, {"role": "publisher", "partnerIds": [3528, 7, 3529]}]
)
def test_a_key_for_an_unknown_partner_is_not_made(aws: Aws, wish: dict[str, Any]) -> None:
    assert api.refused(404, "POST", "/keys", {"name": "x", **wish}) == "partner 7 is not in the registry"
    assert aws.items("KeyTable") == []


def test_no_key_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    made = api.done("POST", "/keys", NEW)
    identified(made["key"])
    api.done("POST", f"/keys/{made['id']}/revoke", WHY)
    logged = caplog.text + str([vars(record) for record in caplog.records])
    assert made["key"] not in logged
    assert f"/keys/{made['id']}/revoke" in logged


# ── Revoking ──


def test_a_revoked_key_is_refused_and_stays_listed(clock: time_machine.Traveller) -> None:
    made = api.done("POST", "/keys", NEW)
    assert identified(made["key"])
    clock.shift(60)
    revoked = api.done("POST", f"/keys/{made['id']}/revoke", WHY)
    assert revoked["revoked"] == {"at": "2026-11-23T12:01:00.000Z", "by": "alice", "reason": "leaked"}
    assert identified(made["key"]) == {}
    assert listed() == [{**revoked, "lastUsedOn": "2026-11-23"}]


def test_a_second_revocation_says_who_revoked_it() -> None:
    made = api.done("POST", "/keys", NEW)
    api.done("POST", f"/keys/{made['id']}/revoke", WHY)
    refusal = api.refused(409, "POST", f"/keys/{made['id']}/revoke", {"reason": "again"})
    assert refusal == "alice revoked it already, at 23 November 2026, 12:00:00 UTC: leaked"
    assert listed()[0]["revoked"]["reason"] == "leaked"


def test_nobody_revokes_the_key_that_they_use() -> None:
    made = api.done("POST", "/keys", NEW)
    own = Gateway(operator_app.handler, "OperatorFunction", context={"keyId": made["id"]})
    refusal = own.refused(409, "POST", f"/keys/{made['id']}/revoke", WHY)
    assert refusal == "this is the key that you use: make another one, and revoke this with it"
    assert identified(made["key"])


@pytest.mark.parametrize("key_id", ["0" * 16, "0" * 15, "0" * 17, "A" * 16, "herald_operator_abc", "%20" * 16])
def test_an_unknown_key_cannot_be_revoked(key_id: str) -> None:
    assert "there is no key" in api.refused(404, "POST", f"/keys/{key_id}/revoke", WHY)


def test_a_revocation_needs_a_reason() -> None:
    made = api.done("POST", "/keys", NEW)
    assert "`reason` is missing" in api.refused(400, "POST", f"/keys/{made['id']}/revoke", {})
    assert identified(made["key"])


def test_a_key_removed_meanwhile_is_not_there(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    made = api.done("POST", "/keys", NEW)
    by_id = KeyTable.by_id

    def then_removed(table: KeyTable, key_id: str) -> Any:
        found = by_id(table, key_id)
        aws.dynamodb.delete_item(TableName="KeyTable", Key={"key_hash": {"S": hash_of(made["key"])}})
        return found

    monkeypatch.setattr(KeyTable, "by_id", then_removed)
    assert "there is no key" in api.refused(404, "POST", f"/keys/{made['id']}/revoke", WHY)


# ── The list ──


def test_keys_of_every_origin_are_listed_with_what_is_known(aws: Aws) -> None:
    """By the version before, by `herald keys create` with AWS credentials, with a new partner, by a rotation."""
    old = {"key_hash": {"S": hash_of("old")}, "role": {"S": "operator"}, "name": {"S": "carol"}}
    aws.dynamodb.put_item(TableName="KeyTable", Item={**old, "created_at": {"S": "2026-11-22T12:00:00.000Z"}})
    KEYS.add("made", Key(role=Role.PUBLISHER, name="shop"), NOON - DAY // 2, by="AWS credentials")
    api.done("POST", "/partners", {"partnerId": 9000, "name": "Lakeside"})
    api.done("POST", "/partners/9000/rotate-key", WHY)
    found = {(one["role"], one["name"], one["createdBy"], one["partnerId"], bool(one["revoked"])) for one in listed()}
    assert found == {
        ("operator", "carol", None, None, False),
        ("publisher", "shop", "AWS credentials", None, False),
        ("partner", "Lakeside", "alice", 9000, True),
        ("partner", "Lakeside", "alice", 9000, False),
    }
    assert [one["createdAt"] for one in listed()[-2:]] == ["2026-11-23T00:00:00.000Z", "2026-11-22T12:00:00.000Z"]


@given(moments=st.lists(st.integers(0, 5), max_size=12), limit=st.integers(1, 5))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_pages_are_the_list_without_gaps(aws: Aws, moments: list[int], limit: int) -> None:
    for item in aws.items("KeyTable"):
        aws.dynamodb.delete_item(TableName="KeyTable", Key={"key_hash": {"S": item["key_hash"]}})
    for number, moment in enumerate(moments):
        KEYS.add(f"k{number}", Key(role=Role.VIEWER, name=f"k{number}"), NOON + moment)
    pages = []
    cursor: str | None = ""
    while cursor is not None:
        page = api.done("GET", f"/keys?limit={limit}" + (f"&cursor={cursor}" if cursor else ""))
        pages.append(page["items"])
        cursor = page["cursor"]
        KEYS.add(f"new{len(pages)}", Key(role=Role.VIEWER, name="new"), NOON + DAY)  # meanwhile: newer than each page
    found = [one for page in pages for one in page]
    assert sorted(one["name"] for one in found) == sorted(f"k{number}" for number in range(len(moments)))
    assert [one["createdAt"] for one in found] == sorted((one["createdAt"] for one in found), reverse=True)
    assert all(len(page) == limit for page in pages[:-1])


def test_a_page_ends_early_where_keys_are_large() -> None:
    for number in range(100):
        reason = "旅" * 20_000
        KEYS.add(f"k{number}", Key(role=Role.VIEWER, name="x"), NOON + number, reason=reason)
    first = api.call("GET", "/keys?limit=100")
    assert bytes_as_sent(first.text) < PAGE_BYTES + 1_000
    second = api.done("GET", f"/keys?cursor={first.json['cursor']}")
    assert 0 < len(first.json["items"]) < 100
    assert len(first.json["items"]) + len(second["items"]) == 100


@pytest.mark.parametrize("cursor", ["", "x", f"01-{'0' * 16}", f"1-{'A' * 16}", f"-1-{'0' * 16}", f"1-{'0' * 16}%0A"])
def test_a_cursor_of_another_form_is_refused(cursor: str) -> None:
    refusal = api.refused(400, "GET", f"/keys?cursor={cursor}")
    assert refusal == "`cursor` must be the `cursor` of the page before"


@pytest.mark.parametrize("limit", ["0", "101", "x"])
def test_a_limit_out_of_range_is_refused(limit: str) -> None:
    assert "`limit` must be a whole number from 1 to 100" in api.refused(400, "GET", f"/keys?limit={limit}")


@pytest.mark.parametrize("name", ["herald", " HERALD "])
def test_no_key_has_the_name_of_herald_itself(name: str) -> None:
    answer = api.call("POST", "/keys", {**NEW, "name": name})

    assert answer.status == 400
    assert "stands for Herald itself" in answer.json["describe"]
