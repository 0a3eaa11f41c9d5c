"""Secrets at customer service: stored encrypted, moved on request, and what is told where KMS fails."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, override

import pytest
import time_machine

from customer_service.registry import encryption
from herald.domain.attempt import Outcome
from herald.domain.clock import DAY, SECOND
from herald.domain.partner import update_partner
from herald.store.encryption.secret_table import SecretTable
from herald.store.partner_table import PartnerTable
from operator_api import app as operator_app
from tests.support.aws.aws_faults import Network
from tests.support.aws.aws_stack import Aws
from tests.support.factories import NOON, SECRET, a_partner
from tests.support.functions.deliverer import Poster
from tests.support.functions.dispatcher import partners, registered, stored_partner
from tests.support.functions.secrets import header_values, signing_secrets
from tests.support.http.gateway import Gateway

WHY = {"reason": "after the update"}
NEW = {"partnerId": 9000, "name": "West Lake", "url": "https://west-lake.example/notify"}
VALUE = "k-5f2c-value"
UNAVAILABLE = "the key that encrypts partners' secrets cannot be used now: try again"
api = Gateway(operator_app.handler, "OperatorFunction")


@pytest.fixture(autouse=True)
def clock(aws: Aws) -> Iterator[time_machine.Traveller]:  # noqa: ARG001 - its environment
    with time_machine.travel(NOON / SECOND, tick=False) as traveller:
        yield traveller


def in_clear(aws: Aws) -> set[int]:
    """The partners of whose secrets somebody reads one who reads the registry."""
    return {int(item["partner_id"]) for item in aws.items("PartnerTable") if {"secret", "headers"} & item.keys()}


def test_what_the_api_shows_once_is_stored_encrypted(aws: Aws) -> None:
    shown = api.done("POST", "/partners", NEW)["secret"]
    rotated = api.done("POST", "/partners/9000/rotate-secret", WHY)["secret"]
    assert signing_secrets(9000, NOON) == (rotated, shown)
    assert "whsec_" not in repr([aws.items(name) for name in aws.refs if name.endswith("Table")])


def test_every_secret_in_clear_is_encrypted_and_signs_as_before(aws: Aws) -> None:
    registered(*map(a_partner, (1, 2, 3)), a_partner(4, previous_secret="whsec_b2xk", previous_secret_until=NOON + DAY))
    assert api.done("POST", "/partners/encrypt", WHY) == {"encrypted": 4, "left": 0}
    assert in_clear(aws) == set()
    assert [signing_secrets(number, NOON) for number in (1, 4)] == [(SECRET,), (SECRET, "whsec_b2xk")]
    [entry] = api.done("GET", "/partners/1")["history"]
    assert (entry["by"], entry["action"], entry["reason"]) == ("alice", "encrypt secret", "after the update")


def test_headers_in_clear_are_encrypted_also_where_the_secret_was_before(aws: Aws) -> None:
    registered(a_partner())
    api.done("POST", "/partners/encrypt", WHY)
    before = stored_partner()
    headers = {"headers": {"X-Api-Key": VALUE}}
    partners().save(before, update_partner(before, headers, "bob", "by the version before", NOON))
    assert in_clear(aws) == {3528}
    assert api.done("POST", "/partners/encrypt", WHY) == {"encrypted": 1, "left": 0}
    assert in_clear(aws) == set()
    assert header_values(3528, NOON) == {"X-Api-Key": VALUE}


def test_a_test_of_an_address_sends_the_decrypted_headers_and_hides_every_secret_in_the_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    signing = api.done("POST", "/partners", NEW)["secret"]
    api.done("PATCH", "/partners/9000", {"headers": {"X-Api-Key": VALUE}, **WHY})
    sent: dict[str, str] = {}

    class Client(Poster):
        async def close(self) -> None:
            sent.update(self.posts[-1].headers)

        @override
        async def post(self, *args: Any, **kwargs: Any) -> Outcome:
            return replace(await super().post(*args, **kwargs), excerpt=f"{VALUE.upper()} {signing}")

    monkeypatch.setattr("customer_service.registry.endpoint_probe.new_webhook_client", Client)
    shown = api.done("POST", "/partners/9000/test", {})
    assert (shown["verdict"], shown["excerpt"]) == ("success", "••• •••")
    assert sent["X-Api-Key"] == VALUE


def test_repeating_it_changes_nothing(aws: Aws) -> None:
    registered(a_partner())
    api.done("POST", "/partners/encrypt", WHY)
    before = aws.items("PartnerTable"), aws.items("SecretTable")
    assert api.done("POST", "/partners/encrypt", WHY) == {"encrypted": 0, "left": 0}
    assert (aws.items("PartnerTable"), aws.items("SecretTable")) == before


def test_one_request_does_a_part_and_says_how_many_are_left(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encryption, "_MOST", 2)
    registered(*map(a_partner, range(1, 6)))
    answers = [api.done("POST", "/partners/encrypt", WHY) for _ in range(3)]
    assert [(one["encrypted"], one["left"]) for one in answers] == [(2, 3), (2, 1), (1, 0)]
    assert in_clear(aws) == set()


def test_one_request_ends_in_time(monkeypatch: pytest.MonkeyPatch, clock: time_machine.Traveller) -> None:
    encrypt = SecretTable.encrypt

    def slowly(table: SecretTable, partner_id: int, text: str) -> bytes:
        clock.shift(6)
        return encrypt(table, partner_id, text)

    monkeypatch.setattr(SecretTable, "encrypt", slowly)
    registered(*map(a_partner, range(1, 6)))
    assert api.done("POST", "/partners/encrypt", WHY) == {"encrypted": 2, "left": 3}


def test_a_partner_that_somebody_changes_meanwhile_is_left_for_the_next_request(
    aws: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    registered(a_partner())
    save = PartnerTable.save

    def save_after_another(table: PartnerTable, before: object, after: object) -> None:
        monkeypatch.setattr(PartnerTable, "save", save)
        partners().save(before, update_partner(before, {"name": "New"}, "bob", "renamed", NOON))  # type: ignore[arg-type] # as save
        save(table, before, after)  # type: ignore[arg-type] # likewise

    monkeypatch.setattr(PartnerTable, "save", save_after_another)
    assert api.done("POST", "/partners/encrypt", WHY) == {"encrypted": 0, "left": 1}
    assert api.done("POST", "/partners/encrypt", WHY) == {"encrypted": 1, "left": 0}
    assert in_clear(aws) == set()


# ── Where KMS fails ──


def test_no_partner_is_registered_without_kms(aws: Aws, network: Network) -> None:
    with network.breaks("Encrypt"):
        assert api.refused(503, "POST", "/partners", NEW) == UNAVAILABLE
    assert aws.items("PartnerTable") == []
    assert api.done("POST", "/partners", NEW)["secret"]


def test_no_secret_is_rotated_without_kms(network: Network) -> None:
    secret = api.done("POST", "/partners", NEW)["secret"]
    with network.refuses("Encrypt", "ThrottlingException"):
        assert api.refused(503, "POST", "/partners/9000/rotate-secret", WHY) == UNAVAILABLE
    assert signing_secrets(9000, NOON) == (secret,)


def test_no_header_is_set_without_kms(network: Network) -> None:
    api.done("POST", "/partners", NEW)
    with network.refuses("Encrypt", "DisabledException"):
        assert api.refused(503, "PATCH", "/partners/9000", {"headers": {"X-Api-Key": VALUE}, **WHY}) == UNAVAILABLE
        assert api.done("PATCH", "/partners/9000", {"name": "Other", **WHY})["headerNames"] == []
    assert header_values(9000, NOON) == {}


def test_an_address_is_not_tested_without_kms(network: Network) -> None:
    api.done("POST", "/partners", NEW)
    with network.breaks("Decrypt"):
        assert api.refused(503, "POST", "/partners/9000/test", {}) == UNAVAILABLE
    assert api.done("GET", "/partners/9000")["lastTest"] is None


def test_the_others_stay_in_clear_where_kms_fails_meanwhile(aws: Aws, network: Network) -> None:
    registered(*map(a_partner, (1, 2)))
    with network.breaks("Encrypt"):
        assert api.refused(503, "POST", "/partners/encrypt", WHY) == UNAVAILABLE
    assert in_clear(aws) == {1, 2}
    assert signing_secrets(1, NOON) == (SECRET,)
