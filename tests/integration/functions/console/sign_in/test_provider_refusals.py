"""Sign-ins by the provider that end without a session."""

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine

from herald.runtime.settings import get_settings
from tests.support.aws.aws_stack import Aws
from tests.support.console.browser_requests import Browser
from tests.support.console.oidc_provider import (
    OidcProvider,
)
from tests.support.console.page_text import elements
from tests.support.console.provider_sign_in import CALLBACK, HOSTILE, START, assert_refused, at_provider, sign_in


@pytest.mark.parametrize("state", ["", "&state=", "&state=another"])
def test_an_answer_with_another_state_is_refused_before_the_provider_is_asked(
    browser: Browser, provider: OidcProvider, state: str
) -> None:
    browser.get(START)
    shown = f"&error=x&error_description={HOSTILE[:4]}"

    answer = browser.get(f"{CALLBACK}?code=a{state}{shown}")

    assert_refused(browser, answer, 400, "did not begin in this browser")
    assert "It says" not in answer.text
    assert provider.requests["/token"] == 0


def test_an_answer_for_another_browser_is_refused(browser: Browser, provider: OidcProvider) -> None:
    link = at_provider(browser.get(START))
    victim = Browser()

    assert_refused(victim, victim.get(link), 400, "did not begin in this browser")
    victim.get(START)
    assert_refused(victim, victim.get(link), 400, "did not begin in this browser")
    assert provider.requests["/token"] == 0


@pytest.mark.usefixtures("provider")
def test_an_answer_after_ten_minutes_is_refused(
    browser: Browser,
    clock: time_machine.Traveller,
) -> None:
    link = at_provider(browser.get(START))
    clock.shift(600)

    assert_refused(browser, browser.get(link), 400, "took longer than ten minutes")


@pytest.mark.usefixtures("provider")
def test_a_replayed_answer_gives_no_second_session(aws: Aws, browser: Browser) -> None:
    link = at_provider(browser.get(START))
    before = dict(browser.cookies)
    assert browser.get(link).status == 200

    again = Browser(cookies=before)
    assert_refused(again, again.get(link), 403, "It says: `invalid_grant: the code is not valid`")
    later = Browser(cookies={name: value for name, value in browser.cookies.items() if name != "herald"})
    assert_refused(later, later.get(link), 400, "did not begin in this browser")
    assert len(aws.items("SessionTable")) == 1


@pytest.mark.usefixtures("provider")
def test_a_code_with_the_verifier_of_another_sign_in_is_refused(browser: Browser) -> None:
    other = Browser()
    stolen = parse_qs(urlsplit(at_provider(other.get(START))).query)["code"][0]
    own = urlsplit(at_provider(browser.get(START)))
    state = parse_qs(own.query)["state"][0]

    assert_refused(browser, browser.get(f"{CALLBACK}?code={stolen}&state={state}"), 403, "invalid_grant")


def test_the_providers_error_is_shown_as_text(browser: Browser, provider: OidcProvider) -> None:
    provider.error = {"error": "access_denied", "error_description": HOSTILE + "x" * 10_000}

    answer = sign_in(browser)

    assert_refused(browser, answer, 403, "It says: `access_denied: <img src=x onerror=alert(1)>{{7*7}}<U+202E>gnp.exe")
    assert "\u202e" not in answer.body
    assert "\x1b" not in answer.body
    assert "x" * 400 not in answer.body
    assert "Sign in with another account" in answer.text


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/token", "/keys"])
@pytest.mark.parametrize(
    ("status", "body"),
    [(500, b"{}"), (503, b"<html>"), (200, b"<html>"), (200, b"[]"), (200, b"{}"), (200, b"\xff"), (302, b"{}")],
)
def test_a_provider_that_answers_something_else_is_named_as_the_cause(
    browser: Browser, provider: OidcProvider, path: str, status: int, body: bytes
) -> None:
    provider.documents[path] = status, body

    answer = browser.get(START)
    answer = browser.get(at_provider(answer)) if answer.status == 303 else answer

    expected = (403, "could not be verified") if (path, body, status) == ("/keys", b"{}", 200) else None
    expected = expected or ((403, "It says: `302`") if (path, status) == ("/token", 302) else None)
    assert_refused(browser, answer, *(expected or (502, "does not answer properly now")))


@pytest.mark.parametrize(
    "change",
    [
        {"issuer": "https://login.example.com"},
        {"issuer": None},
        {"token_endpoint": None},
        {"jwks_uri": "ftp://127.0.0.1/keys"},
        {"authorization_endpoint": "https:///authorize"},
        {"authorization_endpoint": ["x"]},
    ],
)
def test_metadata_of_another_issuer_and_without_endpoints_is_refused(
    browser: Browser, provider: OidcProvider, change: dict[str, Any]
) -> None:
    document = provider.document("/.well-known/openid-configuration")
    provider.documents["/.well-known/openid-configuration"] = 200, json.dumps({**(document or {}), **change}).encode()

    assert_refused(browser, browser.get(START), 502, "does not answer properly now")


def test_an_endless_document_is_not_read_to_its_end(browser: Browser, provider: OidcProvider) -> None:
    provider.documents["/.well-known/openid-configuration"] = 200, b'{"a": "' + b"x" * 600_000 + b'"}'

    assert_refused(browser, browser.get(START), 502, "does not answer properly now")


@pytest.mark.usefixtures("provider")
def test_a_provider_that_is_down_is_named_as_the_cause(
    browser: Browser,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OIDC_ISSUER", "http://127.0.0.1:9")  # the port `discard`: nothing listens there
    get_settings.cache_clear()

    answer = browser.get(START + "?back=/console/jobs")

    assert_refused(browser, answer, 502, "does not answer properly now")
    assert "/console/sign-in/start?back=%2Fconsole%2Fjobs" in [one["href"] for one in elements(answer.body, "a")]


@pytest.mark.parametrize("roles", [None, [], "Herald-Operator", ["herald-operators"], {"herald-operator": 1}, 7])
def test_who_has_no_role_reads_which_one_is_missing(
    aws: Aws, browser: Browser, provider: OidcProvider, roles: Any
) -> None:
    provider.claims["roles"] = roles

    answer = sign_in(browser)

    assert_refused(
        browser, answer, 403, "the claim `roles` has neither the value `herald-operator` nor `herald-viewer`"
    )
    assert "王小明" in answer.text
    assert aws.items("SessionTable") == []
