"""Partners' secrets: encrypted for one partner each, moved from the partner's item by its next write."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import time_machine
from botocore.exceptions import ClientError

from herald.domain.clock import DAY, SECOND
from herald.domain.partner import Partner, register, update_partner
from herald.domain.review.credentials import encrypt_secret, rotate_secret
from herald.store.attribute_values import to_wire
from herald.store.dynamodb import TableUnavailable
from herald.store.encryption import partner_secrets
from herald.store.encryption.kms import SecretsUnavailable
from herald.store.encryption.partner_secrets import KEPT_FOR, PartnerSecrets, SecretMissing
from herald.store.encryption.secret_table import SecretName
from herald.store.partner_table import CACHED_FOR, PartnerConflict, PartnerTable
from tests.support.aws.aws_faults import Network
from tests.support.aws.aws_stack import Aws
from tests.support.factories import NOON, PARTNER_ID, SECRET, a_partner
from tests.support.functions.secrets import secret_table, signing_secrets

NEW, NEWER = "whsec_bmV3", "whsec_bmV3ZXI="
UNTIL = NOON + DAY


@pytest.fixture(autouse=True)
def clock(aws: Aws) -> Iterator[time_machine.Traveller]:  # noqa: ARG001 - the tables
    with time_machine.travel(NOON / SECOND, tick=False) as traveller:
        yield traveller


@pytest.fixture
def table() -> PartnerTable:
    """As whoever writes partners has it."""
    return PartnerTable("PartnerTable", secret_table())


def stored(table: PartnerTable) -> Partner:
    partner = table.get(PARTNER_ID)
    assert partner is not None
    return partner


def in_clear(**changes: Any) -> Partner:
    """A partner as an older version stored it."""
    partner = a_partner(**changes)
    assert PartnerTable("PartnerTable").add(partner)
    return partner


def rotated(before: Partner, secret: str, at: int = NOON, *, force: bool = False) -> Partner:
    return rotate_secret(before, secret, "alice", "once a year", at, force=force)


def items_of_secrets(aws: Aws) -> dict[str, int | None]:
    """The names in SecretTable, and when each is removed (s)."""
    ends = {item["name"]: item.get("expires_at") for item in aws.items("SecretTable")}
    return {name: None if end is None else int(end) for name, end in ends.items()}


# ── What is stored ──


def test_a_new_partners_secret_is_in_no_table_in_clear(aws: Aws, table: PartnerTable) -> None:
    assert table.add(register(a_partner(), "alice", NOON))
    assert SECRET not in repr([aws.items("PartnerTable"), aws.items("SecretTable")])
    assert "secret" not in aws.items("PartnerTable")[0]
    assert stored(table).secret is None
    assert signing_secrets(PARTNER_ID, NOON) == (SECRET,)


def test_a_number_that_is_registered_keeps_its_partner_and_its_secret(table: PartnerTable) -> None:
    assert table.add(register(a_partner(), "alice", NOON))
    assert not table.add(register(a_partner(name="Other", secret=NEW), "bob", NOON))
    assert (stored(table).name, signing_secrets(PARTNER_ID, NOON)) == ("Example Travel", (SECRET,))


def test_a_registration_whose_answer_was_lost_is_one(table: PartnerTable, network: Network) -> None:
    with network.repeats("TransactWriteItems"):
        assert table.add(register(a_partner(), "alice", NOON))
    assert signing_secrets(PARTNER_ID, NOON) == (SECRET,)


def test_neither_partner_nor_secret_is_stored_without_kms(aws: Aws, table: PartnerTable, network: Network) -> None:
    with network.breaks("Encrypt"), pytest.raises(SecretsUnavailable):
        table.add(register(a_partner(), "alice", NOON))
    assert aws.items("PartnerTable") == aws.items("SecretTable") == []


@pytest.mark.parametrize("fault", ["breaks", "throttles"])
def test_neither_is_stored_where_the_transaction_fails(
    aws: Aws, table: PartnerTable, network: Network, fault: str
) -> None:
    with getattr(network, fault)("TransactWriteItems"), pytest.raises(TableUnavailable):
        table.add(register(a_partner(), "alice", NOON))
    assert aws.items("PartnerTable") == aws.items("SecretTable") == []


def test_a_change_without_a_new_secret_writes_one_item(table: PartnerTable, network: Network) -> None:
    table.add(register(a_partner(), "alice", NOON))
    network.seen.clear()
    table.save(before := stored(table), update_partner(before, {"name": "New"}, "bob", "renamed", NOON))
    assert network.operations()[-1] == "UpdateItem"
    assert not {"Encrypt", "Decrypt", "Query"} & set(network.operations())
    assert signing_secrets(PARTNER_ID, NOON) == (SECRET,)


# ── A rotation ──


def test_for_a_day_both_secrets_sign_and_then_the_replaced_one_is_hidden_and_removed(
    aws: Aws, table: PartnerTable
) -> None:
    table.add(register(a_partner(), "alice", NOON))
    table.save(before := stored(table), rotated(before, NEW))
    assert [signing_secrets(PARTNER_ID, at) for at in (NOON, UNTIL - 1, UNTIL)] == [
        (NEW, SECRET),
        (NEW, SECRET),
        (NEW,),
    ]
    assert items_of_secrets(aws) == {"signing": None, "signing-before": UNTIL // SECOND}


def test_a_rotation_encrypts_the_new_secret_and_decrypts_none(table: PartnerTable, network: Network) -> None:
    """The replaced one is copied as it is."""
    table.add(register(a_partner(), "alice", NOON))
    network.seen.clear()
    table.save(before := stored(table), rotated(before, NEW))
    assert [one for one in network.operations() if one in {"Encrypt", "Decrypt"}] == ["Encrypt"]


def test_a_forced_rotation_ends_the_oldest_secret(table: PartnerTable) -> None:
    table.add(register(a_partner(), "alice", NOON))
    table.save(before := stored(table), rotated(before, NEW))
    table.save(before := stored(table), rotated(before, NEWER, force=True))
    assert signing_secrets(PARTNER_ID, NOON) == (NEWER, NEW)


def test_of_two_rotations_at_once_one_is_refused_and_stores_no_secret(table: PartnerTable) -> None:
    table.add(register(a_partner(), "alice", NOON))
    before = stored(table)
    table.save(before, rotated(before, NEW))
    with pytest.raises(PartnerConflict) as refused:
        table.save(before, rotated(before, NEWER, NOON + SECOND))
    assert refused.value.current == stored(table)
    assert signing_secrets(PARTNER_ID, NOON) == (NEW, SECRET)


def test_a_rotation_whose_answer_was_lost_is_one(table: PartnerTable, network: Network) -> None:
    table.add(register(a_partner(), "alice", NOON))
    before = stored(table)
    with network.repeats("TransactWriteItems"):
        table.save(before, rotated(before, NEW))
    assert signing_secrets(PARTNER_ID, NOON) == (NEW, SECRET)


# ── Partners of an older version ──


def test_a_secret_in_clear_signs_without_kms(network: Network) -> None:
    in_clear(previous_secret=NEW, previous_secret_until=UNTIL)
    assert signing_secrets(PARTNER_ID, NOON) == (SECRET, NEW)
    assert "Decrypt" not in network.operations()


def test_the_next_write_moves_both_secrets(aws: Aws, table: PartnerTable) -> None:
    in_clear(previous_secret=NEW, previous_secret_until=UNTIL)
    table.save(before := stored(table), update_partner(before, {"name": "New"}, "bob", "renamed", NOON))
    assert not {"secret", "previous_secret"} & aws.items("PartnerTable")[0].keys()
    assert [signing_secrets(PARTNER_ID, at) for at in (NOON, UNTIL)] == [(SECRET, NEW), (SECRET,)]
    assert items_of_secrets(aws) == {"signing": None, "signing-before": UNTIL // SECOND}


def test_a_replaced_secret_whose_day_is_over_is_not_moved(aws: Aws, table: PartnerTable) -> None:
    in_clear(previous_secret=NEW, previous_secret_until=NOON)
    table.save(before := stored(table), encrypt_secret(before, "bob", "update", NOON))
    assert items_of_secrets(aws) == {"signing": None}
    assert NEW not in repr(aws.items("PartnerTable"))


def test_a_rotation_moves_the_replaced_secret_from_the_partner(aws: Aws, table: PartnerTable) -> None:
    in_clear()
    table.save(before := stored(table), rotated(before, NEW))
    assert signing_secrets(PARTNER_ID, NOON) == (NEW, SECRET)
    assert "whsec_" not in repr(aws.items("PartnerTable"))


def test_a_refused_move_leaves_the_partner_as_it_is(aws: Aws, table: PartnerTable) -> None:
    before = in_clear()
    PartnerTable("PartnerTable").save(before, update_partner(before, {"name": "New"}, "bob", "renamed", NOON))
    with pytest.raises(PartnerConflict):
        table.save(before, encrypt_secret(before, "bob", "update", NOON + SECOND))
    assert aws.items("SecretTable") == []
    assert signing_secrets(PARTNER_ID, NOON) == (SECRET,)


# ── Who reads them ──


def test_what_is_encrypted_for_one_partner_does_not_decrypt_for_another(table: PartnerTable) -> None:
    table.add(register(a_partner(), "alice", NOON))
    secret = secret_table().of_partner(PARTNER_ID)[SecretName.SIGNING]
    with pytest.raises(ClientError, match="InvalidCiphertext"):
        secret_table().decrypt(PARTNER_ID + 1, secret)


def test_secrets_are_kept_as_long_as_a_partner_is(table: PartnerTable, network: Network) -> None:
    assert KEPT_FOR == CACHED_FOR
    table.add(register(a_partner(), "alice", NOON))
    secrets, partner = PartnerSecrets(secret_table()), stored(table)
    network.seen.clear()
    for at in (NOON, NOON + KEPT_FOR - 1, NOON + KEPT_FOR, NOON + KEPT_FOR + 1):
        assert secrets.of(partner, at).signing(at) == (SECRET,)
    assert network.operations() == ["Query", "Decrypt"] * 2


def test_a_rotation_is_seen_as_soon_as_the_partner_is(table: PartnerTable) -> None:
    table.add(register(a_partner(), "alice", NOON))
    secrets, before = PartnerSecrets(secret_table()), stored(table)
    assert secrets.of(before, NOON).signing(NOON) == (SECRET,)
    table.save(before, rotated(before, NEW))
    assert secrets.of(stored(table), NOON).signing(NOON) == (NEW, SECRET)


def test_a_replaced_secret_that_is_kept_stops_at_its_moment(table: PartnerTable) -> None:
    table.add(register(a_partner(), "alice", NOON))
    table.save(before := stored(table), rotated(before, NEW))
    secrets, partner = PartnerSecrets(secret_table()), stored(table)
    assert [secrets.of(partner, at).signing(at) for at in (UNTIL - 1, UNTIL)] == [(NEW, SECRET), (NEW,)]


def test_no_more_partners_are_kept_than_memory_is_meant_for(
    table: PartnerTable, network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(partner_secrets, "MAX_KEPT", 2)
    for number in (1, 2, 3):
        table.add(register(a_partner(number), "alice", NOON))
    secrets, partners = PartnerSecrets(secret_table()), {one.partner_id: one for one in table.all()}
    for number in (1, 2, 3, 3, 2, 1):  # the third one took the first one's place
        secrets.of(partners[number], NOON)
    assert network.operations().count("Decrypt") == 4


@pytest.mark.parametrize("operation", ["Query", "Decrypt"])
def test_what_cannot_be_read_now_is_said_so_and_not_kept(table: PartnerTable, network: Network, operation: str) -> None:
    table.add(register(a_partner(), "alice", NOON))
    secrets, partner = PartnerSecrets(secret_table()), stored(table)
    with network.breaks(operation), pytest.raises(TableUnavailable):
        secrets.of(partner, NOON)
    assert secrets.of(partner, NOON).signing(NOON) == (SECRET,)


@pytest.mark.parametrize(
    "code", ["DisabledException", "KMSInvalidStateException", "AccessDeniedException", "KMSInternalException"]
)
def test_a_key_that_cannot_be_used_now_is_no_fault_of_what_is_stored(
    table: PartnerTable, network: Network, code: str
) -> None:
    """Disabled, about to be deleted, without permission: people correct that, and nothing stored changes."""
    table.add(register(a_partner(), "alice", NOON))
    with network.refuses("Decrypt", code), pytest.raises(SecretsUnavailable, match=code):
        signing_secrets(PARTNER_ID, NOON)
    assert signing_secrets(PARTNER_ID, NOON) == (SECRET,)


def test_what_a_later_version_stores_beside_the_secrets_is_left_alone(aws: Aws, table: PartnerTable) -> None:
    table.add(register(a_partner(), "alice", NOON))
    other = {"partner_id": PARTNER_ID, "name": "something new", "encrypted": b"x"}
    aws.dynamodb.put_item(TableName="SecretTable", Item=to_wire(other))
    assert signing_secrets(PARTNER_ID, NOON) == (SECRET,)


def test_a_secret_that_is_missing_is_said_to_be() -> None:
    assert PartnerTable("PartnerTable").add(replace(a_partner(), secret=None))
    with pytest.raises(SecretMissing, match=str(PARTNER_ID)):
        signing_secrets(PARTNER_ID, NOON)
