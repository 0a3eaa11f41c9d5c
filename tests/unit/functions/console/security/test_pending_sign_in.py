"""What the browser keeps while somebody signs in at the provider."""

import hashlib
from base64 import urlsafe_b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.security.oidc.pending_sign_in import (
    LIFETIME,
    PendingSignIn,
    ended_pending_cookie,
    new_pending_sign_in,
    pending_cookie,
    read_pending,
)

NOW = 1_795_665_906_000


def value_of(pending: PendingSignIn) -> str:
    return str(pending_cookie(pending, secure=True)).partition(";")[0].partition("=")[2]


@given(back=st.text(max_size=100))
def test_the_cookie_gives_the_sign_in_back(back: str) -> None:
    pending = new_pending_sign_in(back, NOW)
    assert read_pending(value_of(pending)) == pending


def test_each_sign_in_has_values_of_its_own() -> None:
    one, other = new_pending_sign_in("/console", NOW), new_pending_sign_in("/console", NOW)
    values = [one.state, one.nonce, one.verifier, other.state, other.nonce, other.verifier, one.secret, other.secret]
    assert len(set(values)) == len(values)


def test_the_challenge_is_the_hash_of_the_verifier() -> None:
    pending = new_pending_sign_in("/console", NOW)
    digest = hashlib.sha256(pending.verifier.encode()).digest()
    assert pending.challenge == urlsafe_b64encode(digest).decode().rstrip("=")
    assert 43 <= len(pending.verifier) <= 128  # RFC 7636, section 4.1


@pytest.mark.parametrize(("after", "is_in_time"), [(0, True), (LIFETIME - 1, True), (LIFETIME, False), (-1, False)])
def test_an_answer_counts_for_ten_minutes(after: int, *, is_in_time: bool) -> None:
    pending = new_pending_sign_in("/console", NOW)
    assert pending.answers(pending.state, NOW + after) is is_in_time


@pytest.mark.parametrize("state", ["", "x", "é", "\ud800"])
def test_another_state_is_no_answer(state: str) -> None:
    assert not new_pending_sign_in("/console", NOW).answers(state, NOW)


@pytest.mark.parametrize("value", ["", "x.1./console", "a" * 43, f"{'a' * 43}.x.", f"{'a' * 43}.1.<", f"{'é' * 43}.1."])
def test_another_cookie_is_no_sign_in(value: str) -> None:
    assert read_pending(value) is None


def test_a_path_that_is_too_long_for_a_cookie_is_not_kept() -> None:
    assert new_pending_sign_in("/console?" + "x" * 1_000, NOW).back == "/console"


def test_the_cookie_comes_back_from_another_site_but_to_no_script() -> None:
    attributes = str(pending_cookie(new_pending_sign_in("/console", NOW), secure=True))
    assert attributes.startswith("__Host-herald-sign-in=")
    assert {"HttpOnly", "Secure", "SameSite=Lax", "Path=/", "Max-Age=600"} <= set(attributes.split("; "))


def test_the_cookie_is_removed() -> None:
    assert "Max-Age=0" in str(ended_pending_cookie(secure=True))
