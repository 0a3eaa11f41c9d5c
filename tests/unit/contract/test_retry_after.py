"""`Retry-After`: both forms, all dates that RFC 9110 asks a recipient to read, and harmless hostile values."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from herald.contract.retry_after import LONGEST, read_retry_after
from herald.domain.clock import DAY, SECOND
from tests.support.factories import NOON  # 2026-11-23T12:00:00Z

FIVE_PAST_TWO = int(datetime(2026, 11, 23, 14, 5, tzinfo=UTC).timestamp()) * SECOND


@pytest.mark.parametrize("status", [429, 503])
def test_seconds_count_from_the_end_of_the_attempt(status: int) -> None:
    assert read_retry_after(status, "120", NOON) == NOON + 120 * SECOND


@pytest.mark.parametrize(
    "header",
    [
        pytest.param("Mon, 23 Nov 2026 14:05:00 GMT", id="IMF-fixdate"),
        pytest.param("Monday, 23-Nov-26 14:05:00 GMT", id="RFC 850"),
        pytest.param("Mon Nov 23 14:05:00 2026", id="asctime"),
        pytest.param(" Mon, 23 Nov 2026 14:05:00 GMT\t", id="white space at the ends"),
    ],
)
def test_each_form_of_a_date_is_read(header: str) -> None:
    assert read_retry_after(503, header, NOON) == FIVE_PAST_TWO


def test_the_day_of_an_asctime_date_may_have_one_digit() -> None:
    december = datetime(2026, 12, 6, 8, 49, 37, tzinfo=UTC)

    assert read_retry_after(503, "Sun Dec  6 08:49:37 2026", NOON) == int(december.timestamp()) * SECOND


def test_two_digits_that_seem_more_than_50_years_ahead_are_a_year_of_the_past() -> None:
    assert read_retry_after(503, "Monday, 23-Nov-77 14:05:00 GMT", NOON) is None  # 1977
    assert read_retry_after(503, "Monday, 23-Nov-76 14:05:00 GMT", NOON) == NOON + LONGEST  # 2076


@pytest.mark.parametrize("status", [None, 200, 204, 301, 400, 404, 408, 500, 502, 504])
def test_with_any_other_status_it_does_not_count(status: int | None) -> None:
    assert read_retry_after(status, "120", NOON) is None


@pytest.mark.parametrize("header", [None, "0", "000", "Mon, 23 Nov 2026 11:59:59 GMT", "Mon, 01 Jan 1900 00:00:00 GMT"])
def test_a_moment_that_is_over_says_nothing(header: str | None) -> None:
    assert read_retry_after(503, header, NOON) is None


@pytest.mark.parametrize(
    "header",
    [
        *("", " ", "-1", "+5", "1.5", "1e3", "0x10", "5 s", "120, 60", "soon", "\x00", "\u0663", "\uff11"),
        *("Tue, 31 Feb 2027 10:00:00 GMT", "Mon, 23 Nov 2026 24:00:00 GMT", "Mon, 23 Nov 0000 10:00:00 GMT"),
        *("Mon, 23 Nov 2026 14:05:00 CET", "23 Nov 2026 14:05:00 GMT", "2026-11-23T14:05:00Z", "Mon Nov 23 14:05:00"),
    ],
)
def test_anything_else_is_ignored(header: str) -> None:
    assert read_retry_after(503, header, NOON) is None


@pytest.mark.parametrize("header", ["9" * 8_000, "31622401", "Fri, 31 Dec 9999 23:59:59 GMT"])
def test_a_moment_beyond_a_year_is_read_as_one_in_a_year(header: str) -> None:
    assert read_retry_after(429, header, NOON) == NOON + LONGEST == NOON + 366 * DAY


def test_leading_zeros_do_not_make_it_longer() -> None:
    assert read_retry_after(429, "0" * 7_000 + "60", NOON) == NOON + 60 * SECOND


@given(st.text(max_size=60) | st.from_regex(r"[A-Z][a-z]+,? [0-9 -]{1,4}[A-Za-z]{3}[ -][0-9]{1,4} [0-9:]{8}( GMT)?"))
def test_no_value_raises_and_each_moment_is_later_and_bounded(header: str) -> None:
    moment = read_retry_after(503, header, NOON)

    assert moment is None or NOON < moment <= NOON + LONGEST
