"""JSON read strictly."""

import json
import re
import time
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from herald.contract.strict_json import MAX_DEPTH, PROBLEMS, NotStrictJson, parse


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no body"),
        (" \n", "no body"),
        ("success", "not JSON"),
        ('{"a":1', "not JSON"),
        ('{"a":1}{}', "not JSON"),
        ("{'a':1}", "not JSON"),
        ('{"a":01}', "not JSON"),
        ('{"a":"\n"}', "not JSON"),
        ('\ufeff{"a":1}', "byte-order mark"),
        ('{"a":"\ufffd"}', "UTF-8"),
        ('{"a":1,"a":1}', "`a` stands twice"),
        ('{"x":[{"b":1,"c":2,"b":3}]}', "`b` stands twice"),
        ('{"a":1,"\\u0061":2}', "`a` stands twice"),
        ("NaN", "NaN"),
        ('{"a":-Infinity}', "-Infinity"),
        ("9" * 65, "64 digits"),
        ("-" + "9" * 65, "64 digits"),
        ("0." + "1" * 64, "64 digits"),
        ("1e309", "exponent beyond 308"),
        ("1E-309", "exponent beyond 308"),
        ("1e+000309", "exponent beyond 308"),
        ("1e" + "9" * 1000, "exponent beyond 308"),
        ('"\\ud800"', "surrogate"),
        ('{"\\udfff":1}', "surrogate"),
        ('["\\ud800\\ud800"]', "surrogate"),
        ("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1), "nested deeper"),
    ],
)
def test_ambiguous_json_is_refused_with_a_reason(text: str, says: str) -> None:
    with pytest.raises(NotStrictJson, match=says):
        parse(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("9" * 64, int("9" * 64)),
        ("-" + "9" * 64, -int("9" * 64)),
        ("1e308", Decimal("1e308")),
        ("1e+0308", Decimal("1e308")),
        ("35.10", Decimal("35.10")),
        ('"\\ud83d\\ude00"', "😀"),
        ('"\\ufffd"', "\ufffd"),
        ('"[[[[{{{{ \\" ]"', '[[[[{{{{ " ]'),
        ("[" * MAX_DEPTH + "]" * MAX_DEPTH, json.loads("[" * MAX_DEPTH + "]" * MAX_DEPTH)),
        ('{"a":null,"b":true}', {"a": None, "b": True}),
    ],
)
def test_valid_json_is_parsed_exactly(text: str, value: object) -> None:
    assert parse(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "[" * 65_000,
        '{"a":' * 13_000,
        '"' + '\\"' * 32_000,
        '"' + "\\" * 65_001,
        '""' * 32_000,
        "9" * 65_000,
        "1e" + "9" * 65_000,
        "{" + ",".join(f'"k{n}":{n}' for n in range(6_000)) + ',"k0":1}',
        "[" + "[]," * 21_000 + "0",
    ],
    ids=range(9),
)
def test_largest_text_is_refused_quickly(text: str) -> None:
    began = time.process_time()
    with pytest.raises(NotStrictJson):
        parse(text)
    assert time.process_time() - began < 0.5


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**63), 10**63) | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner, max_size=4)
    ),
    max_leaves=20,
)


@pytest.mark.parametrize(
    ("text", "value"),
    [("1e" + "0" * 5000 + "1", Decimal(10)), ("1e-" + "0" * 5000 + "2", Decimal("0.01")), ("1e" + "0" * 9, Decimal(1))],
)
def test_exponent_may_have_leading_zeros(text: str, value: Decimal) -> None:
    assert parse(text) == value


def test_duplicate_surrogate_key_has_an_encodable_name() -> None:
    with pytest.raises(NotStrictJson) as refused:
        parse('{"\\ud800":1,"\\ud800":2}')
    assert str(refused.value).encode().startswith(b"the key `\\ud800` stands twice")


@given(JSON)
def test_it_reads_what_any_writer_wrote(value: object) -> None:
    assert parse(json.dumps(value)) == value


@given(st.text())
@example("1E100")
def test_any_text_is_json_or_refused(text: str) -> None:
    try:
        value = parse(text)
    except NotStrictJson:
        return
    assert json.loads(text, parse_float=Decimal) == value


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("nope", "Expecting value"),
        ("{", "Expecting property name enclosed in double quotes"),
        ('{"a" 1}', "Expecting ':' delimiter"),
        ("[1 2]", "Expecting ',' delimiter"),
        ('{"a":1,}', "Illegal trailing comma before end of object"),
        ("[1,]", "Illegal trailing comma before end of array"),
        ("{} x", "Extra data"),
        ('{"a', "Unterminated string starting at"),
        ('"\n"', "Invalid control character at"),
        (r'"\x"', "Invalid \\escape"),
        (r'"\uXXXX"', "Invalid \\uXXXX escape"),
    ],
)
def test_each_problem_of_the_parser_is_listed(text: str, problem: str) -> None:
    assert problem in PROBLEMS
    with pytest.raises(NotStrictJson, match=re.escape(f"not JSON: {problem} (line ")):
        parse(text)


@given(st.text(alphabet='{}[]",:\\u0a1e-. tn\n\t', max_size=12))
def test_the_parser_has_no_other_problem(text: str) -> None:
    try:
        parse(text)
    except NotStrictJson as refused:
        problem = refused.message.values.get("problem")
        assert problem is None or problem in PROBLEMS
