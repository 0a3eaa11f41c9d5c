"""A source's token, its changes, and what its sender's requests must have."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from herald.contract.envelope import Sender, parse_envelope, parse_inbound
from herald.domain.clock import DAY
from herald.domain.sources.changes import SourceRefused, register_source, rotate_token
from herald.domain.sources.proof_rules import cidr_flaw, has_header, header_flaw, is_within
from herald.domain.sources.source import Source, SourceState, is_token_of
from herald.domain.sources.token import TOKEN_FORM, hash_of_token, new_source_id, new_token, source_id_of
from tests.support.factories import NOON, PAYLOAD

ID = "0f1e2d3c4b5a6978"


def a_source(token: str) -> Source:
    new = Source(source_id=ID, name="x", partner_id=3528, state=SourceState.ACTIVE, token_hash=hash_of_token(token))
    return register_source(new, "alice", "new", NOON)


def test_a_token_names_its_source_and_has_256_bits() -> None:
    tokens = {new_token(ID) for _ in range(100)}
    assert len(tokens) == 100
    assert {source_id_of(token) for token in tokens} == {ID}
    assert all(re.fullmatch(TOKEN_FORM, token) for token in tokens)


@given(st.text(max_size=90))
def test_another_text_names_no_source(text: str) -> None:
    if not re.fullmatch(TOKEN_FORM, text):
        assert source_id_of(text) == "0" * 16


def test_ids_are_of_their_own() -> None:
    assert len({new_source_id() for _ in range(1000)}) == 1000


def test_only_its_own_token_opens_a_source() -> None:
    token = new_token(ID)
    source = a_source(token)
    assert is_token_of(source, token, NOON)
    for other in (new_token(ID), token[:-1], f"{token}x", "", "\ud800", "0" * 64):
        assert not is_token_of(source, other, NOON)
        assert not is_token_of(None, other, NOON)


def test_both_tokens_open_it_for_a_day_and_by_force_the_new_one_alone() -> None:
    first, second, third = (new_token(ID) for _ in range(3))
    rotated = rotate_token(a_source(first), hash_of_token(second), "alice", "yearly", NOON)
    opens = [is_token_of(rotated, token, NOON + DAY - 1) for token in (first, second)]
    assert opens == [True, True]
    assert [is_token_of(rotated, token, NOON + DAY) for token in (first, second)] == [False, True]
    with pytest.raises(SourceRefused, match="still accepted until"):
        rotate_token(rotated, hash_of_token(third), "alice", "again", NOON + DAY - 1)
    forced = rotate_token(rotated, hash_of_token(third), "alice", "leaked", NOON, force=True)
    assert [is_token_of(forced, token, NOON) for token in (first, second, third)] == [False, False, True]


@pytest.mark.parametrize("text", ["203.0.113.7", "203.0.113.0/24", "2001:db8::/32"])
def test_a_network_is_accepted(text: str) -> None:
    assert cidr_flaw(text) is None


@pytest.mark.parametrize("text", ["", "x", "203.0.113.7/24", "203.0.113.0/33", "0.0.0.0/0", "::/0", "203.0.113"])
def test_what_is_no_network_of_a_sender_is_refused(text: str) -> None:
    assert cidr_flaw(text) is not None


@pytest.mark.parametrize("text", ["::ffff:203.0.113.0/120", "::ffff:203.0.113.7", "fe80::%eth0/64"])
def test_a_network_in_which_no_senders_address_can_be_is_refused(text: str) -> None:
    assert cidr_flaw(text) is not None


@pytest.mark.parametrize(
    ("address", "within"),
    [("203.0.113.255", True), ("203.0.114.0", False), ("2001:db8::1", True), ("::1", False), ("", False), ("x", False)],
)
def test_an_address_is_within_a_network_of_its_own_family(address: str, within: bool) -> None:  # noqa: FBT001 - a row
    assert is_within(("203.0.113.0/24", "2001:db8::/32"), address) is within


@pytest.mark.parametrize(
    "name", ["Host", "content-length", "X-Forwarded-For", "webhook-signature", "Cookie", "X Y", ""]
)
def test_a_header_that_proves_nothing_is_refused(name: str) -> None:
    assert header_flaw(name, "value") is not None


@pytest.mark.parametrize("value", ["", " x", "x ", "x\n", "é", "x" * 1025])
def test_a_value_that_arrives_otherwise_is_refused_and_not_told(value: str) -> None:
    assert "é" not in str(header_flaw("X-Token", value))
    assert header_flaw("X-Token", value) is not None


def test_a_header_has_exactly_the_value() -> None:
    assert header_flaw("X-Token", "a value") is None
    assert has_header({"x-token": "a value"}, "X-Token", "a value")
    for headers in ({}, {"x-token": "A value"}, {"x-token": "a value,a value"}, {"x-token": "\ud800"}):
        assert not has_header(headers, "X-Token", "a value")


def test_ids_of_two_sources_and_of_a_publisher_never_collide() -> None:
    ids = [parse_envelope(PAYLOAD).id, *(parse_envelope(PAYLOAD, Sender(one * 16, 3528)).id for one in "ab")]
    assert len({str(one) for one in ids}) == 3
    assert {(one.partner_id, one.order_id) for one in ids} == {(3528, "test158585")}


def test_a_test_of_the_address_is_no_notification() -> None:
    assert parse_inbound('{"method":"testNotify","body":{}}', Sender(ID, 3528)) is None
    assert parse_inbound(PAYLOAD, Sender(ID, 3528)) == parse_envelope(PAYLOAD, Sender(ID, 3528))
