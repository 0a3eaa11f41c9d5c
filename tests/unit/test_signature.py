"""Signatures by Standard Webhooks, checked with that project's own library."""

import json
from base64 import b64decode
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from herald.clock import MINUTE, SECOND, now
from herald.signature import is_signed, new_secret, signed_headers

EXAMPLE = json.loads((Path(__file__).parents[1] / "fixtures" / "standard_webhooks.json").read_text(encoding="utf-8"))


def test_the_specifications_example_is_signed_as_published() -> None:
    at = EXAMPLE["timestamp"] * SECOND
    assert signed_headers([EXAMPLE["secret"]], EXAMPLE["id"], at, EXAMPLE["body"].encode()) == {
        "webhook-id": EXAMPLE["id"],
        "webhook-timestamp": str(EXAMPLE["timestamp"]),
        "webhook-signature": EXAMPLE["signature"],
    }


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_the_official_library_verifies_any_text(text: str) -> None:
    secret, body = new_secret(), text.encode()
    Webhook(secret).verify(body, signed_headers([secret], "id", now(), body), json_parse=False)


def test_another_body_another_id_or_another_secret_does_not_verify() -> None:
    secret = new_secret()
    headers = signed_headers([secret], "id", now(), b"body")
    for webhook, body, given_headers in (
        (Webhook(secret), b"Body", headers),
        (Webhook(secret), b"body", {**headers, "webhook-id": "other"}),
        (Webhook(new_secret()), b"body", headers),
    ):
        with pytest.raises(WebhookVerificationError):
            webhook.verify(body, given_headers, json_parse=False)


def test_while_two_secrets_overlap_both_verify() -> None:
    old, new = new_secret(), new_secret()
    headers = signed_headers([new, old], "id", now(), b"body")
    assert len(headers["webhook-signature"].split(" ")) == 2
    for secret in (old, new):
        Webhook(secret).verify(b"body", headers, json_parse=False)


@time_machine.travel("2026-11-23T04:05:06.999Z", tick=False)
def test_the_timestamp_is_in_whole_seconds_and_never_in_the_future() -> None:
    assert signed_headers([new_secret()], "id", now(), b"")["webhook-timestamp"] == "1795406706"


def test_a_secret_is_long_enough_and_never_the_same() -> None:
    secrets = {new_secret() for _ in range(100)}
    assert len(secrets) == 100
    assert all(24 <= len(b64decode(secret.removeprefix("whsec_"))) <= 64 for secret in secrets)


AT = EXAMPLE["timestamp"] * SECOND


@given(st.binary(), st.integers(0, 10**13))
def test_what_is_signed_is_recognised_and_nothing_else_is(body: bytes, at: int) -> None:
    secret = new_secret()
    headers = signed_headers([secret], "id", at, body)
    assert is_signed([new_secret(), secret], headers, body, at)
    assert not is_signed([new_secret()], headers, body, at)
    assert not is_signed([secret], headers, body + b".", at)
    assert not is_signed([secret], {**headers, "webhook-id": "other"}, body, at)


@time_machine.travel("2026-11-23T04:05:06Z", tick=False)
def test_what_the_official_library_signs_is_recognised() -> None:
    secret = new_secret()
    moment = datetime.now(UTC)
    signature = Webhook(secret).sign("id", moment, "body")
    headers = {"webhook-id": "id", "webhook-timestamp": str(int(moment.timestamp())), "webhook-signature": signature}
    assert is_signed([secret], headers, b"body", now())


@pytest.mark.parametrize(
    ("apart", "signed"), [(5 * MINUTE, True), (-5 * MINUTE, True), (301_000, False), (-301_000, False)]
)
def test_a_signature_holds_for_five_minutes(apart: int, signed: bool) -> None:  # noqa: FBT001 - a case's expectation
    secret = new_secret()
    assert is_signed([secret], signed_headers([secret], "id", AT, b""), b"", AT + apart) is signed


@pytest.mark.parametrize("timestamp", ["", "x", "-1", "1.5", "٣", "9" * 5000, f"00{AT // SECOND}{'0' * 5000}"])
def test_a_timestamp_that_is_none_is_refused(timestamp: str) -> None:
    secret = new_secret()
    headers = {**signed_headers([secret], "id", AT, b""), "webhook-timestamp": timestamp}
    assert not is_signed([secret], headers, b"", AT)


def test_headers_that_are_missing_are_no_signature() -> None:
    assert not is_signed([new_secret()], {}, b"", AT)
    assert not is_signed([new_secret()], {"webhook-timestamp": str(EXAMPLE["timestamp"])}, b"", AT)
