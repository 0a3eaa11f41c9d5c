"""New secrets and query keys: two secrets verify for a day, one query key is valid, each is shown once."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from authorizer import app as authorizer
from herald.domain.api_key import Key, Role, hash_of
from herald.domain.clock import DAY, HOUR, SECOND
from herald.domain.partner import update_partner
from herald.store.key_table import KeyTable
from herald.store.partner_table import PartnerTable
from operator_api import app as operator_app
from tests.support.aws.aws_stack import Aws
from tests.support.factories import NOON, a_notification
from tests.support.functions.deliverer import Post, Poster, deliver, employed, queued
from tests.support.functions.dispatcher import partners, stands
from tests.support.functions.secrets import signing_secrets
from tests.support.http.gateway import Gateway

WHY = {"reason": "once a year"}
NEW = {"partnerId": 3528, "name": "West Lake", "url": "https://west-lake.example/notify"}
api = Gateway(operator_app.handler, "OperatorFunction")


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON / SECOND, tick=False) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def created(aws: Aws) -> dict[str, Any]:  # noqa: ARG001 - the registry is one of its tables
    """A partner that may receive, with its first secret and query key."""
    created: dict[str, Any] = api.done("POST", "/partners", NEW)
    api.done("POST", "/partners/3528/approve", {**WHY, "force": True})
    return created


@pytest.fixture
def poster(monkeypatch: pytest.MonkeyPatch) -> Poster:
    return employed(monkeypatch)


def verifies(post: Post, secret: str) -> bool:
    """Checked by the official package, at the time of the test's clock."""
    try:
        Webhook(secret).verify(post.body, post.headers, json_parse=False)
    except WebhookVerificationError:
        return False
    return True


def rotate(**more: Any) -> str:
    secret: str = api.done("POST", "/partners/3528/rotate-secret", {**WHY, **more})["secret"]
    return secret


