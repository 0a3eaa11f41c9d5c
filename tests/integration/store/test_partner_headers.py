"""Values of a partner's own headers: encrypted one by one, moved by the next write, removed at once."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest
import time_machine
from botocore.exceptions import ClientError

from herald.domain.clock import SECOND
from herald.domain.limits.extra_headers import MAX_HEADERS, MAX_NAME, MAX_VALUE
from herald.domain.partner import Partner, register, update_partner
from herald.domain.review.credentials import encrypt_secret, rotate_secret
from herald.store.attribute_values import to_wire
from herald.store.dynamodb import TableUnavailable, client
from herald.store.encryption import kms
from herald.store.encryption.partner_secrets import KEPT_FOR, PartnerSecrets, SecretMissing
from herald.store.partner_table import PartnerConflict, PartnerTable
from tests.support.aws.aws_faults import Network
from tests.support.aws.aws_stack import Aws
from tests.support.factories import NOON, PARTNER_ID, SECRET, a_partner
from tests.support.functions.secrets import header_values, secret_table, signing_secrets

KEY, OTHER = "k-5f2c-value", "k-77aa-value"
LONGEST = {f"X-{n:0>{MAX_NAME - 2}}": str(n) * MAX_VALUE for n in range(MAX_HEADERS)}

CONFLICT = [{"Code": "TransactionConflict"}, {"Code": "None"}, {"Code": "None"}]


@pytest.fixture(autouse=True)
def clock(aws: Aws) -> Iterator[time_machine.Traveller]:  # noqa: ARG001 - the tables
    with time_machine.travel(NOON / SECOND, tick=False) as traveller:
        yield traveller


@pytest.fixture
def table() -> PartnerTable:
    """As whoever writes partners has it, with one partner."""
    table = PartnerTable("PartnerTable", secret_table())
    assert table.add(register(a_partner(), "alice", NOON))
    return table


def stored(table: PartnerTable) -> Partner:
    partner = table.get(PARTNER_ID)
    assert partner is not None
    return partner


def changed(before: Partner, headers: Mapping[str, str | None], at: int = NOON) -> Partner:
    return update_partner(before, {"headers": headers}, "alice", "its gateway asks for it", at)


def change(table: PartnerTable, headers: Mapping[str, str | None]) -> None:
    table.save(before := stored(table), changed(before, headers))


def in_clear(**changes: Any) -> Partner:
    """A partner as an older version stored it."""
    partner = a_partner(2, **changes)
    assert PartnerTable("PartnerTable").add(partner)
    return partner


def names(aws: Aws) -> set[str]:
    """What SecretTable has of partner 3528."""
    return {item["name"] for item in aws.items("SecretTable") if item["partner_id"] == PARTNER_ID}


# ── What is stored ──


def test_a_value_is_in_no_table_in_clear_and_the_partner_has_the_name(aws: Aws, table: PartnerTable) -> None:
    change(table, {"X-Api-Key": KEY, "X-Zone": "5"})
    [item] = aws.items("PartnerTable")
    assert ("headers" in item, item["header_names"]) == (False, ["X-Api-Key", "X-Zone"])
    assert KEY not in repr([item, aws.items("SecretTable")])
    assert names(aws) == {"signing", "header:x-api-key", "header:x-zone"}
    assert stored(table).headers == {"X-Api-Key": None, "X-Zone": None}
    assert header_values(PARTNER_ID, NOON) == {"X-Api-Key": KEY, "X-Zone": "5"}


def test_the_longest_ten_headers_are_encrypted_each_by_itself(table: PartnerTable) -> None:
    """Together they are too long for KMS, one by one they are not."""
    assert len(json.dumps(LONGEST)) > kms.MAX_BYTES >= MAX_VALUE
    change(table, LONGEST)
    assert header_values(PARTNER_ID, NOON) == LONGEST


def test_kms_takes_texts_of_this_length_at_most() -> None:
    assert kms.client().meta.service_model.shape_for("PlaintextType").metadata["max"] == kms.MAX_BYTES


def test_a_change_of_one_header_encrypts_one_value_and_decrypts_none(table: PartnerTable, network: Network) -> None:
    change(table, {"X-Api-Key": KEY, "X-Zone": "5"})
    before = stored(table)
    network.seen.clear()
    table.save(before, changed(before, {"X-Zone": "6"}))
    assert network.operations() == ["Encrypt", "TransactWriteItems"]
    assert header_values(PARTNER_ID, NOON) == {"X-Api-Key": KEY, "X-Zone": "6"}


def test_the_same_header_in_another_case_takes_its_place(aws: Aws, table: PartnerTable) -> None:
    change(table, {"X-Api-Key": KEY})
    change(table, {"x-api-key": OTHER})
    assert names(aws) == {"signing", "header:x-api-key"}
    assert header_values(PARTNER_ID, NOON) == {"x-api-key": OTHER}


def test_a_removed_header_is_gone_from_the_table_at_once(aws: Aws, table: PartnerTable) -> None:
    change(table, {"X-Api-Key": KEY, "X-Zone": "5"})
    change(table, {"X-Api-Key": None})
    assert names(aws) == {"signing", "header:x-zone"}
    change(table, {"x-zone": None})
    assert names(aws) == {"signing"}
    assert "header_names" not in aws.items("PartnerTable")[0]
    assert header_values(PARTNER_ID, NOON) == {}


def test_a_rotation_leaves_headers_as_they_are(table: PartnerTable) -> None:
    change(table, {"X-Api-Key": KEY})
    table.save(before := stored(table), rotate_secret(before, "whsec_bmV3", "bob", "yearly", NOON))
    assert header_values(PARTNER_ID, NOON) == {"X-Api-Key": KEY}
    assert signing_secrets(PARTNER_ID, NOON) == ("whsec_bmV3", SECRET)


# ── All or nothing ──


def test_nothing_is_changed_without_kms(aws: Aws, table: PartnerTable, network: Network) -> None:
    change(table, {"X-Old": OTHER})
    before = aws.items("PartnerTable"), aws.items("SecretTable")
    with network.breaks("Encrypt"), pytest.raises(kms.SecretsUnavailable):
        change(table, {"X-Api-Key": KEY, "X-Zone": "5", "X-Old": None})
    assert (aws.items("PartnerTable"), aws.items("SecretTable")) == before


def test_a_removal_needs_no_kms(table: PartnerTable, network: Network) -> None:
    change(table, {"X-Api-Key": KEY, "X-Zone": "5"})
    with network.breaks("Encrypt"), network.breaks("Decrypt"):
        change(table, {"X-Zone": None})
    assert header_values(PARTNER_ID, NOON) == {"X-Api-Key": KEY}


@pytest.mark.parametrize("first", ["rotation", "headers"])
def test_of_a_rotation_and_a_change_of_headers_at_once_one_is_refused_whole(table: PartnerTable, first: str) -> None:
    change(table, {"X-Api-Key": KEY})
    before = stored(table)
    both = [
        rotate_secret(before, "whsec_bmV3", "bob", "yearly", NOON + 1),
        changed(before, {"X-Api-Key": OTHER, "X-Zone": "5"}, NOON + 2),
    ]
    for one, after in zip((True, False), both if first == "rotation" else reversed(both), strict=True):
        if one:
            table.save(before, after)
        else:
            with pytest.raises(PartnerConflict):
                table.save(before, after)
    rotated = first == "rotation"
    assert signing_secrets(PARTNER_ID, NOON) == (("whsec_bmV3", SECRET) if rotated else (SECRET,))
    assert header_values(PARTNER_ID, NOON) == ({"X-Api-Key": KEY} if rotated else {"X-Api-Key": OTHER, "X-Zone": "5"})


def test_a_change_whose_answer_was_lost_is_one(table: PartnerTable, network: Network) -> None:
    change(table, {"X-Old": OTHER})
    with network.repeats("TransactWriteItems"):
        change(table, {"X-Api-Key": KEY, "X-Old": None})
    assert header_values(PARTNER_ID, NOON) == {"X-Api-Key": KEY}


def test_a_writer_that_holds_the_item_at_that_moment_makes_it_unavailable_and_no_conflict(
    table: PartnerTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    """TransactionConflict: for example a deliverer that counts an outage. The same request succeeds a moment later."""
    cancelled: Any = {"Error": {"Code": "TransactionCanceledException"}, "CancellationReasons": CONFLICT}
    error = ClientError(cancelled, "TransactWriteItems")
    with monkeypatch.context() as patch:
        patch.setattr(client(), "transact_write_items", lambda **_: (_ for _ in ()).throw(error))
        with pytest.raises(TableUnavailable):
            change(table, {"X-Api-Key": KEY})
    change(table, {"X-Api-Key": KEY})
    assert header_values(PARTNER_ID, NOON) == {"X-Api-Key": KEY}


# ── Partners of an older version ──


def test_values_in_clear_are_sent_without_kms(network: Network) -> None:
    in_clear(headers={"X-Api-Key": KEY})
    assert header_values(2, NOON) == {"X-Api-Key": KEY}
    assert not {"Query", "Decrypt"} & set(network.operations())


@pytest.mark.parametrize("secret", [SECRET, None])
def test_the_next_write_moves_the_values(aws: Aws, secret: str | None) -> None:
    """Also where the signing secret was moved before."""
    table, before = PartnerTable("PartnerTable", secret_table()), in_clear(secret=SECRET)
    if secret is None:
        table.save(before, before := encrypt_secret(before, "bob", "update", NOON))
    before = replace(before, secret=secret)
    PartnerTable("PartnerTable").save(before, after := changed(before, {"X-Api-Key": KEY, "X-Zone": "5"}))
    assert header_values(2, NOON) == {"X-Api-Key": KEY, "X-Zone": "5"}
    table.save(after, encrypt_secret(after, "bob", "update", NOON))
    [item] = aws.items("PartnerTable")
    assert ({"headers", "secret"} & item.keys(), item["header_names"]) == (set(), ["X-Api-Key", "X-Zone"])
    assert header_values(2, NOON) == {"X-Api-Key": KEY, "X-Zone": "5"}
    assert signing_secrets(2, NOON) == (SECRET,)


def test_what_an_older_version_sets_beside_encrypted_headers_counts(table: PartnerTable) -> None:
    """During a gradual rollout it knows nothing of `header_names`, and leaves them."""
    change(table, {"X-Api-Key": KEY, "X-Zone": "5"})
    update = {
        "Key": to_wire({"partner_id": PARTNER_ID}),
        "UpdateExpression": "SET headers = :new ADD version :one",
        "ExpressionAttributeValues": to_wire({":new": {"X-Zone": "6", "X-New": "7"}, ":one": 1}),
    }
    client().update_item(TableName="PartnerTable", **update)  # type: ignore[arg-type] # its arguments
    assert header_values(PARTNER_ID, NOON) == {"X-Api-Key": KEY, "X-Zone": "6", "X-New": "7"}
    table.save(before := stored(table), encrypt_secret(before, "bob", "update", NOON))
    assert header_values(PARTNER_ID, NOON) == {"X-Api-Key": KEY, "X-Zone": "6", "X-New": "7"}


# ── Who reads them ──


def test_values_are_kept_as_long_as_signing_secrets(table: PartnerTable, network: Network) -> None:
    change(table, {"X-Api-Key": KEY, "X-Zone": "5"})
    secrets, partner = PartnerSecrets(secret_table()), stored(table)
    network.seen.clear()
    for at in (NOON, NOON + KEPT_FOR - 1, NOON + KEPT_FOR):
        assert secrets.of(partner, at).headers == {"X-Api-Key": KEY, "X-Zone": "5"}
    assert network.operations() == ["Query", "Decrypt", "Decrypt", "Decrypt"] * 2


def test_who_needs_only_what_signs_decrypts_no_header(table: PartnerTable, network: Network) -> None:
    change(table, {"X-Api-Key": KEY})
    secrets = PartnerSecrets(secret_table(), headers=False).of(stored(table), NOON)
    assert (secrets.signing(NOON), secrets.headers) == ((SECRET,), {})
    assert network.operations().count("Decrypt") == 1


def test_one_value_of_many_that_cannot_be_decrypted_now_makes_all_unavailable(
    table: PartnerTable, network: Network
) -> None:
    change(table, LONGEST)
    with network.throttles("Decrypt"), pytest.raises(kms.SecretsUnavailable):
        header_values(PARTNER_ID, NOON)


def test_a_value_that_is_missing_is_said_to_be_and_what_nobody_names_is_not_sent(aws: Aws, table: PartnerTable) -> None:
    """As after a restore in which one table is older than the other."""
    change(table, {"X-Api-Key": KEY})
    old = next(item for item in aws.items("SecretTable") if item["name"] == "header:x-api-key")
    change(table, {"X-Api-Key": None, "X-Zone": "5"})
    client().put_item(TableName="SecretTable", Item=to_wire(old))
    assert header_values(PARTNER_ID, NOON) == {"X-Zone": "5"}
    client().delete_item(TableName="SecretTable", Key=to_wire({"partner_id": PARTNER_ID, "name": "header:x-zone"}))
    with pytest.raises(SecretMissing, match="header:x-zone"):
        header_values(PARTNER_ID, NOON)


def test_no_text_of_the_program_shows_a_decrypted_secret(table: PartnerTable) -> None:
    change(table, {"X-Api-Key": KEY})
    shown = repr(PartnerSecrets(secret_table()).of(stored(table), NOON))
    assert KEY not in shown
    assert SECRET not in shown
