"""A batch is taken apart without changing a character, or refused as a whole."""

import json
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from herald.contract.batch import MAX_BATCH_BYTES, MAX_NOTIFICATIONS, BatchRefused, BatchTooLarge, split
from herald.contract.envelope import MAX_BYTES, parse_envelope
from tests.support.factories import PAYLOAD

WHITE = st.text(" \t\r\n", max_size=3)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from('[]{},:"\\\n'), max_size=8)
NUMBERS = st.from_regex(r"-?(0|[1-9][0-9]{0,70})(\.[0-9]{1,5})?([eE][+-]?[0-9]{1,4})?", fullmatch=True)


def quoted(text: str) -> st.SearchStrategy[str]:
    """The string in JSON, in any of two spellings."""
    return st.sampled_from([json.dumps(text), json.dumps(text, ensure_ascii=False)])


def spaced(parts: list[str], gaps: list[str]) -> str:
    return "".join(gap + part for part, gap in zip(parts, gaps, strict=True))


@st.composite
def listed(draw: st.DrawFn, element: st.SearchStrategy[str], brackets: str, most: int = 4) -> tuple[str, list[str]]:
    """Elements between brackets with white space anywhere: the text, and the elements."""
    elements = draw(st.lists(element, max_size=most))
    inner = ",".join(draw(WHITE) + one + draw(WHITE) for one in elements) or draw(WHITE)
    return f"{brackets[0]}{inner}{brackets[1]}", elements


@st.composite
def member(draw: st.DrawFn, value: st.SearchStrategy[str]) -> str:
    return draw(TEXTS.flatmap(quoted)) + draw(WHITE) + ":" + draw(WHITE) + draw(value)


VALUES = st.recursive(
    NUMBERS | TEXTS.flatmap(quoted) | st.sampled_from(["true", "null", "NaN"]),
    lambda one: listed(one, "[]").map(lambda pair: pair[0]) | listed(member(one), "{}").map(lambda pair: pair[0]),
    max_leaves=8,
)


@settings(max_examples=50)
@given(listed(VALUES, "[]", most=8).filter(lambda pair: bool(pair[1])), WHITE, WHITE)
def test_the_elements_of_an_array_keep_every_character(array: tuple[str, list[str]], before: str, after: str) -> None:
    text, elements = array
    assert split(before + text + after) == elements


LINES = st.text(st.characters(exclude_characters="\n"), min_size=1).map(lambda line: line.strip(" \t\r")).filter(bool)


@given(st.lists(LINES, min_size=1, max_size=8).filter(lambda lines: lines[0][0] not in "[\ufeff"), st.data())
def test_lines_keep_every_character_between_the_white_space(lines: list[str], data: st.DataObject) -> None:
    ends = st.sampled_from(["\n", "\r\n", " \n\t", "\n\n \n"])
    assert split("".join(line + data.draw(ends) for line in lines)) == lines


@given(st.binary(max_size=60).map(lambda raw: raw.decode("utf-8", "surrogateescape")))
def test_any_text_is_taken_apart_or_refused(text: str) -> None:
    try:
        parts = split(text)
    except BatchRefused:
        return
    assert all(part in text for part in parts)


@pytest.mark.parametrize("text", [f"[{PAYLOAD}]", f"{PAYLOAD}\n", PAYLOAD], ids=["array", "line", "line without end"])
def test_one_notification_is_a_batch_too(text: str) -> None:
    (part,) = split(text)
    assert parse_envelope(part).text == PAYLOAD


BROKEN: dict[str, str] = {
    "[": "line 1, column 2",
    "[1,]": "Illegal trailing comma before end of array (line 1, column 3)",
    "[1 2]": "Expecting ',' delimiter (line 1, column 4)",
    f"[{PAYLOAD},\n{PAYLOAD[:-1]}]": "(line 2, column ",
    f"[{PAYLOAD}] more": "Extra data",
    f"[{PAYLOAD}]\n[{PAYLOAD}]": "Extra data (line 2, column 1)",
    "[{'a': 1}]": "column 3",
}


@pytest.mark.parametrize("text", BROKEN)
def test_an_array_that_is_not_json_is_refused_with_its_place(text: str) -> None:
    with pytest.raises(BatchRefused, match=re.escape(BROKEN[text])):
        split(text)


@pytest.mark.parametrize("text", ["", " \n", "\r\n\r\n", "[]", " [ ] "])
def test_an_empty_batch_is_refused(text: str) -> None:
    with pytest.raises(BatchRefused, match="the batch has no notification"):
        split(text)


@pytest.mark.parametrize("form", ["[{}]", "{}"], ids=["array", "lines"])
def test_a_hundred_are_the_most(form: str) -> None:
    def batch(count: int) -> str:
        return form.format((",\n" if form == "[{}]" else "\n").join(["1"] * count))

    assert len(split(batch(MAX_NOTIFICATIONS))) == MAX_NOTIFICATIONS
    with pytest.raises(BatchRefused, match="at most 100 notifications, this one has 101"):
        split(batch(MAX_NOTIFICATIONS + 1))


def test_the_limit_of_bytes_is_counted_in_utf_8() -> None:
    text = "執" * (MAX_BATCH_BYTES // 3)
    assert split(text) == [text]
    with pytest.raises(BatchTooLarge, match="at most 4194304 bytes"):
        split(text + "執")


def test_a_batch_in_base64_is_within_the_limit_of_lambda() -> None:
    limit_of_lambda = 6 * 1024 * 1024
    assert limit_of_lambda - MAX_BYTES > MAX_BATCH_BYTES * 4 / 3  # of the rest of the event some KB are used


def test_an_array_that_is_too_deep_for_the_parser_is_refused() -> None:
    with pytest.raises(BatchRefused, match="nested deeper"):
        split("[" * 1_000_000)


def test_a_byte_order_mark_is_refused_as_in_a_single_submission() -> None:
    with pytest.raises(BatchRefused, match="byte-order mark"):
        split(f"\ufeff[{PAYLOAD}]")


@pytest.mark.parametrize("element", ['{"a":1,"a":2}', "NaN", "[" * 40 + "]" * 40, "9" * 5000, '"\\ud800"', "1e999"])
def test_what_only_one_notification_breaks_does_not_break_the_array(element: Any) -> None:
    assert split(f"[{element},{PAYLOAD}]") == [element, PAYLOAD]
