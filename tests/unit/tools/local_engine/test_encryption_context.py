"""The engine's check of policies knows the encryption context of a request to KMS."""

import json

import pytest
from ministack.core import iam_actions  # type: ignore[import-untyped] # it ships no types

from tools.local_engine.ministack.encryption_context import context_keys, tell_encryption_context


def body(**request: object) -> bytes:
    return json.dumps(request).encode()


def test_the_context_is_a_condition_key_for_each_of_its_names() -> None:
    assert context_keys("kms", body(EncryptionContext={"partner": "3528", "why": "x"})) == {
        "kms:EncryptionContext:partner": "3528",
        "kms:EncryptionContext:why": "x",
        "kms:EncryptionContextKeys": ["partner", "why"],
    }


@pytest.mark.parametrize("sent", [b"", b"{", b"[]", body(), body(EncryptionContext={}), body(EncryptionContext=3)])
def test_a_request_without_context_has_no_key(sent: bytes) -> None:
    assert context_keys("kms", sent) == {}


def test_another_service_has_no_such_key() -> None:
    assert context_keys("dynamodb", body(EncryptionContext={"partner": "3528"})) == {}


def test_the_engine_asks_for_these_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(iam_actions, "request_tag_context", iam_actions.request_tag_context)
    tell_encryption_context()
    keys = iam_actions.request_tag_context("kms", "kms:Decrypt", body(EncryptionContext={"partner": "1"}), {})
    assert keys["kms:EncryptionContextKeys"] == ["partner"]
