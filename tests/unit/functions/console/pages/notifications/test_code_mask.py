"""Voucher codes hidden from viewers."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.pages.notifications.code_mask import CodeMask

CODE = "411258698456"
MASK = CodeMask.of([CODE, "G-7", "12345678"])
# No character twice: what stays of a code, its end, cannot be the beginning of the same code.
A_CODE = st.lists(st.characters(codec="utf-8", exclude_characters=",•…"), min_size=6, max_size=20, unique=True).map(
    "".join
)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        (f"code {CODE} is used", "code ••••••••8456 is used"),
        ("12345678,G-7", "••••5678,••7"),
        ("nothing to hide", "nothing to hide"),
        ("41125", "41125"),
        ("", ""),
    ],
)
def test_codes_are_masked(text: str, masked: str) -> None:
    assert MASK.text(text) == masked


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        (f"x{CODE[:11]}", "x" + "•" * 11),
        (f"`{CODE[:5]}…` and `{CODE[:7]}…`", "`•••••…` and `•••••••…`"),
        (f"{CODE[:4]}…", f"{CODE[:4]}…"),
        (f"{CODE[:7]} is", f"{CODE[:7]} is"),
    ],
)
def test_a_code_that_was_cut_off_is_hidden_in_a_quotation(text: str, masked: str) -> None:
    assert MASK.quotation(text) == masked
    assert MASK.text(text) == text


def test_a_code_is_masked_however_json_writes_it() -> None:
    written = '{"a":"\\u0034\\u00311258698456", "b":[411258698456], "411258698456":"\\u0061"}'

    assert MASK.json(written) == '{"a":"••••••••8456", "b":[••••••••8456], "••••••••8456":"\\u0061"}'


def test_without_codes_json_stays_as_it_is() -> None:
    assert CodeMask().json('{"a":"\\u0034"}') == '{"a":"\\u0034"}'


@given(A_CODE, st.text(), st.text(), st.booleans())
def test_no_text_has_a_code(code: str, before: str, after: str, ascii_only: bool) -> None:  # noqa: FBT001 - an example
    mask, text = CodeMask.of([code]), before + code + after

    assert code not in mask.text(text)
    assert code not in mask.quotation(text)
    masked = json.loads(mask.json(json.dumps({"a": text}, ensure_ascii=ascii_only)))["a"]
    assert code not in masked
