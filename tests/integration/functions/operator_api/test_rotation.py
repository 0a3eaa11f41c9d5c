"""New secrets: both verify for a day, one query key at a time, each shown once."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from authorizer import app as authorizer
from herald.domain.clock import DAY, HOUR, SECOND
from herald.domain.partner import update_partner
from herald.store.key_table import hash_of
from herald.store.partner_table import PartnerTable
from operator_api import app as operator_app
from tests.support.aws.aws_stack import Aws
from tests.support.factories import NOON, a_notification
from tests.support.functions.deliverer import Post, Poster, deliver, employed, queued
from tests.support.functions.dispatcher import partners, stands
from tests.support.http.gateway import Gateway

WHY = {"reason": "once a year"}
NEW = {"partnerId": 3528, "name": "West Lake", "url": "https://west-lake.example/notify"}
api = Gateway(operator_app.handler, "OperatorFunction")


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON / SECOND, tick=False) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def created(aws: Aws) -> dict[str, Any]:  # noqa: ARG001 - the registry is in it
    """A partner that may receive, with its first secret and query key."""
    created: dict[str, Any] = api.done("POST", "/partners", NEW)
    api.done("POST", "/partners/3528/approve", {**WHY, "force": True})
    return created


@pytest.fixture
def poster(monkeypatch: pytest.MonkeyPatch) -> Poster:
    return employed(monkeypatch)


def verifies(post: Post, secret: str) -> bool:
    """With the official package, at the moment that the test's clock shows."""
    try:
        Webhook(secret).verify(post.body, post.headers, json_parse=False)
    except WebhookVerificationError:
        return False
    return True


def rotate(**more: Any) -> str:
    secret: str = api.done("POST", "/partners/3528/rotate-secret", {**WHY, **more})["secret"]
    return secret


def test_both_secrets_verify_for_a_day_and_the_old_one_not_after_it(
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


def test_a_rotated_secret_is_shown_once_and_stands_in_the_history_without_itself(created: dict[str, Any]) -> None:
    answer = api.done("POST", "/partners/3528/rotate-secret", WHY)
    assert answer["secret"].startswith("whsec_")
    assert answer["secret"] != created["secret"]
    shown = api.done("GET", "/partners/3528")
    assert "secret" not in shown
    assert shown["history"][-1]["action"] == "rotate secret"
    assert shown["history"][-1]["reason"] == "once a year"
    assert not [one for one in (answer["secret"], created["secret"]) if one in json.dumps(shown)]


def test_a_second_rotation_waits_until_the_oldest_secret_has_ended_unless_it_is_forced(
    clock: time_machine.Traveller,
) -> None:
    first = rotate()
    clock.shift(HOUR / SECOND)
    told = api.refused(409, "POST", "/partners/3528/rotate-secret", WHY)
    assert told == (
        "the secret before the present one still signs until 2026-11-24T12:00:00.000Z: rotate after that, "
        "or say `force`, which ends it now"
    )
    second = rotate(force=True)
    partner = partners().get(3528)
    assert partner is not None
    assert partner.signing_secrets(NOON + HOUR) == (second, first)
    assert partner.history[-1].action == "rotate secret by force"


def knows(key: str) -> bool:
    event = {"headers": {"authorization": f"Bearer {key}"}}
    return bool(authorizer.handler(event, None)["isAuthorized"])


def test_a_rotated_query_key_opens_and_the_one_before_it_does_not(created: dict[str, Any]) -> None:
    assert knows(created["queryKey"])
    key = api.done("POST", "/partners/3528/rotate-key", WHY)["queryKey"]
    assert knows(key)
    assert not knows(created["queryKey"])
    shown = api.done("GET", "/partners/3528")
    assert shown["history"][-1]["action"] == "rotate query key"
    assert not [one for one in (key, hash_of(key)) if one in json.dumps(shown)]


def test_a_withdrawal_that_was_cut_off_is_made_up_for_by_the_next_rotation(
    created: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("herald.store.key_table.KeyTable.withdraw", lambda *_: None)
        second = api.done("POST", "/partners/3528/rotate-key", WHY)["queryKey"]
    assert knows(created["queryKey"])
    third = api.done("POST", "/partners/3528/rotate-key", WHY)["queryKey"]
    assert [knows(key) for key in (created["queryKey"], second, third)] == [False, False, True]


@pytest.mark.parametrize("what", ["secret", "key"])
def test_of_two_operators_at_once_one_is_told_and_leaves_nothing_behind(
    aws: Aws, monkeypatch: pytest.MonkeyPatch, created: dict[str, Any], what: str
) -> None:
    save = PartnerTable.save

    def somebody_was_quicker(self: PartnerTable, before: Any, after: Any) -> None:
        save(self, before, update_partner(before, {"name": "Other"}, "bob", "renamed", NOON))
        save(self, before, after)

    monkeypatch.setattr(PartnerTable, "save", somebody_was_quicker)
    assert "somebody changed it" in api.refused(409, "POST", f"/partners/3528/rotate-{what}", WHY)
    assert len(aws.items("KeyTable")) == 1
    assert knows(created["queryKey"])


def test_what_is_not_there_cannot_be_rotated() -> None:
    for what in ("secret", "key"):
        assert "not in the registry" in api.refused(404, "POST", f"/partners/7/rotate-{what}", WHY)
        assert "`reason`" in api.refused(400, "POST", f"/partners/3528/rotate-{what}", {})
