"""The samples of languages in the operations guide are what Herald writes."""

from herald.domain.lists.attention import AttentionSummary
from herald.languages.language import Language
from herald.languages.message import Message
from herald.languages.reason import Reason
from herald.messaging.alert_topic import text
from tests.support.factories import NOON, a_partner
from tests.support.paths import DOCS

OPERATIONS = (DOCS / "operations.md").read_text(encoding="utf-8")
HANT = Language.TRADITIONAL_CHINESE


def test_the_guide_shows_an_alert_in_chinese() -> None:
    failed = AttentionSummary(count=3, oldest=NOON, newest=NOON, reason=Reason("timeout.answer", {"seconds": "10"}))

    assert f"```text\n{text(a_partner(name='West Lake'), failed, HANT)}\n```" in OPERATIONS


def test_the_guide_shows_a_refusal_in_chinese() -> None:
    refusal = Message("a key of the role `{role}` may not do this: {allowed} only", role="partner", allowed="operator")

    assert refusal.in_language(HANT) in OPERATIONS


def test_the_guide_names_every_language() -> None:
    assert all(f"(`{language}`)" in OPERATIONS for language in Language)
