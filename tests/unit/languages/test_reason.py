"""Reasons: a code, its values, and the sentence."""

import pytest

from herald.languages import reason
from herald.languages.language import Language
from herald.languages.reason import Reason

pytestmark = pytest.mark.any_reason  # of a table of this test
EN, HANT, _ = Language
TEMPLATES = {
    "sentence": ("{text}",),
    "body.case": ("HTTP {status}, but the body was {detail}", "`{body}`: it must be lower case"),
    "note": ("; behind it came `{rest}`",),
}


@pytest.fixture(autouse=True)
def _templates(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reason, "TEMPLATES", TEMPLATES)


def test_a_reason_is_written_from_its_parts() -> None:
    assert str(Reason("body.case", {"status": 200, "body": "SUCCESS"})) == (
        "HTTP 200, but the body was `SUCCESS`: it must be lower case"
    )


def test_further_reasons_follow_the_sentence() -> None:
    whole = Reason("body.case", {"status": 200, "body": "OK"}, (Reason("note", {"rest": "{status}"}),))

    assert str(whole).endswith("it must be lower case; behind it came `{status}`")


def test_a_text_stays_as_it_was_written() -> None:
    assert Reason.sentence("they {called}").in_language(HANT) == "they {called}"


def test_an_unknown_code_is_shown_with_its_values() -> None:
    assert str(Reason("of.tomorrow", {"status": 200})) == "of.tomorrow status=`200`"


def test_equal_reasons_count_as_one() -> None:
    assert len({Reason("note", {"rest": "a"}), Reason("note", {"rest": "a"}), Reason("note", {"rest": "b"})}) == 2


def test_a_code_with_other_values_is_shown_with_them() -> None:
    """As another version of Herald may have written it."""
    assert str(Reason("body.case", {"length": 7})) == "body.case length=`7`"


def test_a_date_that_is_none_is_shown_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(TEMPLATES, "dated", ("on {day:date}",))

    assert str(Reason("dated", {"day": "2026-11-20"})) == "on 20 November 2026"
    assert str(Reason("dated", {"day": "some day"})) == "dated day=`some day`"


def test_reasons_of_one_code_are_one_group() -> None:
    assert Reason("note", {"rest": "a"}).group == Reason("note", {"rest": "b"}).group
    assert Reason.sentence("a").group != Reason.sentence("b").group
