"""Texts within a number of bytes of a page, and lengths of time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.rendering.bounded import shown_within, size_in_html
from console.rendering.durations import duration
from herald.domain.clock import DAY, HOUR, MINUTE, SECOND
from herald.runtime.visible import unseen


@given(st.text(), st.integers(1, 50))
def test_a_text_takes_no_more_bytes_than_it_may(text: str, size: int) -> None:
    shown = shown_within(text, size)

    assert size_in_html(shown.removesuffix("…")) <= size
    assert unseen(shown) is None


@pytest.mark.parametrize(
    ("text", "size", "shown"),
    [
        ("success", 7, "success"),
        ("success", 6, "succes…"),
        ('""', 10, '""'),
        ('""', 9, '"…'),  # &#34; each
        ("西湖", 5, "西…"),
        ("\u202eab", 7, "\\u202ea…"),
        ("", 1, ""),
    ],
)
def test_a_text_is_cut_between_characters(text: str, size: int, shown: str) -> None:
    assert shown_within(text, size) == shown


@pytest.mark.parametrize(
    ("ms", "words"),
    [
        (0, "0 s"),
        (999, "0 s"),
        (41 * SECOND, "41 s"),
        (3 * MINUTE + 5 * SECOND, "3 min 5 s"),
        (12 * MINUTE, "12 min"),
        (HOUR + 5 * SECOND, "1 h"),
        (25 * HOUR + 36 * MINUTE, "1 d 1 h"),
        (40 * DAY, "40 d"),
    ],
)
def test_a_length_of_time_has_its_two_largest_units(ms: int, words: str) -> None:
    assert duration(ms) == words
