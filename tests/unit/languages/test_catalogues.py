"""The catalogues against the texts in the code."""

import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import polib
import pytest

from tools.translations.catalogues import AREAS, LANGUAGES, Area, is_translated, source_texts, updated

ROOT = Path(__file__).parents[3]
EACH = pytest.mark.parametrize(
    ("area", "language"),
    [pytest.param(area, language, id=f"{language}-{area.name}") for area in AREAS for language in LANGUAGES],
)
# A date's own pattern may use the number of the month, which English does not.
MORE_VALUES = {"{day} {month} {year}": {("number", ""), ("day", ""), ("year", "")}}


@EACH
def test_a_catalogue_has_the_texts_of_the_code_and_no_others(area: Area, language: str) -> None:
    wanted = [text.key for text in source_texts(area, ROOT)]
    there = [(entry.msgid, entry.msgid_plural) for entry in _entries(area, language)]

    assert sorted(set(wanted) - set(there)) == [], "run `make translations`"
    assert sorted(set(there) - set(wanted)) == [], "run `make translations`"
    assert len(there) == len(set(there))


@EACH
def test_every_text_is_translated(area: Area, language: str) -> None:
    assert [entry.msgid for entry in _entries(area, language) if not is_translated(entry)] == []


@EACH
def test_a_translation_has_the_values_of_the_english_text(area: Area, language: str) -> None:
    other = [
        (entry.msgid, text)
        for entry in _entries(area, language)
        for text in (entry.msgstr_plural.values() if entry.msgid_plural else [entry.msgstr])
        if _values(text) != MORE_VALUES.get(entry.msgid, _values(entry.msgid) | _values(entry.msgid_plural))
    ]
    assert other == []


@EACH
def test_a_catalogue_is_in_the_order_of_the_code(area: Area, language: str) -> None:
    assert (ROOT / area.path(language)).read_text() == str(updated(area, language, ROOT))


def test_every_text_is_a_literal() -> None:
    """An f-string or a variable would be in no catalogue."""
    unreadable = re.compile(r"\b(?:Message|N_|plural)\(\s*f[\"']")
    found = [
        path.relative_to(ROOT).as_posix()
        for area in AREAS
        for source in area.sources
        for path in (ROOT / source).rglob("*.py")
        if unreadable.search(path.read_text())
    ]
    assert found == []


def _entries(area: Area, language: str) -> Iterator[polib.POEntry]:
    return iter(polib.pofile(str(ROOT / area.path(language))))


def _values(template: str) -> set[tuple[str, str]]:
    return {(name, form or "") for _, name, form, _ in Formatter().parse(template) if name}
