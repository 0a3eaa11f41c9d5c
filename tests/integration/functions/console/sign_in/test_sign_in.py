"""Signing in with a key, the session, and its end."""

import pytest
import time_machine

from customer_service.dependencies import keys
from herald.domain.api_key import Key, Role, hash_of, new_key
from herald.domain.clock import HOUR, SECOND, now
from tests.support.aws.aws_faults import Network
from tests.support.aws.aws_stack import Aws
from tests.support.console.browser_requests import Browser
from tests.support.console.page_text import elements, value_of
from tests.support.factories import NOON

SIGN_IN = "/console/sign-in"


def stored_key(role: Role, expires_at: int | None = None) -> str:
    text = new_key(role)
    holder = Key(role=role, name="bob", partner_id=3528) if role is Role.PARTNER else Key(role=role, name="bob")
    keys().add(text, holder, now(), expires_at=expires_at)
    return text


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.VIEWER])
def test_a_key_becomes_a_session(browser: Browser, role: Role) -> None:
    answer = browser.post(SIGN_IN, key=stored_key(role), back="/console/jobs?cursor=a")

    assert (answer.status, answer.location) == (303, "/console/jobs?cursor=a")
    [cookie] = answer.cookies
    assert cookie.startswith("__Host-herald=")
    for attribute in ("Path=/", "Max-Age=28800", "Secure", "HttpOnly", "SameSite=Strict"):
        assert f"; {attribute}" in cookie
    assert "Domain" not in cookie
    assert browser.get("/console/no-such-page").text.count("bob") == 1


def test_no_table_has_the_id_or_the_key(aws: Aws, browser: Browser) -> None:
    key = browser.sign_in()

    [item] = aws.items("SessionTable")

    assert browser.cookies["__Host-herald"] not in str(item)
    assert key not in str(item)
    assert item["key_hash"] == hash_of(key)
    assert item["expires_at"] * SECOND == NOON + 8 * HOUR


@pytest.mark.parametrize("role", [Role.PUBLISHER, Role.PARTNER])
def test_other_keys_open_nothing(browser: Browser, role: Role) -> None:
    answer = browser.post(SIGN_IN, key=stored_key(role))

    assert answer.status == 403
    assert answer.cookies == []
    assert "opens nothing here" in answer.text


@pytest.mark.parametrize("key", ["", "herald_operator_wrong", "x" * 5_000, "鑰匙\u202e"])
def test_an_unknown_key_is_refused_and_not_shown(browser: Browser, key: str) -> None:
    answer = browser.post(SIGN_IN, key=key, back="/console/keys")

    assert answer.status == 403
    assert not key or key not in answer.body
    assert "/console/keys" in [one.get("value") for one in elements(answer.body, "input") if one["name"] == "back"]


def test_an_expired_key_is_refused(browser: Browser, clock: time_machine.Traveller) -> None:
    key = stored_key(Role.OPERATOR, expires_at=now() + HOUR)
    clock.shift(3_600)

    assert browser.post(SIGN_IN, key=key).status == 403


def test_after_five_wrong_keys_an_address_waits_until_the_next_minute(
    browser: Browser, clock: time_machine.Traveller
) -> None:
    key = stored_key(Role.OPERATOR)
    assert [browser.post(SIGN_IN, key="wrong").status for _ in range(5)] == [403] * 5

    refused = browser.post(SIGN_IN, key=key)

    assert refused.status == 429
    assert refused.headers["retry-after"] == "60"
    assert Browser(address="192.0.2.9").post(SIGN_IN, key=key).status == 303
    clock.shift(60)
    assert browser.post(SIGN_IN, key=key).status == 303


def test_a_session_ends_after_eight_hours(operator: Browser, clock: time_machine.Traveller) -> None:
    clock.shift(8 * 3_600 - 1)
    assert operator.get("/console/no-such-page").status == 404
    clock.shift(1)
    assert "alice" not in operator.get("/console/no-such-page").text


def test_a_session_ends_with_its_key(operator: Browser) -> None:
    [issued] = keys().all()
    keys().revoke(issued, "bob", "left", now())

    assert "alice" not in operator.get("/console/no-such-page").text


