"""A key is read as it was written, with whatever is known of it."""

from hypothesis import given
from hypothesis import strategies as st

from herald.domain.api_key import MAX_PARTNERS, IssuedKey, Key, Revocation, Role, hash_of
from herald.domain.partner_number import MAX_PARTNER_ID
from herald.store.attribute_values import from_wire, to_wire
from herald.store.items.key_item import from_item, to_item

NUMBERS = st.integers(1, MAX_PARTNER_ID)
NAMES, MOMENTS, DAYS = st.text(min_size=1), st.integers(0, 4_000_000_000_000), st.dates().map(str)
HOLDERS = st.one_of(
    st.builds(Key, role=st.just(Role.PARTNER), name=NAMES, partner_id=NUMBERS),
    st.builds(
        Key,
        role=st.just(Role.PUBLISHER),
        name=NAMES,
        partner_ids=st.lists(NUMBERS, max_size=MAX_PARTNERS).map(tuple),
    ),
    st.builds(Key, role=st.sampled_from([Role.OPERATOR, Role.VIEWER]), name=NAMES),
)
KEYS = st.builds(
    IssuedKey,
    key_hash=st.text().map(hash_of),
    key=HOLDERS,
    created_at=st.none() | MOMENTS,
    created_by=st.none() | NAMES,
    reason=st.none() | NAMES,
    expires_at=st.none() | MOMENTS,
    last_used_on=st.none() | DAYS,
    revoked=st.none() | st.builds(Revocation, at=MOMENTS, by=NAMES, reason=NAMES),
)


@given(KEYS)
def test_a_key_is_read_as_it_was_written(one: IssuedKey) -> None:
    assert from_item(from_wire(to_wire(to_item(one)))) == one
