"""The expressions that the benchmark's DynamoDB evaluates."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.bench.aws.conditions import Scope, UnknownExpression, condition
from tools.bench.aws.updates import updated
from tools.bench.aws.values import Item

ITEM: Item = {"state": {"S": "waiting"}, "turn": {"N": "3"}, "claim_until": {"N": "900"}}


def holds(text: str, item: Item = ITEM, **values: dict[str, Any]) -> bool:
    return condition(text)(Scope(item, {"#state": "state"}, {f":{name}": value for name, value in values.items()}))


def test_the_condition_of_a_claim_holds_for_a_claim_that_is_over() -> None:
    text = "attribute_exists(turn) AND #state = :waiting AND (attribute_not_exists(claim_until) OR claim_until <= :now)"
    assert holds(text, waiting={"S": "waiting"}, now={"N": "900"})
    assert not holds(text, waiting={"S": "waiting"}, now={"N": "899"})
    assert not holds(text, waiting={"S": "held"}, now={"N": "900"})
    assert not holds(text, {}, waiting={"S": "waiting"}, now={"N": "900"})


def test_or_binds_less_than_and() -> None:
    assert holds("turn = :three OR turn = :four AND turn = :four", three={"N": "3"}, four={"N": "4"})


def test_numbers_are_compared_as_numbers() -> None:
    assert holds("turn < :ten", ten={"N": "10"})


def test_an_attribute_of_another_type_or_none_compares_to_nothing() -> None:
    assert not holds("turn = :three", three={"S": "3"})
    assert not holds("missing = :three", three={"S": "3"})


@pytest.mark.parametrize("text", ["turn", "turn =", "turn ~ :a", "size(turn) > :a", "turn = :a turn = :a"])
def test_an_expression_that_is_not_understood_is_refused(text: str) -> None:
    with pytest.raises(UnknownExpression):
        holds(text, a={"N": "1"})


@given(st.integers(), st.integers(), st.integers())
def test_between_includes_both_ends(value: int, low: int, high: int) -> None:
    found = holds(
        "turn BETWEEN :low AND :high", {"turn": {"N": str(value)}}, low={"N": str(low)}, high={"N": str(high)}
    )
    assert found == (low <= value <= high)


def changed(text: str, **values: dict[str, Any]) -> dict[str, Any]:
    return updated(text, Scope(ITEM, {"#state": "state"}, {f":{name}": value for name, value in values.items()}))


def test_the_update_of_a_claim_sets_and_counts() -> None:
    after = changed(
        "SET claim_id = :id, claim_until = :until ADD claims :one", id={"S": "c"}, until={"N": "9"}, one={"N": "1"}
    )
    assert after == {**ITEM, "claim_id": {"S": "c"}, "claim_until": {"N": "9"}, "claims": {"N": "1"}}
    assert changed("ADD turn :one", one={"N": "1"})["turn"] == {"N": "4"}


def test_an_update_removes_and_renames_by_names() -> None:
    after = changed("SET #state = :state REMOVE claim_until, turn", state={"S": "held"})
    assert after == {"state": {"S": "held"}}


def test_an_update_reads_the_item_as_it_was() -> None:
    after = changed("SET turn = turn + :two, claim_until = if_not_exists(later, turn)", two={"N": "2"})
    assert (after["turn"], after["claim_until"]) == ({"N": "5"}, {"N": "3"})


def test_a_list_grows_from_nothing() -> None:
    after = changed("SET log = list_append(if_not_exists(log, :none), :one)", none={"L": []}, one={"L": [{"S": "a"}]})
    assert after["log"] == {"L": [{"S": "a"}]}


def test_the_stored_item_does_not_change_by_an_update() -> None:
    changed("REMOVE turn")
    assert "turn" in ITEM


@pytest.mark.parametrize("text", ["SET turn = missing", "SET turn = :none", "PUT turn = :one"])
def test_an_update_that_cannot_be_made_is_refused(text: str) -> None:
    with pytest.raises((UnknownExpression, KeyError)):
        changed(text, one={"N": "1"})
