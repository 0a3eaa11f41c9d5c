"""Invisible characters are escaped."""

import json
from dataclasses import replace
from logging import makeLogRecord

import pytest
from hypothesis import given
from hypothesis import strategies as some

from herald.domain.lists.attention import AttentionSummary
from herald.domain.partner import Partner
from herald.languages.language import Language
from herald.languages.reason import Reason
from herald.messaging.alert_topic import recovery_text, text
from herald.runtime.logging import logger
from herald.runtime.visible import unseen, visible, visible_json
from tests.support.factories import NOON, a_partner
from tests.support.unseen import ALL, NAMED, shown_raw, texts


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("plain [text] with `marks`", "plain [text] with `marks`"),
        ("Müller 旅行\u3000社 \U0001f3ab", "Müller 旅行\u3000社 \U0001f3ab"),
        ("\x1b[31mred\x9b0m", r"\x1b[31mred\x9b0m"),
        ("a\r\nb\tc\0", r"a\r\nb\tc\x00"),
        ("\u202ecba\u2069\ufeff", r"\u202ecba\u2069\ufeff"),
        ("one\u2028two\u2029three\x85", r"one\u2028two\u2029three\x85"),
        ("\U000e0041", r"\U000e0041"),
        ("\ud800", r"\ud800"),
        ("\u3164", r"\u3164"),
        (r"C:\x1b", r"C:\x1b"),
    ],
)
def test_invisible_characters_are_escaped(given: str, shown: str) -> None:
    assert visible(given) == shown


def test_no_character_of_these_categories_is_left_raw() -> None:
    assert shown_raw(visible("".join(ALL)), but="") == set()


@given(texts())
def test_visible_text_does_not_change(outside: str) -> None:
    assert visible(visible(outside)) == visible(outside)
    assert visible(outside).encode() or not outside  # it can be encoded: it has no lone surrogate


@given(some.recursive(texts(), lambda inner: some.lists(inner) | some.dictionaries(texts(), inner), max_leaves=9))
def test_json_keeps_its_value_and_shows_all_of_it(value: object) -> None:
    told = visible_json(json.dumps(value, ensure_ascii=False, indent=2))
    assert json.loads(told) == value
    assert shown_raw(told) == set()


def test_name_may_have_no_invisible_character() -> None:
    found = {one: unseen(f"West Lake{one}") or "" for one in ALL}
    assert [one for one, told in found.items() if not told.startswith(f"U+{ord(one):04X}")] == []


@pytest.mark.parametrize("name", ["West Lake 旅行", "Müller & Söhne [x]", "旅\u3000行", "नमस्ते", "\U0001f3ab"])
def test_a_name_that_people_see_has_none(name: str) -> None:
    assert unseen(name) is None


def test_the_character_is_named_as_unicode_does() -> None:
    assert unseen("a\u202eb\u200b") == "U+202E RIGHT-TO-LEFT OVERRIDE"
    assert unseen("\x1b") == "U+001B"


def assert_harmless(partner: Partner, failed: AttentionSummary, outside: str) -> None:
    for language in Language:
        ordinary = text(a_partner(name="x"), replace(failed, reason=Reason.sentence("x")), language)
        alert, recovery = text(partner, failed, language), recovery_text(partner, language)
        assert shown_raw(alert + recovery) == set()
        assert visible(outside) in alert
        assert alert.count("\n") == ordinary.count("\n")
        assert "\n" not in recovery


def test_alert_escapes_invisible_characters(subtests: pytest.Subtests) -> None:
    for kind, outside in NAMED.items():
        with subtests.test(kind):
            failed = AttentionSummary(count=2, oldest=NOON, newest=NOON, reason=Reason.sentence(f"no {outside}"))
            partner = a_partner(name=f"West {outside} Lake")
            assert_harmless(partner, failed, outside)


@given(texts())
def test_log_line_is_one_line_without_hidden_text(outside: str) -> None:
    formatter = logger.registered_formatter
    record = makeLogRecord({"msg": outside, "name_of_key": outside, "levelname": "INFO"})
    line = formatter.format(record)
    assert json.loads(line)["name_of_key"] == outside
    assert shown_raw(line, but="") == set()
    assert line.encode()
