"""The canonical form of JSON values."""

import json
import random
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from herald.contract.canonical_json import DIGEST_LENGTH, canonical, digest
from herald.contract.strict_json import parse


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ('{"a":1,"b":2}', '{ "b" : 2, "a" : 1 }'),
        ('{"a":{"x":1,"y":[1,{"p":1,"q":2}]}}', '{"a":{"y":[1,{"q":2,"p":1}],"x":1}}'),
        ("1", "1.0"),
        ("1", "1e0"),
        ("100", "1E2"),
        ("0.10", "0.1"),
        ("0.1", "1e-1"),
        ("-0", "0"),
        ("0", "0.000e5"),
        ("-0.0", "0e9"),
        ('"é"', '"\\u00e9"'),
        ('"/"', '"\\/"'),
        ('{"\\u0061":1}', '{"a":1}'),
        ("1" + "0" * 63, "1e63"),
    ],
)
def test_equal_by_value(one: str, other: str) -> None:
    assert digest(parse(one)) == digest(parse(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("9007199254740993", "9007199254740992"),
        ("0.1", "0.10000000000000000000000000000000001"),
        ("9" * 64, "9" * 63 + "8"),
        ("1", "-1"),
        ("10", "1"),
        ("1", '"1"'),
        ("1", "true"),
        ("0", "false"),
        ("null", "false"),
        ('{"a":null}', "{}"),
        ("[]", "{}"),
        ("[1,2]", "[2,1]"),
        ("[[1],2]", "[[1,2]]"),
        ('["a,b"]', '["a","b"]'),
        ('{"a":"b"}', '["a","b"]'),
        ('"é"', '"e\\u0301"'),
        ('"A"', '"a"'),
        ('" a"', '"a"'),
        ('"1e0"', "1"),
    ],
)
def test_different_by_value(one: str, other: str) -> None:
    assert digest(parse(one)) != digest(parse(other))


NUMBERS = st.integers(-(10**60), 10**60) | st.decimals(allow_nan=False, allow_infinity=False, places=6)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=15,
)


def written_otherwise(value: Any, chance: random.Random) -> str:
    """The same value with another order of members, and other spellings of strings and numbers."""
    if isinstance(value, dict):
        members = [
            f"{written_otherwise(name, chance)}{blank(chance)}:{written_otherwise(one, chance)}"
            for name, one in value.items()
        ]
        chance.shuffle(members)
        return "{" + ("," + blank(chance)).join(members) + "}"
    if isinstance(value, list):
        return "[" + ",".join(blank(chance) + written_otherwise(one, chance) for one in value) + "]"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=chance.random() < 0.5)
    if isinstance(value, bool) or value is None:
        return json.dumps(value)
    number = Decimal(value)
    sign, digits, exponent = number.as_tuple()
    assert isinstance(exponent, int)
    mantissa = "".join(map(str, digits)).lstrip("0") or "0"
    return chance.choice([f"{number:f}", f"{'-' * sign}{mantissa}e{exponent}", f"{'-' * sign}{mantissa}.0E{exponent}"])


def blank(chance: random.Random) -> str:
    return chance.choice(["", " ", "\n", "\t "])


@given(VALUES, st.randoms(use_true_random=False))
def test_no_other_spelling_changes_the_digest(value: Any, chance: random.Random) -> None:
    first, second = written_otherwise(value, chance), written_otherwise(value, chance)
    if "\ufffd" not in first + second:  # unescaped, it is refused
        assert digest(parse(first)) == digest(parse(second))


def same(one: Any, other: Any) -> bool:
    """Equality by value, with bool and numbers distinct: a second implementation of the rule."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[name], other[name]) for name in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other)


@given(VALUES, VALUES)
def test_canonical_forms_are_equal_iff_values_are(one: Any, other: Any) -> None:
    assert (canonical(one) == canonical(other)) == same(one, other)


def test_a_digest_is_thirty_two_hex_digits() -> None:
    assert len(digest({})) == DIGEST_LENGTH == 32
    assert int(digest({}), 16)
