"""Values with DynamoDB's type tags, beside those that boto3 makes."""

from decimal import Decimal
from enum import StrEnum
from typing import Any

import pytest
from boto3.dynamodb.types import Binary, TypeDeserializer, TypeSerializer
from hypothesis import given
from hypothesis import strategies as st

from herald.store.attribute_values import from_wire, to_wire


class Color(StrEnum):
    """A text that is not of the type `str` itself."""

    RED = "red"


NUMBERS = st.integers(-(10**38) + 1, 10**38 - 1) | st.decimals(
    -1_000_000, 1_000_000, places=3, allow_nan=False, allow_infinity=False
)
SETS = (
    st.sets(st.text(), min_size=1)
    | st.sets(st.integers(0, 100), min_size=1)
    | st.sets(st.binary(min_size=1), min_size=1)
)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text(max_size=5) | st.binary(max_size=5) | SETS | st.just(Color.RED),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3) | st.tuples(inner)
    ),
    max_leaves=6,
)
ITEMS = st.dictionaries(st.text(max_size=3), VALUES, max_size=4)


@given(ITEMS)
def test_an_item_has_the_type_tags_that_boto3_gives_it(item: dict[str, Any]) -> None:
    assert to_wire(item) == {name: TypeSerializer().serialize(value) for name, value in item.items()}


@given(ITEMS)
def test_an_item_is_read_as_boto3_reads_it(item: dict[str, Any]) -> None:
    wire = {name: TypeSerializer().serialize(value) for name, value in item.items()}
    read = from_wire(wire)
    assert read == {name: TypeDeserializer().deserialize(value) for name, value in wire.items()}
    assert all(isinstance(read[name], Decimal) for name, value in wire.items() if "N" in value)
    assert all(isinstance(read[name], Binary) for name, value in wire.items() if "B" in value)


@pytest.mark.parametrize("value", [10**38, 1.5, object(), float("nan"), Decimal("Infinity")])
def test_a_value_that_boto3_refuses_is_refused_in_the_same_way(value: object) -> None:
    with pytest.raises(Exception) as by_boto3:  # noqa: PT011 - whatever it is
        TypeSerializer().serialize(value)
    with pytest.raises(type(by_boto3.value)):
        to_wire({"value": value})


@pytest.mark.parametrize("wire", [{}, {"X": "1"}])
def test_an_unknown_type_tag_is_an_error(wire: dict[str, str]) -> None:
    with pytest.raises(TypeError):
        from_wire({"value": wire})
