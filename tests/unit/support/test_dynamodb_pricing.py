"""The reckoner of DynamoDB's charges, against the rules and examples that AWS publishes."""

from typing import Any

import pytest

from tests.support.dynamodb_pricing import Index, Table, item_size, number_size, read_units, value_size

DUE = Index("due", frozenset({"lane", "due_at"}), frozenset({"id", "lane", "due_at", "turn"}))
TABLE = Table(frozenset({"id"}), (DUE,))


def item(**values: Any) -> dict[str, dict[str, str]]:
    return {name: {"N" if isinstance(value, int) else "S": str(value)} for name, value in values.items()}


def of_size(size: int) -> dict[str, dict[str, str]]:
    return {"a": {"S": "x" * (size - 1)}}


def test_a_string_weighs_its_utf8_bytes_and_those_of_its_name() -> None:
    assert item_size({"Müller": {"S": "成功"}}) == 7 + 6


@pytest.mark.parametrize(("number", "size"), [("0", 2), ("27", 2), ("-27", 3), ("461", 3), ("1764000000000", 3)])
def test_a_number_weighs_a_byte_for_two_significant_digits_and_one_more(number: str, size: int) -> None:
    assert number_size(number) == size


def test_maps_and_lists_weigh_three_bytes_and_one_for_each_element() -> None:
    assert value_size({"M": {"ab": {"S": "cde"}, "f": {"BOOL": True}}}) == 3 + (2 + 3 + 1) + (1 + 1 + 1)
    assert value_size({"L": [{"S": "ab"}, {"NULL": True}]}) == 3 + (2 + 1) + (1 + 1)
    assert value_size({"M": {}}) == 3


@pytest.mark.parametrize(("size", "expected"), [(1, 1), (1024, 1), (1025, 2), (3 * 1024 + 512, 4)])
def test_a_write_counts_whole_kilobytes(size: int, expected: int) -> None:
    assert TABLE.write_units(None, of_size(size)) == {"table": expected}


def test_an_update_is_charged_for_the_larger_of_the_two_items() -> None:
    assert TABLE.write_units(of_size(1500), of_size(10)) == {"table": 2}
    assert TABLE.write_units(of_size(10), of_size(1500)) == {"table": 2}


def test_a_refused_write_is_charged_for_what_stands_there() -> None:
    assert TABLE.write_units(of_size(1500), of_size(1500)) == {"table": 2}
    assert TABLE.write_units(None, None) == {"table": 1}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (None, {"lane": "new#1", "due_at": 1}, 1),
        ({"lane": "new#1", "due_at": 1}, {}, 1),
        ({"lane": "new#1", "due_at": 1}, {"lane": "new#1", "due_at": 2}, 2),
        ({"lane": "new#1", "due_at": 1}, {"lane": "sent#1", "due_at": 1}, 2),
        ({"lane": "new#1", "due_at": 1, "turn": 1}, {"lane": "new#1", "due_at": 1, "turn": 2}, 1),
        ({"lane": "new#1", "due_at": 1}, {"lane": "new#1", "due_at": 1, "claim_id": "x"}, 0),
        ({}, {"lane": "new#1"}, 0),
    ],
    ids=["comes", "goes", "moves", "changes lane", "changes beside the key", "changes outside", "half a key"],
)
def test_an_index_is_charged_for_what_changes_in_it(
    before: dict[str, Any] | None, after: dict[str, Any], expected: int
) -> None:
    old = None if before is None else item(id="a", **before)
    assert DUE.write_units(old, item(id="a", **after)) == expected


def test_reads_are_charged_together_in_steps_of_four_kilobytes_and_half_when_eventual() -> None:
    assert read_units([of_size(3000), of_size(3000)], consistent=True) == 2
    assert read_units([of_size(3000), of_size(3000)], consistent=False) == 1
    assert read_units([], consistent=False) == 0.5


def test_a_table_is_read_from_its_description() -> None:
    described = {
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "GlobalSecondaryIndexes": [
            {
                "IndexName": "due",
                "KeySchema": [{"AttributeName": "lane"}, {"AttributeName": "due_at"}],
                "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["turn"]},
            }
        ],
    }
    assert Table.described(described) == TABLE