def test_signing_out_ends_the_session_on_the_server(aws: Aws, operator: Browser) -> None:
    stolen = Browser(cookies=dict(operator.cookies))

    answer = operator.post("/console/sign-out")

    assert (answer.status, answer.location) == (303, SIGN_IN)
    assert operator.cookies == {}
    assert "alice" not in stolen.get("/console/no-such-page").text
    assert aws.items("SessionTable") == []


def test_the_day_of_a_use_is_noted(operator: Browser) -> None:
    operator.get("/console/no-such-page")

    assert [one.last_used_on for one in keys().all()] == ["2026-11-23"]


@pytest.mark.parametrize(
    "back", ["https://evil.example/", "//evil.example", "/console//evil.example", "/other", "/console\\evil", "a\nb"]
)
def test_the_way_back_stays_within_the_console(browser: Browser, back: str) -> None:
    assert browser.post(SIGN_IN, key=stored_key(Role.OPERATOR), back=back).location == "/console"


def test_tables_that_hang_keep_the_sign_in_page(browser: Browser, network: Network) -> None:
    key = stored_key(Role.OPERATOR)
    with network.breaks("GetItem"):
        answer = browser.post(SIGN_IN, key=key)

    assert answer.status == 503
    assert key not in answer.body


def test_a_chosen_language_is_remembered(browser: Browser) -> None:
    browser.language = "de, zh-TW;q=0.5"
    assert elements(browser.get(SIGN_IN).body, "html")[0]["lang"] == "zh-Hant"

    answer = browser.post("/console/language", language="zh-Hans", back=SIGN_IN)

    assert (answer.status, answer.location) == (303, SIGN_IN)
    page = browser.get(SIGN_IN)
    assert elements(page.body, "html")[0]["lang"] == page.headers["content-language"] == "zh-Hans"


def test_another_language_keeps_the_search(browser: Browser) -> None:
    page = browser.get(f"{SIGN_IN}?back=%2Fconsole%2Fsearch%3Fq%3Da%2F%2Fb")
    back = value_of(page.body, "back")

    assert browser.post("/console/language", language="zh-Hant", back=back).location == back
    assert back.endswith("?back=%2Fconsole%2Fsearch%3Fq%3Da%2F%2Fb")


@pytest.mark.parametrize(
    ("back", "location"),
    [
        ("/console/\u4e2d?q=\u6587", "/console/%E4%B8%AD?q=%E6%96%87"),
        ("/console/search?q=a+b%2Fc&from=", "/console/search?q=a+b%2Fc&from="),
        ("/console/search?q=a b", "/console/search?q=a%20b"),
    ],
)
def test_a_header_has_ascii_only(browser: Browser, back: str, location: str) -> None:
    assert browser.post("/console/language", language="en", back=back).location == location


def test_a_very_long_address_is_not_kept_over_the_sign_in(browser: Browser) -> None:
    assert browser.get(f"/console/search?q={'a' * 7_000}").location == SIGN_IN


def test_an_unknown_language_changes_nothing(browser: Browser) -> None:
    answer = browser.post("/console/language", language="tlh", back=SIGN_IN)

    assert answer.status == 303
    assert browser.cookies == {}


def test_a_second_sign_in_ends_the_session_before_it(aws: Aws, operator: Browser) -> None:
    first = Browser(cookies=dict(operator.cookies))

    operator.sign_in(name="bob")

    assert len(aws.items("SessionTable")) == 1
    assert "alice" not in first.get("/console/no-such-page").text


def test_browsers_are_told_to_use_https_only(browser: Browser) -> None:
    assert browser.get(SIGN_IN).headers["strict-transport-security"] == "max-age=31536000"


def test_a_page_that_answers_a_form_does_not_lead_to_its_action(operator: Browser) -> None:
    operator.token = "0" * 64

    refused = operator.post("/console/jobs/1/cancel", reason="typed")

    assert refused.status == 403
    assert "/console/language" not in refused.body
