"""Headers of a partner's own: any name and value of RFC 9110, but none of Herald's or of the connection."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from herald.domain.limits.extra_headers import (
    MAX_HEADERS,
    MAX_NAME,
    MAX_VALUE,
    HeaderRefused,
    change_headers,
    check_headers,
    names_of_changes,
)

SECRET = "k-5f2c-secret"


@pytest.mark.parametrize("name", ["X-Api-Key", "Authorization", "x", "Cookie", "X_1", "a" * MAX_NAME])
@pytest.mark.parametrize("value", ["x", "Bearer a.b-c_d~e+f/g=", "two words", "a\tb", "v" * MAX_VALUE])
def test_a_name_and_a_value_of_the_standard_are_accepted(name: str, value: str) -> None:
    check_headers({name: value})


@pytest.mark.parametrize(
    "name",
    [
        *("Content-Type", "content-length", "Content-Encoding", "HOST", "User-Agent", "Accept-Encoding", "Date"),
        *("webhook-id", "Webhook-Signature", "webhook-anything", "herald-round", "Herald-New"),
        *("Transfer-Encoding", "Connection", "TE", "Trailer", "Upgrade", "Expect", "Keep-Alive", "Proxy-Connection"),
    ],
)
def test_what_herald_sets_or_what_frames_the_message_is_refused(name: str) -> None:
    with pytest.raises(HeaderRefused, match=name):
        check_headers({name: SECRET})


@pytest.mark.parametrize(
    "name", ["", " ", "X Key", "X:Key", "X\r\nHost", "caf\xe9", "X-Key\n", "a" * (MAX_NAME + 1), "(x)"]
)
def test_what_is_no_token_is_no_name(name: str) -> None:
    with pytest.raises(HeaderRefused, match="no header's name"):
        check_headers({name: SECRET})


@pytest.mark.parametrize(
    "value", ["", " ", " x", "x ", "x\r\nHost: y", "x\n", "x\x00y", "x\x7f", "鑰匙", "caf\xe9", "v" * (MAX_VALUE + 1)]
)
def test_a_refused_value_is_not_told(value: str) -> None:
    with pytest.raises(HeaderRefused) as refused:
        check_headers({"X-Api-Key": value})
    assert "`X-Api-Key`" in str(refused.value)
    assert value.strip() == "" or value not in str(refused.value)


@given(st.text(max_size=30), st.text(max_size=30))
def test_what_is_accepted_never_ends_a_line(name: str, value: str) -> None:
    try:
        check_headers({name: value})
    except HeaderRefused:
        return
    assert f"{name}{value}".isascii()
    assert not {"\r", "\n", "\x00"} & set(name + value)
    assert value == value.strip()


def test_the_same_name_twice_is_refused() -> None:
    with pytest.raises(HeaderRefused, match="twice"):
        check_headers({"X-Key": "1", "x-key": "2"})


def test_a_change_touches_only_the_headers_that_it_names() -> None:
    before = {"X-Api-Key": "old", "X-Zone": "5", "X-Old": "1"}

    after = change_headers(before, {"x-api-key": "new", "X-OLD": None, "X-Never": None})

    assert after == {"X-Zone": "5", "x-api-key": "new"}


def test_more_than_ten_are_refused_with_those_that_are_kept() -> None:
    before = {f"X-{n}": "v" for n in range(MAX_HEADERS)}

    assert len(change_headers(before, {"X-0": "w"})) == MAX_HEADERS
    with pytest.raises(HeaderRefused, match="10 names at most"):
        change_headers(before, {"X-New": "v"})


def test_a_history_has_names_and_no_values() -> None:
    assert names_of_changes({"X-Api-Key": SECRET, "X-Old": None}) == "X-Api-Key set, X-Old removed"
    assert names_of_changes({}) == "none"
