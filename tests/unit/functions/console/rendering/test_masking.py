"""Voucher codes as a viewer sees them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.rendering.masking import masked, masked_text


@pytest.mark.parametrize(
    ("code", "shown"),
    [("411258698456", "••••••••8456"), ("12345678", "••••5678"), ("1234", "••34"), ("1", "•"), ("", "")],
)
def test_the_end_of_a_code_is_shown(code: str, shown: str) -> None:
    assert masked(code) == shown


@given(st.text(alphabet="ab1•"), st.lists(st.text(alphabet="ab1", min_size=1), max_size=4))
def test_no_code_is_left_in_a_text(text: str, codes: list[str]) -> None:
    left = masked_text(text, codes)

    assert not [code for code in codes if code in left]


def test_what_is_masked_already_stays() -> None:
    assert masked_text("••••8456", ["••••8456", "••"]) == "••••8456"