def test_the_old_secret_verifies_for_one_day(
    aws: Aws, poster: Poster, clock: time_machine.Traveller, created: dict[str, Any]
) -> None:
    secret = rotate()
    for n, hours in enumerate((0, 24 - 1 / 3600, 1 / 3600), 1):
        clock.shift(hours * HOUR / SECOND)
        stands(one := a_notification(n, at=NOON + (n - 1) * DAY // 2))
        queued(aws, one)
        deliver(aws)
        assert verifies(poster.posts[-1], secret)
        assert verifies(poster.posts[-1], created["secret"]) == (n < 3)
    assert [len(post.headers["webhook-signature"].split()) for post in poster.posts] == [2, 2, 1]


def test_a_rotated_secret_is_shown_once(created: dict[str, Any]) -> None:
    answer = api.done("POST", "/partners/3528/rotate-secret", WHY)
    assert answer["secret"].startswith("whsec_")
    assert answer["secret"] != created["secret"]
    shown = api.done("GET", "/partners/3528")
    assert "secret" not in shown
    assert shown["history"][-1]["action"] == "rotate secret"
    assert shown["history"][-1]["reason"] == "once a year"
    assert not [one for one in (answer["secret"], created["secret"]) if one in json.dumps(shown)]


def test_a_second_rotation_needs_force_within_a_day(
    clock: time_machine.Traveller,
) -> None:
    first = rotate()
    clock.shift(HOUR / SECOND)
    refusal = api.refused(409, "POST", "/partners/3528/rotate-secret", WHY)
    assert refusal == (
        "the secret before the present one still signs until 24 November 2026, 12:00:00 UTC: rotate after that, "
        "or say `force`, which ends it now"
    )
    second = rotate(force=True)
    partner = partners().get(3528)
    assert partner is not None
    assert signing_secrets(3528, NOON + HOUR) == (second, first)
    assert partner.history[-1].action == "rotate secret by force"


def is_authorized(key: str) -> bool:
    event = {"headers": {"authorization": f"Bearer {key}"}}
    return bool(authorizer.handler(event, None)["isAuthorized"])


def test_a_rotated_key_replaces_the_previous_key(created: dict[str, Any]) -> None:
    assert is_authorized(created["queryKey"])
    key = api.done("POST", "/partners/3528/rotate-key", WHY)["queryKey"]
    assert is_authorized(key)
    assert not is_authorized(created["queryKey"])
    shown = api.done("GET", "/partners/3528")
    assert shown["history"][-1]["action"] == "rotate query key"
    assert not [one for one in (key, hash_of(key)) if one in json.dumps(shown)]


def test_a_rotation_completes_an_interrupted_withdrawal(
    created: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(KeyTable, "revoke", stopped)
        assert api.call("POST", "/partners/3528/rotate-key", WHY).status == 500
    assert is_authorized(created["queryKey"])
    key = api.done("POST", "/partners/3528/rotate-key", WHY)["queryKey"]
    assert is_authorized(key)
    assert valid_keys() == [hash_of(key)]


def stopped(*_: object, **__: object) -> None:
    """In place of a call at which the function stops."""
    raise ZeroDivisionError


def valid_keys() -> list[str]:
    """The hashes of the partner's keys that are not revoked."""
    return [one.key_hash for one in KeyTable("KeyTable").of_partner(3528)]


@pytest.mark.parametrize(
    ("table", "method"), [(KeyTable, "of_partner"), (PartnerTable, "save"), (KeyTable, "revoke"), (KeyTable, "add")]
)
def test_a_rotation_cut_off_anywhere_keeps_the_old_key(
    created: dict[str, Any], monkeypatch: pytest.MonkeyPatch, table: type, method: str
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(table, method, stopped)
        assert api.call("POST", "/partners/3528/rotate-key", WHY).status == 500
    assert is_authorized(created["queryKey"])
    key = api.done("POST", "/partners/3528/rotate-key", WHY)["queryKey"]
    assert valid_keys() == [hash_of(key)]


def test_a_rotation_revokes_every_key_of_that_partner() -> None:
    table = KeyTable("KeyTable")
    made = {name: Key(role=Role.PARTNER, name=name, partner_id=3528) for name in ("by-hand", "by-hand-too")}
    others = {
        "their": Key(role=Role.PARTNER, name="other", partner_id=3529),
        "bound": Key(role=Role.PUBLISHER, name="shop", partner_ids=(3528,)),
    }
    for text, key in {**made, **others}.items():
        table.add(text, key, NOON)
    key = api.done("POST", "/partners/3528/rotate-key", WHY)["queryKey"]
    assert valid_keys() == [hash_of(key)]
    assert [is_authorized(text) for text in (*made, *others)] == [False, False, True, True]
    revoked = [one.revoked for one in table.all() if one.revoked]
    assert {(one.by, one.reason) for one in revoked} == {("alice", "rotated: once a year")}


def test_of_two_rotations_at_once_one_key_is_valid(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second one begins when the first has saved the partner, and ends before the first revokes."""
    save, keys = PartnerTable.save, []

    def save_then_another(self: PartnerTable, before: Any, after: Any) -> None:
        monkeypatch.setattr(PartnerTable, "save", save)
        save(self, before, after)
        keys.append(api.done("POST", "/partners/3528/rotate-key", WHY)["queryKey"])

    monkeypatch.setattr(PartnerTable, "save", save_then_another)
    api.done("POST", "/partners/3528/rotate-key", WHY)
    assert valid_keys() == [hash_of(key) for key in keys]


@pytest.mark.parametrize("what", ["secret", "key"])
def test_a_conflicting_rotation_leaves_no_key(
    monkeypatch: pytest.MonkeyPatch, created: dict[str, Any], what: str
) -> None:
    save = PartnerTable.save

    def save_after_another(self: PartnerTable, before: Any, after: Any) -> None:
        save(self, before, update_partner(before, {"name": "Other"}, "bob", "renamed", NOON))
        save(self, before, after)

    monkeypatch.setattr(PartnerTable, "save", save_after_another)
    assert "somebody changed it" in api.refused(409, "POST", f"/partners/3528/rotate-{what}", WHY)
    assert is_authorized(created["queryKey"])
    assert valid_keys() == [hash_of(created["queryKey"])]


def test_a_rotation_needs_a_partner_and_a_reason() -> None:
    for what in ("secret", "key"):
        assert "not in the registry" in api.refused(404, "POST", f"/partners/7/rotate-{what}", WHY)
        assert "`reason`" in api.refused(400, "POST", f"/partners/3528/rotate-{what}", {})
