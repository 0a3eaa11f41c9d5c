"""People are told of an open breaker by the next poll: once, and at most once an hour."""

import pytest
import time_machine

from herald.domain.clock import HOUR, MINUTE, SECOND
from herald.languages.language import Language
from herald.messaging.outage_alert import outage_subject, outage_text
from tests.support.aws.aws_stack import Aws
from tests.support.factories import NOON, a_partner
from tests.support.functions.alerts import fail, tell
from tests.support.functions.breakers import a_partner_with, open_breaker_of, the_partner, waiting
from tests.support.functions.dispatcher import failed, partners, poll, registered


def opened(at: int) -> None:
    """Its breaker has opened at that moment, perhaps again."""
    partner = the_partner()
    breaker = open_breaker_of(since=at)
    after = a_partner_with(breaker, version=partner.version + 1, outage_alerted_at=partner.outage_alerted_at)
    partners().save(a_partner_with(partner.breaker, version=partner.version), after)


def test_the_next_poll_tells_since_when_how_often_it_is_probed_and_how_many_wait(aws: Aws) -> None:
    waiting(12)
    registered(a_partner_with(open_breaker_of(since=NOON)))
    assert poll()["reminders"] == 1
    assert tell(aws) == 1
    (alert,) = aws.alerts()
    assert alert["subject"] == "Herald: the server of partner 3528 does not answer"
    assert alert["message"].splitlines()[:4] == [
        "Example Travel (partner 3528):",
        "Its server stopped answering at 23 November 2026, 11:59:30 UTC.",
        "One attempt is made every 30 seconds.",
        "12 notifications are held back.",
    ]


def test_it_is_told_once(aws: Aws, clock: time_machine.Traveller) -> None:
    registered(a_partner_with(open_breaker_of(since=NOON)))
    for _ in range(30):
        poll()
        tell(aws)
        clock.shift(5 * MINUTE / SECOND)
    assert len(aws.alerts()) == 1


def test_one_that_opens_again_and_again_is_told_once_an_hour(aws: Aws, clock: time_machine.Traveller) -> None:
    registered(a_partner_with(open_breaker_of(since=NOON)))
    poll()
    assert tell(aws) == 1
    clock.shift(10 * MINUTE / SECOND)
    opened(NOON + 10 * MINUTE)
    assert poll()["reminders"] == 0
    clock.shift(HOUR / SECOND)
    assert poll()["reminders"] == 1
    assert tell(aws) == 1


def test_an_alert_about_failures_says_that_the_server_does_not_answer(aws: Aws) -> None:
    registered(a_partner_with(open_breaker_of(since=NOON, waiting=4112)))
    fail(failed(1, NOON))
    assert tell(aws) == 1
    assert "4,112 notifications are held back." in aws.alerts()[0]["message"]


def test_with_breaker_off_nobody_is_told(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ARG001 - the tables
    monkeypatch.setenv("BREAKER", "Off")
    registered(a_partner_with(open_breaker_of(since=NOON)))
    assert poll()["reminders"] == 0


@pytest.mark.parametrize(
    ("language", "said"),
    [(Language.TRADITIONAL_CHINESE, "其伺服器自"), (Language.SIMPLIFIED_CHINESE, "其服务器自")],
)
def test_it_is_told_in_the_language_of_the_topic(language: Language, said: str) -> None:
    assert said in outage_text(a_partner_with(open_breaker_of(since=NOON, waiting=1)), language)


def test_the_subject_follows_the_rules_of_sns() -> None:
    line = outage_subject(a_partner(10**60))
    assert line.isascii()
    assert len(line) < 100


def test_an_alert_about_an_open_breaker_leads_to_the_partners_page() -> None:
    told = outage_text(
        a_partner_with(open_breaker_of(since=NOON, waiting=4_112)), Language.ENGLISH, "https://h.example/console"
    )
    assert "4,112 notifications are held back." in told
    assert "  https://h.example/console/partners/3528" in told
