"""API keys are stored as hashes only, are revoked once, and note the day of their last use."""

from hashlib import sha256
from typing import Any

import pytest

from herald.domain.api_key import KEPT_FOR, IssuedKey, Key, Revocation, Role, hash_of, new_key
from herald.domain.clock import DAY, SECOND, iso
from herald.store.dynamodb import ConditionRefused, TableUnavailable, client
from herald.store.key_table import KeyConflict, KeyTable
from tests.support.aws.aws_faults import Network
from tests.support.aws.aws_stack import Aws
from tests.support.factories import NOON

ALICE = Key(role=Role.OPERATOR, name="alice")
PARTNER = Key(role=Role.PARTNER, name="West Lake 旅行", partner_id=3528)
BOUND = Key(role=Role.PUBLISHER, name="shop", partner_ids=(3528, 3529))
pytestmark = pytest.mark.usefixtures("aws")


@pytest.fixture
def keys() -> KeyTable:
    return KeyTable("KeyTable")


def found(keys: KeyTable, text: str) -> IssuedKey:
    """The key with this text, which must be there."""
    one = keys.find(text)
    assert one is not None
    return one


@pytest.mark.parametrize("key", [ALICE, PARTNER, BOUND])
def test_a_key_is_found_by_its_text(keys: KeyTable, key: Key) -> None:
    issued = keys.add(text := new_key(key.role), key, NOON, by="bob", reason="new", expires_at=NOON + DAY)
    assert keys.find(text) == issued
    assert (issued.key, issued.created_by, issued.expires_at) == (key, "bob", NOON + DAY)
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
    assert found(keys, "herald_abc").key == ALICE


def test_an_addition_that_the_client_repeats_is_one(keys: KeyTable, network: Network) -> None:
    with network.repeats("PutItem"):
        keys.add("herald_abc", BOUND, NOON, expires_at=NOON + DAY)
    assert found(keys, "herald_abc").key == BOUND


def test_keys_are_read_consistently(keys: KeyTable, network: Network) -> None:
    keys.find("herald_abc")
    list(keys.all())
    assert [asked["ConsistentRead"] for _, asked in network.seen[-2:]] == [True, True]


def test_error_of_dynamodb_is_no_unknown_key(keys: KeyTable, network: Network) -> None:
    with network.breaks("GetItem"), pytest.raises(TableUnavailable):
        keys.find("herald_abc")
    with network.throttles("PutItem"), pytest.raises(TableUnavailable):
        keys.add("herald_abc", ALICE, NOON)


UNUSABLE: list[dict[str, Any]] = [
    {"partner_id": {"N": "0"}},
    {"partner_id": {"N": "-1"}},
    {"partner_id": {"N": "1000000000000000"}},
    {"partner_id": {"N": "1e37"}},
    {"partner_id": {"N": "2.5"}},
    {"partner_id": {"S": "abc"}},
    {"partner_id": {"NULL": True}},
    {},
    {"role": {"S": "emperor"}, "partner_id": {"N": "5"}},
    {"role": {"S": "publisher"}, "partner_ids": {"L": []}},
    {"role": {"S": "publisher"}, "partner_ids": {"N": "3528"}},
    {"role": {"S": "publisher"}, "partner_ids": {"L": [{"S": "3528"}]}},
    {"role": {"S": "publisher"}, "partner_ids": {"L": [{"N": "2.5"}]}},
    {"role": {"S": "operator"}, "partner_ids": {"L": [{"N": "3528"}]}},
    {"role": {"S": "operator"}, "expires_at": {"S": "soon"}},
    {"role": {"S": "operator"}, "revoked_at": {"S": "2026-11-23T12:00:00.000Z"}},
]


@pytest.mark.parametrize("stored", UNUSABLE)
def test_a_stored_key_that_cannot_be_used_is_unknown(keys: KeyTable, stored: dict[str, Any]) -> None:
    item = {"key_hash": {"S": hash_of("k")}, "role": {"S": "partner"}, "name": {"S": "lake"}, **stored}
    client().put_item(TableName="KeyTable", Item=item)
    assert keys.find("k") is None
    assert list(keys.all()) == []


