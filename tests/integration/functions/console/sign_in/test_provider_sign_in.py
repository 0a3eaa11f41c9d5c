"""Signing in by an OpenID Connect provider, which listens on this machine."""

import subprocess
import sys

import pytest
import time_machine

from herald.domain.clock import HOUR, SECOND
from herald.runtime.settings import get_settings
from tests.support.aws.aws_stack import Aws
from tests.support.console.browser_requests import Browser
from tests.support.console.oidc_provider import (
    OidcProvider,
)
from tests.support.console.page_text import elements, value_of
from tests.support.console.provider_sign_in import CALLBACK, HOSTILE, START, at_provider, sign_in
from tests.support.factories import NOON

SIGN_IN = "/console/sign-in"
NEW_PARTNER = {"partnerId": "3528", "name": "West Lake", "contact": "", "url": "https://a.example/", "ladder": ""}


def test_the_page_leads_to_the_provider_and_asks_for_no_key(browser: Browser, provider: OidcProvider) -> None:
    answer = browser.get(SIGN_IN + "?back=/console/jobs")

    assert "Sign in at 127.0.0.1" in answer.text
    assert "key" not in [one.get("name") for one in elements(answer.body, "input")]
    assert "/console/sign-in/start?back=%2Fconsole%2Fjobs" in [one["href"] for one in elements(answer.body, "a")]
    assert provider.requests == {}


def test_without_a_provider_its_routes_lead_to_the_sign_in_by_key(browser: Browser) -> None:
    for path in (START, CALLBACK + "?code=a&state=b"):
        assert browser.get(path).location == SIGN_IN
    assert "Your key" in browser.get(SIGN_IN).text


@pytest.mark.usefixtures("provider")
def test_with_a_provider_a_key_opens_nothing(browser: Browser) -> None:
    with pytest.raises(AssertionError, match="You are not signed in yet"):
        browser.sign_in()


def test_the_request_for_authorization_is_complete(browser: Browser, provider: OidcProvider) -> None:
    sign_in(browser)

    asked = provider.asked
    assert asked["redirect_uri"] == "http://api.example.com" + CALLBACK
    assert asked["scope"] == "openid profile email"
    assert len({asked[name] for name in ("state", "nonce", "code_challenge")}) == 3
    assert "prompt" not in asked


def test_another_account_is_asked_for(browser: Browser, provider: OidcProvider) -> None:
    sign_in(browser, START + "?afresh=true")

    assert provider.asked["prompt"] == "login"


@pytest.mark.parametrize(("value", "role"), [("herald-operator", "operator"), ("herald-viewer", "viewer")])
def test_the_claim_gives_the_role(aws: Aws, browser: Browser, provider: OidcProvider, value: str, role: str) -> None:
    provider.claims["roles"] = ["other", value]

    answer = sign_in(browser)

    assert answer.status == 200
    assert f"王小明 ({role})" in answer.text
    [item] = aws.items("SessionTable")
    assert {name: item[name] for name in ("name", "role", "key_hash", "subject")} == {
        "name": "王小明",
        "role": role,
        "key_hash": "",
        "subject": "7f2c",
    }
    assert item["expires_at"] * SECOND == NOON + 8 * HOUR


@pytest.mark.usefixtures("provider")
def test_the_persons_name_stands_in_the_history(aws: Aws, browser: Browser) -> None:
    sign_in(browser)
    browser.token = value_of(browser.get("/console/partners/new").body, "token")

    answer = browser.post("/console/partners", **NEW_PARTNER)

    assert answer.status == 200, answer.text
    [item] = aws.items("PartnerTable")
    assert "王小明" in str(item["history"])


def test_a_viewer_by_the_provider_changes_nothing(aws: Aws, browser: Browser, provider: OidcProvider) -> None:
    provider.claims["roles"] = "herald-viewer"
    sign_in(browser)
    browser.token = value_of(browser.get("/console/partners").body, "token")

    assert browser.post("/console/partners", **NEW_PARTNER).status == 403
    assert aws.items("PartnerTable") == []


