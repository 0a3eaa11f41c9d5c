"""The settings that the template passes to the functions."""

from typing import Any

import pytest
from pydantic import ValidationError

from herald.domain.ladder import Ladder
from herald.languages.language import Language
from herald.runtime.settings import Settings

GIVEN = {
    "NOTIFICATION_TABLE": "notifications",
    "PARTNER_TABLE": "partners",
    "KEY_TABLE": "keys",
    "DISPATCH_TABLE": "dispatch",
    "DELIVERY_QUEUE_URL": "https://sqs/delivery",
    "DEAD_LETTER_QUEUE_URL": "https://sqs/dead",
    "ALERT_TOPIC_ARN": "arn:aws:sns:x:1:alerts",
    "JOB_TABLE": "jobs",
    "JOB_QUEUE_URL": "https://sqs/jobs",
    "SECRET_TABLE": "secrets",
    "SECRET_KEY": "arn:aws:kms:x:1:key/1",
    "LADDER": "3m 6m",
    "FIRST_ATTEMPT": "AtOnce",
    "DISPATCH_EVERY": "13",
    "ATTEMPT_TIMEOUT": "15",
    "RETENTION_DAYS": "90",
    "ALERT_LANGUAGE": "zh-Hant",
    "ALLOW_PRIVATE_ENDPOINTS": "true",
    "STAGE": "local",
}


def settings(monkeypatch: pytest.MonkeyPatch, **instead: str | None) -> Settings:
    for name, value in {**GIVEN, **instead}.items():
        if value is None:
            monkeypatch.delenv(name, raising=False)
        else:
            monkeypatch.setenv(name, value)
    return Settings()


def test_each_variable_is_read_as_what_it_means(monkeypatch: pytest.MonkeyPatch) -> None:
    read = settings(monkeypatch)
    assert read.ladder == Ladder.parse("3m 6m")
    assert (read.first_attempt, read.dispatch_every, read.attempt_timeout) == ("AtOnce", 13, 15)
    assert read.alert_language is Language.TRADITIONAL_CHINESE
    assert read.allow_private_endpoints is True
    assert not read.internal_cidrs
    ranges = settings(monkeypatch, INTERNAL_CIDRS="10.1.0.0/16,fd12:3456::/32").internal_cidrs
    assert [str(network) for network in ranges.networks] == ["10.1.0.0/16", "fd12:3456::/32"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LADDER", "3"),
        ("FIRST_ATTEMPT", "Never"),
        ("DISPATCH_EVERY", "14"),
        ("DISPATCH_EVERY", "0"),
        ("ATTEMPT_TIMEOUT", "16"),
        ("RETENTION_DAYS", "0"),
        ("ALLOW_PRIVATE_ENDPOINTS", "perhaps"),
        ("ALERT_LANGUAGE", "zh-TW"),
        ("NOTIFICATION_TABLE", None),
    ],
)
def test_a_wrong_or_missing_variable_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: Any) -> None:
    with pytest.raises(ValidationError, match=name.lower()):
        settings(monkeypatch, **{name: value})


def test_wrong_internal_ranges_are_refused_with_parameter_range_and_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    says = r"internal_cidrs\n.*InternalCidrs: 10\.1\.2\.3/16 is not written as a range; give 10\.1\.0\.0/16"
    with pytest.raises(ValidationError, match=says):
        settings(monkeypatch, INTERNAL_CIDRS="10.1.2.3/16")


@pytest.mark.parametrize("stage", ["dev", "prod", "staging", "local2", "Local", "load-test", ""])
def test_private_endpoints_need_the_local_stage(monkeypatch: pytest.MonkeyPatch, stage: str) -> None:
    with pytest.raises(ValidationError, match="only where stage is local"):
        settings(monkeypatch, STAGE=stage)
    assert settings(monkeypatch, STAGE=stage, ALLOW_PRIVATE_ENDPOINTS="false").allow_private_endpoints is False


def test_without_a_provider_people_sign_in_with_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    assert settings(monkeypatch).oidc_issuer == ""


@pytest.mark.parametrize(("issuer", "client"), [("https://login.example.com", ""), ("", "herald")])
def test_issuer_and_client_id_go_together(monkeypatch: pytest.MonkeyPatch, issuer: str, client: str) -> None:
    with pytest.raises(ValidationError, match="go together"):
        settings(monkeypatch, OIDC_ISSUER=issuer, OIDC_CLIENT_ID=client)


def test_a_provider_without_tls_is_for_the_local_stack(monkeypatch: pytest.MonkeyPatch) -> None:
    without = {"OIDC_ISSUER": "http://127.0.0.1:9000", "OIDC_CLIENT_ID": "herald"}
    with pytest.raises(ValidationError, match="must be https"):
        settings(monkeypatch, ALLOW_PRIVATE_ENDPOINTS="false", STAGE="dev", **without)
    assert settings(monkeypatch, **without).oidc_issuer == "http://127.0.0.1:9000"
