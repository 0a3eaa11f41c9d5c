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


@pytest.mark.parametrize("stage", ["dev", "prod", "staging", "local2", "Local", "load-test", ""])
def test_private_endpoints_need_the_local_stage(monkeypatch: pytest.MonkeyPatch, stage: str) -> None:
    with pytest.raises(ValidationError, match="only where stage is local"):
        settings(monkeypatch, STAGE=stage)
    assert settings(monkeypatch, STAGE=stage, ALLOW_PRIVATE_ENDPOINTS="false").allow_private_endpoints is False
