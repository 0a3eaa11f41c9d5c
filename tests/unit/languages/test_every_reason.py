"""Every reason that an attempt, an address or a hold can have, in every language."""

import re
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from herald.domain.attempt import Verdict
from herald.languages.language import Language
from herald.languages.reason import SENTENCE
from herald.languages.reasons import TEMPLATES
from herald.languages.shown import shown
from herald.webhook.response import WebhookResponse
from herald.webhook.verdict import judge
from tests.support.factories import REFUSED
from tests.support.reasons.every_reason import every_judgement
from tests.support.reasons.every_reason import every_reason as made_now
from tests.support.reasons.watch import value_names

EN, *CHINESE = Language
HOSTILE = st.text(st.sampled_from("{}`%\\\"'<\u202e\u2066\u200b\x1b\n\0\u3164執success"), max_size=90)
every_reason = cache(made_now)


def test_the_code_makes_every_reason_of_the_tables() -> None:
    """A code that nothing makes would be a translation for nobody."""
    assert {*every_reason()} == {*TEMPLATES} - {SENTENCE}


def test_the_table_of_reasons_is_in_three_languages() -> None:
    """Printed: `pytest -s tests/unit/languages/test_every_reason.py`."""
    lines = [[code, *map(reason.in_language, Language)] for code, reason in sorted(every_reason().items())]
    print("\n| code | English | 繁體中文 | 简体中文 |\n|---|---|---|---|")
    print("\n".join(f"| `{code}` | {' | '.join(sentences)} |" for code, *sentences in lines))

    assert all(len({*sentences}) == len(Language) or code == "held.suspended" for code, *sentences in lines)
    assert not [code for code, *sentences in lines for text in sentences if "{" in text.replace('{"code": 0}', "")]


@pytest.mark.parametrize("language", CHINESE)
def test_a_chinese_sentence_has_its_punctuation(language: Language) -> None:
    """Full-width between Chinese characters, and a space between those and Latin ones."""
    half = re.compile(r"[\u4e00-\u9fff] ?[,;:!?()]|[,;:!?()] ?[\u4e00-\u9fff]")
    tight = re.compile(r"[\u4e00-\u9fff][A-Za-z`]|[A-Za-z`][\u4e00-\u9fff]")
    for code, reason in every_reason().items():
        sentence = re.sub(r"`[^`]*`", "`x`", reason.in_language(language))
        assert not half.search(sentence), (code, sentence)
        assert not tight.search(sentence), (code, sentence)


def test_the_code_of_an_attempt_begins_with_its_verdict() -> None:
    judged = every_judgement()

    assert {each.reason.code.partition(".")[0] for each in judged} == {*Verdict} - {
        Verdict.FORBIDDEN_ADDRESS
    }  # a partner's address is checked before
    assert [each for each in judged if each.reason.code.partition(".")[0] != each.verdict] == []


def test_no_value_has_the_name_of_a_member() -> None:
    """`also` is the member of `reasonValues` with further reasons."""
    names = {name for templates in TEMPLATES.values() for name in value_names(templates)}

    assert names.isdisjoint({"also", "detail"})
    assert all(re.fullmatch("[a-z]+", name) for name in names)


def test_each_language_has_all_the_values() -> None:
    for code, reason in every_reason().items():
        for value in (
            str(value) for name, value in reason.values.items() if name not in {"date", "since", "bytes", "until"}
        ):
            assert all(value in reason.in_language(language) for language in Language), code


@given(HOSTILE, HOSTILE)
def test_what_a_partner_answers_is_quoted_visibly(body: str, location: str) -> None:
    for response in (
        WebhookResponse(status=200, body=body.encode(), followed=body.encode()),
        WebhookResponse(status=200, body=body.encode(), codings="br"),
        WebhookResponse(status=301, location=location),
    ):
        for language in Language:
            sentence = judge(response).reason.in_language(language)
            assert sentence.isprintable()
            assert not {"\u202e", "\u2066", "\u200b", "\u3164"} & {*sentence}
            assert len(sentence) < 500


@given(st.text(), st.integers(1, 99))
def test_shown_text_is_bounded_and_visible(text: str, longest: int) -> None:
    assert shown(text, longest).isprintable()
    assert len(shown(text, longest)) <= longest + 1


def test_an_unknown_code_is_data_in_every_language() -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("herald.languages.reason.TEMPLATES", {})
        for language in Language:
            assert REFUSED.in_language(language) == "not_success.other status=`200` body=`no`"