def test_the_names_of_claim_and_values_are_parameters(
    browser: Browser, provider: OidcProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"ROLE_CLAIM": "groups", "OPERATOR_VALUE": "leads", "VIEWER_VALUE": "desk"}.items():
        monkeypatch.setenv(f"OIDC_{name}", value)
    get_settings.cache_clear()
    provider.claims["groups"] = ["desk"]

    assert "(viewer)" in sign_in(browser).text


@pytest.mark.usefixtures("provider")
def test_the_page_after_it_leads_on_within_the_console(browser: Browser) -> None:
    answer = sign_in(browser, START + "?back=/console/jobs?cursor=a%26b")

    refresh = next(one for one in elements(answer.body, "meta") if one.get("http-equiv") == "refresh")
    assert refresh["content"] == "0; url=/console/jobs?cursor=a&b"
    session, ended = sorted(answer.cookies)
    assert session.startswith("herald-sign-in=;")
    assert ended.startswith("herald=")
    assert "SameSite=Strict" in ended
    assert browser.get("/console/no-such-page").text.count("王小明") == 1


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "/other", "/console//evil.example"])
@pytest.mark.usefixtures("provider")
def test_the_way_back_stays_within_the_console(browser: Browser, back: str) -> None:
    answer = browser.get(f"{START}?back={back}")
    name, value = browser.cookies.popitem()
    browser.cookies[name] = f"{value.rpartition('.')[0]}.{back.replace('/', '%2F').replace(':', '%3A')}"

    page = browser.get(at_provider(answer))

    assert "url=/console" in [
        one["content"].partition(" ")[2] for one in elements(page.body, "meta") if "content" in one
    ]
    assert "evil" not in page.body


@pytest.mark.usefixtures("provider")
def test_the_session_ends_after_eight_hours(
    browser: Browser,
    clock: time_machine.Traveller,
) -> None:
    sign_in(browser)
    clock.shift(8 * 3_600 - 1)
    assert "王小明" in browser.get("/console/no-such-page").text
    clock.shift(1)
    assert "王小明" not in browser.get("/console/no-such-page").text


@pytest.mark.usefixtures("provider")
def test_deleting_the_item_ends_the_session_at_once(aws: Aws, browser: Browser) -> None:
    sign_in(browser)
    aws.empty("SessionTable")

    assert "王小明" not in browser.get("/console/no-such-page").text


def test_a_hostile_name_is_visible_and_short(browser: Browser, provider: OidcProvider) -> None:
    provider.claims["name"] = HOSTILE + "x" * 10_000

    sign_in(browser)
    page = browser.get("/console/no-such-page")

    assert r"<img src=x onerror=alert(1)>{{7*7}}\u202egnp.exe\x1b[31mxxx" in page.text
    assert "x" * 60 not in page.body
    assert elements(page.body, "img") == []


@pytest.mark.usefixtures("provider")
def test_who_was_interrupted_goes_on_after_signing_in_in_another_tab(
    browser: Browser,
    clock: time_machine.Traveller,
) -> None:
    sign_in(browser)
    clock.shift(9 * 3_600)
    page = browser.post("/console/sign-in", back="/console/partners", interrupted="true", reason="<b>repaired</b>")
    assert (page.status, value_of(page.body, "reason")) == (403, "<b>repaired</b>")
    [link] = [one for one in elements(page.body, "a") if one.get("target") == "_blank"]

    other_tab = sign_in(browser, link["href"])
    answer = browser.post("/console/sign-in", back="/console/partners", interrupted="true", reason="<b>repaired</b>")

    assert "Close this tab" in other_tab.text
    assert not [one for one in elements(other_tab.body, "meta") if one.get("http-equiv")]
    assert answer.status == 200
    assert 'action="/console/partners"' in answer.body
    assert len(value_of(answer.body, "token")) == 64


@pytest.mark.usefixtures("provider")
def test_the_console_starts_without_the_library() -> None:
    code = "import sys, console.app; print('jwt' in sys.modules)"
    completed = subprocess.run(
        [sys.executable, "-c", code],
        check=True,
        capture_output=True,
        text=True,
        env={"PYTHONPATH": ":".join(sys.path), "AWS_DEFAULT_REGION": "us-east-1"},
    )
    assert completed.stdout.strip() == "False"
