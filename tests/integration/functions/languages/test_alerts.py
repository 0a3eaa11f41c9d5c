"""Alerts and recoveries in the language of the parameter `AlertLanguage`."""

import pytest

from herald.domain.clock import HOUR, now
from herald.domain.decisions.decisions import close
from herald.domain.transitions import Action
from tests.support.aws.aws_stack import Aws
from tests.support.factories import NOON, a_partner
from tests.support.functions.alerts import fail, tell
from tests.support.functions.dispatcher import current, failed, notifications, poll, registered

SENTENCES = {
    "en": ("1 notification to Example Travel (partner 3528) failed", "Nothing is left to do."),
    "zh-Hant": ("發送給 Example Travel（合作方 3528）的 1 筆通知失敗", "無須再處理。"),
    "zh-Hans": ("发送给 Example Travel（合作方 3528）的 1 条通知失败", "无需再处理。"),
}


@pytest.mark.parametrize("language", SENTENCES)
def test_an_alert_and_its_recovery(aws: Aws, monkeypatch: pytest.MonkeyPatch, language: str) -> None:
    monkeypatch.setenv("ALERT_LANGUAGE", language)
    registered(a_partner())
    fail(one := failed(1, NOON - HOUR))
    assert tell(aws) == 1
    before = current(one.id)
    notifications().save(before, close(before, Action.RESOLVE, "alice", "by telephone", now(), 90))
    assert poll()["reminders"] == 1  # the message that the recovery is published for
    assert tell(aws) == 1

    begins, ends = SENTENCES[language]
    alert, recovery = aws.alerts()
    assert alert["message"].startswith(begins)
    assert recovery["message"].endswith(ends)
    assert all(line.isascii() for line in (alert["subject"], recovery["subject"]))


def test_the_template_gives_english(aws: Aws) -> None:
    registered(a_partner())
    fail(failed(1, NOON - HOUR))
    tell(aws)

    assert aws.alerts()[0]["message"].startswith(SENTENCES["en"][0])
