"""docs/console.md in both languages: its tables, and the names of what it says to press, are those of the console."""

import colorsys
import re
from collections import Counter

import polib
import pytest

from console.rendering.page import _PAGES, _ROLES
from console.security.session import LIFETIME
from console.security.session_table import MAX_WRONG_KEYS
from console_templates.environment import TRANSLATIONS
from herald.domain.clock import HOUR
from herald.domain.transitions import OPERATOR_ACTIONS, TRANSITIONS, State
from herald.languages.catalogue import translated
from herald.languages.language import Language
from herald.languages.reason import Reason
from herald.languages.words import ACTIONS, STATES
from tests.support.docs.markdown import rows
from tests.support.paths import DOCS, FUNCTIONS
from tests.support.screenshots.__main__ import PICTURES

ENGLISH, CHINESE = Language.ENGLISH, Language.TRADITIONAL_CHINESE
PAGES = {
    ENGLISH: (DOCS / "console.md").read_text(encoding="utf-8"),
    CHINESE: (DOCS / "console.zh-Hant.md").read_text(encoding="utf-8"),
}
IN_EACH = pytest.mark.parametrize("language", PAGES)
# The first columns of the tables, by language.
HEADINGS = {
    ENGLISH: ("| State |", "| Action |", "| Page |", "| Role |", "| Reason |", "| From |"),
    CHINESE: ("| 狀態 |", "| 操作 |", "| 頁面 |", "| 角色 |", "| 原因 |", "| 起點 |"),
}
STATE, ACTION, PAGE, ROLE, REASON, JOB = range(6)
COLOURS = {
    ENGLISH: {"red": "red", "amber": "amber", "green": "green", "blue": "blue", "grey": "grey"},
    CHINESE: {"red": "紅色", "amber": "黃褐色", "green": "綠色", "blue": "藍色", "grey": "灰色"},
}
REASONS = (
    Reason("timeout.answer", {"seconds": "10"}),
    Reason("bad_status.503", {"status": 503}),
    Reason("bad_status.500", {"status": 500}),
    Reason("bad_status.404", {"status": 404}),
    Reason("bad_status.403", {"status": 403}),
    Reason("not_success.case", {"status": 200, "body": "SUCCESS"}),
    Reason("not_success.html", {"status": 200}),
    Reason("not_connected.refused", {"address": "203.0.113.7:443"}),
    Reason("tls.expired_some_day"),
)


def table(language: Language, which: int) -> list[list[str]]:
    return rows(PAGES[language], HEADINGS[language][which])


def colour_of(state: str) -> str:
    """The name of the colour that the style sheet gives to the state in light pages."""
    sheet = (FUNCTIONS / "console" / "static" / "page.css").read_text(encoding="utf-8")
    found = re.search(rf"--{state}: light-dark\(#(\w\w)(\w\w)(\w\w),", sheet)
    assert found
    hue, _, saturation = colorsys.rgb_to_hls(*(int(part, 16) / 255 for part in found.groups()))
    if saturation < 0.2:
        return "grey"
    ends = {20: "red", 60: "amber", 180: "green", 260: "blue"}  # degrees
    return next(name for end, name in ends.items() if hue * 360 < end)


@IN_EACH
def test_a_state_has_its_word_its_colour_and_its_actions(language: Language) -> None:
    told = {word: (colour, actions) for word, colour, _, actions in table(language, STATE)}

    assert told == {
        translated(STATES[state], language): (
            COLOURS[language][colour_of(state)],
            (", " if language is ENGLISH else "、").join(
                translated(ACTIONS[one], language) for one in OPERATOR_ACTIONS if (state, one) in TRANSITIONS
            ),
        )
        for state in State
    }


@IN_EACH
def test_every_action_of_a_person_is_explained(language: Language) -> None:
    told = [action for action, *_ in table(language, ACTION)]

    assert told == [translated(ACTIONS[action], language) for action in OPERATOR_ACTIONS]


@IN_EACH
def test_every_page_of_the_navigation_is_explained(language: Language) -> None:
    assert [page for page, _ in table(language, PAGE)] == [translated(name, language) for _, name in _PAGES]


@IN_EACH
def test_every_role_that_may_sign_in_is_explained(language: Language) -> None:
    assert [role for role, _ in table(language, ROLE)] == [translated(name, language) for name in _ROLES.values()]


@IN_EACH
def test_a_reason_is_written_as_the_console_writes_it(language: Language) -> None:
    told = [reason.strip("` ") for reason, _ in table(language, REASON)]

    assert told == [reason.in_language(language).strip("`") for reason in REASONS]


def texts_of_the_console() -> dict[str, str]:
    """Every English text of the pages with its translation; `…` stands for a value."""
    catalogue = polib.pofile(str(TRANSLATIONS / "zh_Hant" / "console.po"))
    pairs = [(one.msgid, one.msgstr or one.msgstr_plural[0]) for one in catalogue]
    return {without_values(english): without_values(chinese) for english, chinese in pairs}


def without_values(text: str) -> str:
    return re.sub(r"\{[^}]*\}", "…", text)


def in_bold(language: Language) -> list[Counter[str]]:
    """The texts that each section names in bold."""
    return [Counter(re.findall(r"\*\*(.+?)\*\*", section)) for section in PAGES[language].split("\n## ")]


def test_what_is_in_bold_is_a_text_of_the_console() -> None:
    named = {text for section in in_bold(ENGLISH) for text in section}

    assert len(named) > 20
    assert named - set(texts_of_the_console()) == set()


def test_both_languages_name_the_same_in_the_same_sections() -> None:
    texts = texts_of_the_console()
    translations = [Counter(texts.get(text, text) for text in section.elements()) for section in in_bold(ENGLISH)]

    assert in_bold(CHINESE) == translations


def test_both_languages_count_the_same() -> None:
    assert [row[2:] for row in table(ENGLISH, JOB)] == [row[2:] for row in table(CHINESE, JOB)]


def test_a_session_and_the_wrong_keys_are_those_of_the_console() -> None:
    hours = LIFETIME // HOUR

    assert f"for {hours} hours" in PAGES[ENGLISH]
    assert f"可使用 {hours} 小時" in PAGES[CHINESE]
    assert MAX_WRONG_KEYS == 5
    assert "After five wrong keys" in PAGES[ENGLISH]
    assert "輸入五次錯誤的金鑰" in PAGES[CHINESE]


@IN_EACH
def test_every_picture_is_shown_and_is_small(language: Language) -> None:
    for file, *_ in PICTURES:
        assert f"(pictures/{file}.png)" in PAGES[language]
        assert (DOCS / "pictures" / f"{file}.png").stat().st_size <= 200 * 1024
