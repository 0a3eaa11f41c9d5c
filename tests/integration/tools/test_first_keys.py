"""The keys that `make up` writes into stack.json: those that the stack's KeyTable knows."""

import json
from collections.abc import Mapping

import pytest

from herald.domain.api_key import Key, Role
from herald.store.key_table import KeyTable
from tests.support.aws.aws_stack import Aws
from tests.support.factories import NOON
from tools.local_stack.create_keys import main

TABLE = "KeyTable"
KNOWN = {"publisher": "herald_known_publisher", "operator": "herald_known_operator"}


@pytest.fixture
def table(aws: Aws) -> KeyTable:
    """A table that knows a key for each role."""
    del aws
    table = KeyTable(TABLE)
    for role, text in KNOWN.items():
        table.add(text, Key(role=Role(role), name="local"), NOON)
    return table


def issued(capsys: pytest.CaptureFixture[str], kept: Mapping[str, str]) -> dict[str, str]:
    main(TABLE, kept)
    keys: dict[str, str] = json.loads(capsys.readouterr().out)
    return keys


def test_keys_that_the_table_knows_are_kept(table: KeyTable, capsys: pytest.CaptureFixture[str]) -> None:
    del table
    assert issued(capsys, KNOWN) == KNOWN


@pytest.mark.parametrize(
    ("kept", "same"),
    [
        ({}, set()),
        ({"publisher": "herald_of_a_dead_engine", "operator": "herald_of_a_dead_engine_too"}, set()),
        ({**KNOWN, "operator": "herald_of_a_dead_engine"}, {"publisher"}),
        ({"operator": KNOWN["operator"]}, {"operator"}),
        ({"publisher": KNOWN["operator"], "operator": KNOWN["publisher"]}, set()),
        ({"publisher": "", "operator": ""}, set()),
        ({**KNOWN, "partner": "herald_of_nobody"}, {"publisher", "operator"}),
    ],
)
def test_any_other_is_replaced_by_one_that_it_knows(
    kept: dict[str, str], same: set[str], table: KeyTable, capsys: pytest.CaptureFixture[str]
) -> None:
    keys = issued(capsys, kept)
    assert {role for role, text in keys.items() if kept.get(role) == text} == same
    for role in (Role.PUBLISHER, Role.OPERATOR):
        known = table.find(keys[role])
        assert known is not None
        assert known.key == Key(role=role, name="local")
    assert set(keys) == {"publisher", "operator"}


def test_a_revoked_key_is_replaced(table: KeyTable, capsys: pytest.CaptureFixture[str]) -> None:
    known = table.find(KNOWN["operator"])
    assert known is not None
    table.revoke(known, "alice", "leaked", NOON)
    keys = issued(capsys, KNOWN)
    assert keys["publisher"] == KNOWN["publisher"]
    assert keys["operator"] != KNOWN["operator"]
    assert keys["operator"].startswith("herald_operator_")
