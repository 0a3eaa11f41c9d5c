"""Messages and their values."""

import pytest

from herald.languages import catalogue
from herald.languages.dates import written_date, written_moment
from herald.languages.language import Language
from herald.languages.message import Message, plural

EN, HANT, HANS = Language


def test_a_message_reads_as_its_english_sentence() -> None:
    assert str(Message("at most {limit} bytes", limit=5)) == "at most 5 bytes"


def test_a_value_is_never_read_as_a_template() -> None:
    assert str(Message("it was {body}", body="{limit} {0} {body.__class__}")) == "it was {limit} {0} {body.__class__}"


@pytest.mark.parametrize(("count", "sentence"), [(0, "0 jobs"), (1, "1 job"), (2, "2 jobs")])
def test_a_number_chooses_the_template(count: int, sentence: str) -> None:
    assert str(plural("{count} job", "{count} jobs", count=count)) == sentence


def test_a_message_in_a_message_is_written_in_its_language(monkeypatch: pytest.MonkeyPatch) -> None:
    words = {"inner": "內", "outer {part}": "外 {part}"}
    monkeypatch.setattr("herald.languages.message.translated", lambda text, _: words.get(text, text))

    assert Message("outer {part}", part=Message("inner")).in_language(HANT) == "外 內"


def test_a_text_without_a_translation_is_english() -> None:
    assert Message("no catalogue has this").in_language(HANS) == "no catalogue has this"


@pytest.mark.parametrize(
    ("language", "date", "moment"),
    [
        (EN, "3 September 2026", "3 September 2026, 04:05:06 UTC"),
        (HANT, "2026年9月3日", "2026年9月3日 04:05:06（UTC）"),
        (HANS, "2026年9月3日", "2026年9月3日 04:05:06（UTC）"),
    ],
)
def test_dates_are_written_as_the_language_has_them(language: Language, date: str, moment: str) -> None:
    assert written_date("2026-09-03", language) == date
    assert written_moment("2026-09-03T04:05:06.789Z", language) == moment
    assert Message("{day:date}|{at:moment}", day="2026-09-03", at="2026-09-03T04:05:06Z").in_language(language) == (
        f"{date}|{moment}"
    )


def test_english_reads_no_catalogue(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "_catalogue", None)

    assert str(Message("as it is")) == "as it is"
