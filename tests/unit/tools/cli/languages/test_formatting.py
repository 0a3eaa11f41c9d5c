"""How the command line speaks of time and verdicts."""

from datetime import UTC, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as some

from herald.domain.clock import DAY, HOUR, MINUTE, SECOND, iso
from herald.languages.language import Language
from tools.common import formatting
from tools.common.formatting import Formatter

NOON = 1_795_435_200_000  # 2026-11-23T12:00:00Z
SHANGHAI = timezone(timedelta(hours=8))


@pytest.mark.parametrize(
    ("ms", "text"),
    [
        (0, "0 ms"),
        (41, "41 ms"),
        (2_000, "2 s"),
        (2_540, "2.5 s"),
        (41_000, "41 s"),
        (3 * MINUTE + 5 * SECOND, "3 min 5 s"),
        (HOUR, "1 h"),
        (HOUR + 5 * SECOND, "1 h"),
        (2 * DAY + HOUR + MINUTE, "2 d 1 h"),
        (1536 * MINUTE, "1 d 1 h"),
    ],
)
def test_a_wait_is_told_in_its_two_largest_units(ms: int, text: str) -> None:
    assert str(formatting.duration(ms)) == text


@given(some.integers(min_value=0, max_value=10**12))
def test_every_wait_can_be_told(ms: int) -> None:
    assert str(formatting.duration(ms))


def test_a_moment_of_today_is_told_without_its_date_in_the_readers_time_zone() -> None:
    assert Formatter(NOON, SHANGHAI).at("2026-11-23T04:05:06.789Z") == "12:05:06"


def test_a_moment_of_another_day_is_told_with_its_date() -> None:
    assert str(Formatter(NOON, SHANGHAI).at("2026-11-22T04:05:06Z")) == "2026-11-22 12:05:06"


def test_the_day_is_that_of_the_readers_time_zone() -> None:
    late = NOON + 5 * HOUR  # already the next day in Shanghai
    assert str(Formatter(late, SHANGHAI).at(iso(NOON))) == "2026-11-23 20:00:00"


@pytest.mark.parametrize(
    ("moment", "text"),
    [(NOON - 3 * MINUTE, "3 min ago"), (NOON + 41 * SECOND, "in 41 s"), (NOON + 999, "just now")],
)
def test_a_distance_says_in_which_direction(moment: int, text: str) -> None:
    assert str(Formatter(NOON).distance(iso(moment))) == text


@pytest.mark.parametrize(("moment", "past"), [(NOON, True), (NOON + 1, False)])
def test_a_moment_has_come_when_it_is_now(moment: int, *, past: bool) -> None:
    assert Formatter(NOON).is_past(iso(moment)) is past


def test_a_verdict_of_a_newer_api_is_told_by_its_name() -> None:
    assert formatting.verdict("too_early") == "too early"


@pytest.mark.parametrize(("name", "text"), [("Lakeside", "Lakeside (partner 7)"), (None, "partner 7")])
def test_a_partner_is_told_by_name_and_number(name: str | None, text: str) -> None:
    assert str(formatting.partner(name, 7)) == text


@pytest.mark.parametrize(
    ("ms", "hant", "hans"),
    [
        (41, "41 毫秒", "41 毫秒"),
        (2_540, "2.5 秒", "2.5 秒"),
        (185_000, "3 分 5 秒", "3 分 5 秒"),
        (3_600_000, "1 小時", "1 小时"),
        (176_460_000, "2 天 1 小時", "2 天 1 小时"),
    ],
)
def test_a_wait_has_the_units_of_the_language(ms: int, hant: str, hans: str) -> None:
    languages = (Language.TRADITIONAL_CHINESE, Language.SIMPLIFIED_CHINESE)
    assert [formatting.duration(ms).in_language(language) for language in languages] == [hant, hans]


def test_a_day_is_written_as_the_language_has_it() -> None:
    told = Formatter(NOON, UTC).at("2026-11-02T04:05:06Z")
    assert not isinstance(told, str)
    assert [told.in_language(language) for language in Language] == [
        "2026-11-02 04:05:06",
        "2026年11月2日 04:05:06",
        "2026年11月2日 04:05:06",
    ]
