"""ID tokens of the provider, and the keys that sign them."""

from typing import Any

import pytest
import time_machine

from herald.domain.clock import SECOND
from tests.support.console.browser_requests import Browser
from tests.support.console.oidc_provider import (
    CLIENT_ID,
    OidcProvider,
    signed_by_another,
    signed_by_public_key,
    unsigned,
)
from tests.support.console.provider_sign_in import assert_refused, sign_in
from tests.support.factories import NOON


@pytest.mark.parametrize(
    ("claims", "why"),
    [
        ({"nonce": "another"}, "nonce"),
        ({"nonce": None}, "nonce"),
        ({"aud": "another-client"}, "Audience"),
        ({"aud": None}, "aud"),
        ({"aud": [CLIENT_ID, "another-client"]}, "authorized party"),
        ({"aud": [CLIENT_ID, "another-client"], "azp": "another-client"}, "authorized party"),
        ({"azp": "another-client"}, "authorized party"),
        ({"iss": "https://login.example.com"}, "issuer"),
        ({"iss": None}, "iss"),
        ({"exp": NOON // SECOND - 61}, "expired"),
        ({"exp": None}, "exp"),
        ({"iat": NOON // SECOND + 120}, "not yet valid"),
        ({"sub": None}, "sub"),
    ],
)
def test_a_token_that_is_not_for_this_sign_in_is_refused(
    browser: Browser, provider: OidcProvider, caplog: pytest.LogCaptureFixture, claims: dict[str, Any], why: str
) -> None:
    provider.claims |= claims

    assert_refused(browser, sign_in(browser), 403, "could not be verified")
    assert [why in vars(line)["why"] for line in caplog.records if line.msg == "sign-in refused"] == [True]


def test_a_token_for_several_says_for_whom_it_was_made(browser: Browser, provider: OidcProvider) -> None:
    provider.claims |= {"aud": [CLIENT_ID, "another-client"], "azp": CLIENT_ID}

    assert sign_in(browser).status == 200


@pytest.mark.parametrize(
    "sign", [unsigned, signed_by_public_key, signed_by_another, lambda *_: "x", lambda *_: "a.b.c"]
)
def test_a_token_without_a_signature_of_the_provider_is_refused(
    browser: Browser, provider: OidcProvider, sign: Any
) -> None:
    provider.sign = sign

    assert_refused(browser, sign_in(browser), 403, "could not be verified")


def test_a_new_key_of_the_provider_is_fetched_once(
    browser: Browser, provider: OidcProvider, clock: time_machine.Traveller
) -> None:
    sign_in(browser)
    assert provider.requests["/keys"] == 1
    provider.key = "key-2"

    assert sign_in(browser).status == 403  # the keys were read a moment ago
    clock.shift(60)
    assert sign_in(browser).status == 200
    assert sign_in(browser).status == 200

    assert provider.requests["/keys"] == 2
    assert provider.requests["/.well-known/openid-configuration"] == 1


def test_a_key_that_the_provider_never_publishes_is_asked_for_once(
    browser: Browser, provider: OidcProvider, clock: time_machine.Traveller
) -> None:
    sign_in(browser)
    browser.cookies.clear()
    clock.shift(60)
    signed = provider.sign
    provider.sign = lambda claims, right: signed(claims, OidcProvider(issuer=right.issuer, key="unpublished"))

    assert_refused(browser, sign_in(browser), 403, "could not be verified")
    assert provider.requests["/keys"] == 2


def test_what_the_provider_publishes_is_read_again_after_an_hour(
    browser: Browser, provider: OidcProvider, clock: time_machine.Traveller
) -> None:
    sign_in(browser)
    clock.shift(3_600)
    sign_in(browser)

    assert provider.requests["/keys"] == provider.requests["/.well-known/openid-configuration"] == 2
