"""API keys are stored as hashes only."""

import re
from hashlib import sha256
from typing import Any

import pytest

from herald.store.dynamodb import ConditionRefused, TableUnavailable, client
from herald.store.key_table import Key, KeyTable, Role, hash_of, new_key
from tests.support.aws.aws_faults import Network
from tests.support.aws.aws_stack import Aws
from tests.support.factories import NOON

ALICE = Key(role=Role.OPERATOR, name="alice")
PARTNER = Key(role=Role.PARTNER, name="West Lake 旅行", partner_id=3528)
pytestmark = pytest.mark.usefixtures("aws")


@pytest.fixture
def keys() -> KeyTable:
    return KeyTable("KeyTable")


def test_new_key_has_256_bits_in_header_characters() -> None:
    made = {new_key() for _ in range(100)}
    assert len(made) == 100
    assert all(re.fullmatch(r"herald_[A-Za-z0-9_-]{43}", key) for key in made)


@pytest.mark.parametrize("key", [ALICE, PARTNER])
def test_a_key_is_found_by_its_text(keys: KeyTable, key: Key) -> None:
    keys.add(text := new_key(), key, NOON)
    assert keys.find(text) == key
    assert keys.find(text.swapcase()) is None


def test_only_the_hash_is_stored(aws: Aws, keys: KeyTable) -> None:
    keys.add("herald_abc", PARTNER, NOON)
    assert aws.items("KeyTable") == [
        {
            "key_hash": sha256(b"herald_abc").hexdigest(),
            "role": "partner",
            "name": "West Lake 旅行",
            "partner_id": 3528,
            "created_at": "2026-11-23T12:00:00.000Z",
        }
    ]


def test_a_key_does_not_change_hands(keys: KeyTable) -> None:
    keys.add("herald_abc", ALICE, NOON)
    with pytest.raises(ConditionRefused):
        keys.add("herald_abc", PARTNER, NOON)
    assert keys.find("herald_abc") == ALICE


def test_an_addition_that_the_client_repeats_is_one(keys: KeyTable, network: Network) -> None:
    with network.repeats("PutItem"):
        keys.add("herald_abc", ALICE, NOON)
    assert keys.find("herald_abc") == ALICE


def test_key_is_read_consistently(keys: KeyTable, network: Network) -> None:
    keys.find("herald_abc")
    assert network.seen[-1][1]["ConsistentRead"] is True


def test_error_of_dynamodb_is_no_unknown_key(keys: KeyTable, network: Network) -> None:
    with network.breaks("GetItem"), pytest.raises(TableUnavailable):
        keys.find("herald_abc")
    with network.throttles("PutItem"), pytest.raises(TableUnavailable):
        keys.add("herald_abc", ALICE, NOON)


@pytest.mark.parametrize("number", [None, 0, -1, 10**15, 10**38])
def test_partner_key_needs_a_valid_number(number: int | None) -> None:
    with pytest.raises(ValueError, match="is bound to a partner"):
        Key(role=Role.PARTNER, name="lake", partner_id=number)


@pytest.mark.parametrize(
    "stored",
    [
        {"partner_id": {"N": "0"}},
        {"partner_id": {"N": "-1"}},
        {"partner_id": {"N": "1000000000000000"}},
        {"partner_id": {"N": "1e37"}},
        {"partner_id": {"N": "2.5"}},
        {"partner_id": {"S": "abc"}},
        {"partner_id": {"NULL": True}},
        {},
        {"role": {"S": "emperor"}, "partner_id": {"N": "5"}},
    ],
)
def test_a_stored_key_that_cannot_be_used_is_unknown(aws: Aws, keys: KeyTable, stored: dict[str, Any]) -> None:  # noqa: ARG001 - the table
    item = {"key_hash": {"S": hash_of("k")}, "role": {"S": "partner"}, "name": {"S": "lake"}, **stored}
    client().put_item(TableName="KeyTable", Item=item)
    assert keys.find("k") is None
