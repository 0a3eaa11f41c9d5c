"""A page token reads back as its key, and a key has exactly one token."""

import json
from base64 import urlsafe_b64encode
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from herald.store.indexes.page_token import (
    MalformedCursor,
    read_cursor,
    read_order_cursor,
    write_cursor,
    write_order_cursor,
)

DIGEST = "5f2c" * 8
KEY = {"attention": "failed#3528", "since": 1_795_000_000_000, "order_key": "3528:A-1", "digest": DIGEST}
CURSOR = write_cursor(KEY)
ORDER_CURSOR = write_order_cursor("3528:A-1", 5, DIGEST)


def written(key: Any, **how: Any) -> str:
    return urlsafe_b64encode(json.dumps(key, **how).encode()).decode().rstrip("=")


@given(
    st.integers(1, 10**15 - 1),
    st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=64),
    st.integers(0, 10**14),
)
def test_a_cursor_is_read_back(partner_id: int, order_id: str, moment: int) -> None:
    order_key = f"{partner_id}:{order_id}"
    key: dict[str, Any] = {"attention": f"held#{partner_id}", "since": moment, "order_key": order_key, "digest": DIGEST}
    assert read_cursor(write_cursor(key), key["attention"]) == key
    assert read_order_cursor(write_order_cursor(order_key, moment, DIGEST), order_key) == (moment, DIGEST)


@given(st.data())
def test_altered_token_is_refused_or_another_valid_one(data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(CURSOR)))
    letter = data.draw(st.sampled_from("AZaz09-_=+/ \n.\u0665"))
    how = data.draw(st.sampled_from(["instead", "before"]))
    text = CURSOR[:place] + letter + CURSOR[place + (how == "instead") :]
    try:
        key = read_cursor(text, "failed#3528")
    except MalformedCursor:
        return
    assert write_cursor(key) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        CURSOR + "=",
        CURSOR + "\n",
        CURSOR + " ",
        "." + CURSOR,
        ORDER_CURSOR,
        written({**KEY, "order_key": "3528:" + "x" * 3_000}),
        written({**KEY, "order_key": "3528:" + "x" * 65}),
        written({**KEY, "order_key": "3528:a b"}),
        written({**KEY, "order_key": "3528:"}),
        written({**KEY, "order_key": "03528:A-1"}),
        written({**KEY, "order_key": "7:A-1"}),
        written({**KEY, "digest": "x" * 3_000}),
        written({**KEY, "digest": DIGEST.upper()}),
        written({**KEY, "digest": DIGEST + "\n"}),
        written({**KEY, "since": -1}),
        written({**KEY, "since": 10**15}),
        written({**KEY, "since": 1.0}),
        written({**KEY, "since": True}),
        written({**KEY, "more": 1}),
        written(KEY, indent=1),
        written(KEY, sort_keys=True),
        written([KEY]),
        "W" * 8_000,
    ],
)
def test_token_of_another_list_is_refused(text: str) -> None:
    with pytest.raises(MalformedCursor):
        read_cursor(text, "failed#3528")


@pytest.mark.parametrize("order_key", ["3528:A-2", "7:A-1", "3528:A-1 ", ""])
def test_a_cursor_of_another_order_is_refused(order_key: str) -> None:
    with pytest.raises(MalformedCursor):
        read_order_cursor(ORDER_CURSOR, order_key)


@given(st.text(max_size=700))
def test_any_text_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(MalformedCursor, match="is not one that this list gave"):
        read_cursor(text, "failed#3528")
    with pytest.raises(MalformedCursor):
        read_order_cursor(text, "3528:A-1")