@pytest.mark.parametrize("created_at", [{}, {"created_at": {"S": "long ago"}}, {"created_at": {"N": "5"}}])
def test_a_key_of_an_earlier_version_is_usable(keys: KeyTable, created_at: dict[str, Any]) -> None:
    item = {"key_hash": {"S": hash_of("k")}, "role": {"S": "publisher"}, "name": {"S": "shop"}, **created_at}
    client().put_item(TableName="KeyTable", Item=item)
    assert found(keys, "k") == IssuedKey(key_hash=hash_of("k"), key=Key(role=Role.PUBLISHER, name="shop"))


def test_a_revoked_key_stays_with_who_when_and_why(aws: Aws, keys: KeyTable) -> None:
    issued = keys.add("k", ALICE, NOON)
    keys.revoke(issued, "bob", "leaked", NOON + SECOND)
    one = found(keys, "k")
    assert one.revoked == Revocation(at=NOON + SECOND, by="bob", reason="leaked")
    assert not one.is_valid(NOON + SECOND)
    (item,) = aws.items("KeyTable")
    assert item["remove_at"] == (NOON + SECOND + KEPT_FOR) // SECOND


def test_a_key_with_an_end_is_removed_a_year_after_it(aws: Aws, keys: KeyTable) -> None:
    keys.add("k", ALICE, NOON, expires_at=NOON + DAY)
    (item,) = aws.items("KeyTable")
    assert (item["expires_at"], item["remove_at"]) == (iso(NOON + DAY), (NOON + DAY + KEPT_FOR) // SECOND)


def test_a_second_revocation_changes_nothing(keys: KeyTable) -> None:
    issued = keys.add("k", ALICE, NOON)
    first = keys.revoke(issued, "bob", "leaked", NOON)
    with pytest.raises(KeyConflict) as refused:
        keys.revoke(issued, "carol", "left", NOON + SECOND)
    assert refused.value.current == first == found(keys, "k")


def test_a_revocation_that_the_client_repeats_is_one(keys: KeyTable, network: Network) -> None:
    issued = keys.add("k", ALICE, NOON)
    with network.repeats("UpdateItem"):
        revoked = keys.revoke(issued, "bob", "leaked", NOON)
    assert found(keys, "k") == revoked


def test_a_removed_key_is_not_made_again_by_a_write(aws: Aws, keys: KeyTable) -> None:
    gone = IssuedKey(key_hash=hash_of("k"), key=ALICE)
    with pytest.raises(KeyConflict) as refused:
        keys.revoke(gone, "bob", "leaked", NOON)
    assert refused.value.current is None
    keys.note_use(gone, NOON)
    assert aws.items("KeyTable") == []


def test_a_day_of_use_never_goes_back(keys: KeyTable) -> None:
    issued = keys.add("k", ALICE, NOON)
    days = []
    for moment in (NOON, NOON + DAY, NOON, NOON + DAY):
        keys.note_use(issued, moment)
        days.append(found(keys, "k").last_used_on)
    assert days == ["2026-11-23", "2026-11-24", "2026-11-24", "2026-11-24"]


def test_a_use_is_noted_with_one_try(keys: KeyTable, network: Network) -> None:
    issued = keys.add("k", ALICE, NOON)
    before = len(network.seen)
    with network.breaks("UpdateItem"), pytest.raises(TableUnavailable):
        keys.note_use(issued, NOON)
    assert network.operations()[before:] == ["UpdateItem"]


def test_the_keys_of_a_partner_are_its_query_keys_that_are_not_revoked(keys: KeyTable) -> None:
    mine = keys.add("a", PARTNER, NOON)
    keys.revoke(keys.add("b", PARTNER, NOON), "bob", "rotated", NOON)
    keys.add("c", Key(role=Role.PARTNER, name="other", partner_id=3529), NOON)
    keys.add("d", BOUND, NOON)
    assert keys.of_partner(3528) == [mine]


def test_a_key_is_found_by_its_id(keys: KeyTable) -> None:
    issued = keys.add("k", ALICE, NOON)
    assert keys.by_id(issued.key_id) == issued
    assert keys.by_id("0" * 16) is None
