"""The form of a key, what it may be bound to, and when it is valid."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from herald.domain.api_key import KEPT_FOR, KEY_FORM, IssuedKey, Key, Revocation, Role, day_of, hash_of, new_key
from herald.domain.clock import DAY
from herald.domain.partner_number import MAX_PARTNER_ID
from tests.support.factories import NOON

ALICE = Key(role=Role.OPERATOR, name="alice")
ISSUED = IssuedKey(key_hash=hash_of("k"), key=ALICE, created_at=NOON)
END = Revocation(at=NOON, by="bob", reason="leaked")


@pytest.mark.parametrize("role", Role)
def test_a_new_key_tells_its_role_and_has_256_bits(role: Role) -> None:
    made = {new_key(role) for _ in range(100)}
    assert len(made) == 100
    assert all(re.fullmatch(rf"herald_{role}_[A-Za-z0-9_-]{{43}}", key) for key in made)


@given(st.sampled_from(Role), st.text("\n '\"=:,;", max_size=3), st.text("\n '\"=:,;", max_size=3))
def test_a_scanner_finds_exactly_the_key_in_a_text(role: Role, before: str, after: str) -> None:
    key = new_key(role)
    assert [found[0] for found in re.finditer(KEY_FORM, before + key + after)] == [key]


@pytest.mark.parametrize(
    "text", ["herald_" + "x" * 43, "herald_emperor_" + "x" * 43, "herald_operator_" + "x" * 42, "whsec_" + "x" * 43]
)
def test_a_scanner_takes_nothing_else_for_a_key(text: str) -> None:
    assert not re.search(KEY_FORM, text)


def test_an_id_is_the_beginning_of_the_hash() -> None:
    assert ISSUED.key_id == hash_of("k")[:16]
    assert re.fullmatch(r"[0-9a-f]{16}", ISSUED.key_id)


@pytest.mark.parametrize("number", [None, 0, -1, 10**15, 10**38, True])
def test_partner_key_needs_a_valid_number(number: int | None) -> None:
    with pytest.raises(ValueError, match="is bound to a partner"):
        Key(role=Role.PARTNER, name="lake", partner_id=number)


@pytest.mark.parametrize("numbers", [(0,), (3528, -1), (10**15,), tuple(range(1, 102))])
def test_publisher_key_needs_valid_numbers(numbers: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="100 partners at most"):
        Key(role=Role.PUBLISHER, name="shop", partner_ids=numbers)


def test_a_publisher_key_is_bound_to_a_hundred_partners_at_most() -> None:
    hundred = tuple(range(MAX_PARTNER_ID - 99, MAX_PARTNER_ID + 1))
    assert Key(role=Role.PUBLISHER, name="shop", partner_ids=hundred).partner_ids == hundred


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.VIEWER])
def test_only_a_publisher_key_is_bound_to_several(role: Role) -> None:
    with pytest.raises(ValueError, match="only a publisher"):
        Key(role=role, name="x", partner_ids=(3528,))


@pytest.mark.parametrize(
    ("one", "moment", "valid"),
    [
        (ISSUED, NOON + 10_000 * DAY, True),
        (replace(ISSUED, expires_at=NOON), NOON - 1, True),
        (replace(ISSUED, expires_at=NOON), NOON, False),
        (replace(ISSUED, revoked=END), NOON, False),
        (replace(ISSUED, revoked=END, expires_at=NOON + DAY), NOON, False),
    ],
)
def test_a_key_is_valid_until_it_is_revoked_or_expires(one: IssuedKey, moment: int, valid: bool) -> None:  # noqa: FBT001 - a case's expectation
    assert one.is_valid(moment) is valid


def test_a_key_is_kept_for_a_year_after_its_end() -> None:
    assert ISSUED.removed_at is None
    assert replace(ISSUED, expires_at=NOON + DAY).removed_at == NOON + DAY + KEPT_FOR
    assert replace(ISSUED, expires_at=NOON + DAY, revoked=END).removed_at == NOON + KEPT_FOR


def test_a_day_is_that_of_utc() -> None:
    assert day_of(NOON) == "2026-11-23"
    assert day_of(NOON + DAY // 2 - 1) == "2026-11-23"
    assert day_of(NOON + DAY // 2) == "2026-11-24"
