"""The subject and the text of an alert."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from herald.domain.lists.attention import AttentionSummary
from herald.languages.language import Language
from herald.languages.reason import Reason
from herald.messaging.alert_topic import harmless, recovery_text, subject, text
from herald.runtime.unlinked import unlinked
from tests.support.factories import NOON, a_partner


@pytest.mark.parametrize("partner_id", [1, 10**30, *(10**digits for digits in range(50, 60))])
def test_subject_follows_the_rules_of_sns(partner_id: int) -> None:
    summary = AttentionSummary(count=10**9, oldest=NOON, newest=NOON, reason=Reason.sentence("不行\n"), complete=False)
    line = subject(a_partner(partner_id, name="旅行\n"), summary)
    assert line.isascii()
    assert line.isprintable()
    assert len(line) < 100


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        (
            "HTTP 302: it points to `https://evil.example/login?a=b`, but Herald does not follow redirects",
            "HTTP 302: it points to `https[:]//evil[.]example/login?a=b`, but Herald does not follow redirects",
        ),
        ("it points to `//evil.example/x`, but", "it points to `//evil[.]example/x`, but"),
        ("it points to `HTTP://203.0.113.7/x`, but", "it points to `HTTP[:]//203.0.113.7/x`, but"),
        ("it points to `http://[2001:db8::1]/`, but", "it points to `http[:]//[2001:db8::1]/`, but"),
        ("the body was `go to www.evil.com`", "the body was `go to www[.]evil[.]com`"),
        ("the body was `write to a@evil.com`", "the body was `write to a@evil[.]com`"),
        ("the body was `mailto:a@localhost`", "the body was `mailto[:]a@localhost`"),
        ("the body was `tel:+886212345678`", "the body was `tel[:]+886212345678`"),
        ("the body was `ftp://a.b/ ms-word:ofe|u|x://y`", "the body was `ftp[:]//a[.]b/ ms-word:ofe|u|x[:]//y`"),
        ("the body was `see 例え.テスト`", "the body was `see 例え[.]テスト`"),
        ("the body was `evil。com`", "the body was `evil[。]com`"),
        (
            "the body was `https://a.example,http://b.example`",
            "the body was `https[:]//a[.]example,http[:]//b[.]example`",
        ),
        ("203.0.113.7:443 refuses connections: nothing listens there", None),
        ("TLS handshake failed: switch on TLS 1.2 or 1.3", None),
        ("no answer within 0.5 s", None),
        ("HTTP 500: the partner's program failed; its log should say why", None),
    ],
)
def test_url_of_a_partner_is_not_clickable(reason: str, told: str | None) -> None:
    summary = AttentionSummary(count=2, oldest=NOON, newest=NOON, reason=Reason.sentence(reason))
    assert f"Mostly because: {told or reason}\n" in text(a_partner(), summary, Language.ENGLISH)


@pytest.mark.parametrize("language", Language)
def test_an_alert_leads_to_the_failed_notifications_in_the_console(language: Language) -> None:
    summary = AttentionSummary(count=2, oldest=NOON, newest=NOON, reason=Reason.sentence("no"))
    told = text(a_partner(), summary, language, "https://api.example.com/console")
    assert told.splitlines().count("  https://api.example.com/console/failed/3528") == 1
    assert "http" not in text(a_partner(), summary, language)


@given(st.text(alphabet="ahtps:/.@1 。例-_[]", max_size=40))
def test_no_text_keeps_a_scheme_or_a_name_with_a_dot(said: str) -> None:
    shown = unlinked(said)
    assert not re.search(r"[a-z]://", shown)
    assert not re.search(r"[a-z1]\.[a-z]", shown)
    assert shown.replace("[:]", ":").replace("[.]", ".").replace("[。]", "。") == said.replace("[:]", ":").replace(
        "[.]", "."
    ).replace("[。]", "。")


def test_one_notification_is_in_the_singular() -> None:
    summary = AttentionSummary(count=1, oldest=NOON, newest=NOON, reason=Reason.sentence("HTTP 500"))
    assert text(a_partner(), summary, Language.ENGLISH).startswith(
        "1 notification to Example Travel (partner 3528) failed"
    )


SUMMARY = AttentionSummary(count=3, oldest=NOON, newest=NOON, reason=Reason.sentence("HTTP 500"))
COMMANDS = [
    "  herald failed --partner 3528",
    '  herald jobs start redrive --partner 3528 --reason "…"',
]


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        (
            Language.ENGLISH,
            [
                "3 notifications to Example Travel (partner 3528) failed: the ladder is exhausted.",
                "The oldest failed at 23 November 2026, 12:00:00 UTC.",
                "Mostly because: HTTP 500",
                "",
                "What to do: ask the partner to repair it, then send again.",
            ],
        ),
        (
            Language.TRADITIONAL_CHINESE,
            [
                "發送給 Example Travel（合作方 3528）的 3 筆通知失敗：重試階梯已用盡。",
                "最早的一筆失敗於 2026年11月23日 12:00:00（UTC）。",
                "主要原因：HTTP 500",
                "",
                "處理方式：請合作方修復，然後重新執行。",
            ],
        ),
        (
            Language.SIMPLIFIED_CHINESE,
            [
                "发送给 Example Travel（合作方 3528）的 3 条通知失败：重试阶梯已用尽。",
                "最早的一条失败于 2026年11月23日 12:00:00（UTC）。",
                "主要原因：HTTP 500",
                "",
                "处理方式：请合作方修复，然后重新执行。",
            ],
        ),
    ],
)
def test_alert_is_in_the_language(language: Language, lines: list[str]) -> None:
    assert text(a_partner(), SUMMARY, language).splitlines() == [*lines, *COMMANDS]


@pytest.mark.parametrize(
    ("language", "begins"),
    [
        (Language.ENGLISH, "more than 3 notifications to Example Travel"),
        (Language.TRADITIONAL_CHINESE, "發送給 Example Travel（合作方 3528）的通知有超過 3 筆失敗"),
        (Language.SIMPLIFIED_CHINESE, "发送给 Example Travel（合作方 3528）的通知有超过 3 条失败"),
    ],
)
def test_an_incomplete_count_says_more_than(language: Language, begins: str) -> None:
    assert text(a_partner(), replace(SUMMARY, complete=False), language).startswith(begins)


def test_reason_is_in_the_language_of_the_alert() -> None:
    reason = Reason("held.suspended", {}, (Reason.sentence("; it points to `https://evil.example/x`"),))
    shown = harmless(reason).in_language(Language.TRADITIONAL_CHINESE)
    assert shown.startswith("合作方")
    assert shown.endswith("; it points to `https[:]//evil[.]example/x`")


@pytest.mark.parametrize("language", Language)
def test_recovery_names_the_partner(language: Language) -> None:
    assert recovery_text(a_partner(), language).startswith("Example Travel")
    assert "3528" in recovery_text(a_partner(), language)
