"""Signing in and out, and what every request of a browser has to prove."""

import pytest
import time_machine

from herald.domain.clock import HOUR, SECOND, now
from herald.store.key_table import KeyTable
from tests.integration.functions.console.conftest import OPERATOR, PUBLISHER, VIEWER
from tests.support.console.visitor import Visitor, is_on_console


@pytest.fixture
def visitor(key_table: KeyTable) -> Visitor:  # noqa: ARG001 - the keys are there first
    return Visitor()


@pytest.mark.parametrize(("key", "shown"), [(OPERATOR, "alice (operator)"), (VIEWER, "vera (viewer)")])
def test_a_key_is_exchanged_for_a_session(visitor: Visitor, key: str, shown: str) -> None:
    visitor.sign_in(key)

    assert (visitor.status, visitor.location) == (303, "/console")
    assert shown in visitor.get("/console/nowhere").html


def test_the_cookie_is_for_this_host_and_no_script(visitor: Visitor) -> None:
    visitor.sign_in(OPERATOR)

    (cookie,) = visitor.answer["cookies"]
    name, *attributes = cookie.split("; ")
    assert name.startswith("__Host-herald=")
    assert set(attributes) == {"Path=/", "Max-Age=28800", "HttpOnly", "Secure", "SameSite=Strict"}


@pytest.mark.parametrize("key", ["", "wrong", PUBLISHER])
def test_another_key_is_refused(visitor: Visitor, key: str) -> None:
    visitor.sign_in(key)

    assert visitor.status == 403
    assert "no operator&#39;s or viewer&#39;s key" in visitor.html
    assert not visitor.cookies


def test_a_revoked_key_does_not_sign_in(visitor: Visitor, key_table: KeyTable) -> None:
    revoke(key_table, OPERATOR)

    assert visitor.sign_in(OPERATOR).status == 403


def test_a_revoked_key_ends_its_session(visitor: Visitor, key_table: KeyTable) -> None:
    visitor.sign_in(OPERATOR)
    revoke(key_table, OPERATOR)

    assert visitor.get("/console/nowhere").status == 401
    assert "alice" not in visitor.html
    assert visitor.post("/console/sign-out", token="any").status == 401


def test_the_sixth_key_of_a_minute_waits(visitor: Visitor) -> None:
    with time_machine.travel("2026-11-26T04:05:06Z", tick=False):
        assert [visitor.sign_in("wrong").status for _ in range(6)] == [403] * 5 + [429]
        assert visitor.sign_in(OPERATOR).status == 429
        assert Visitor(address="192.0.2.2").sign_in(OPERATOR).status == 303
    with time_machine.travel("2026-11-26T04:06:00Z", tick=False):
        assert visitor.sign_in(OPERATOR).status == 303


def test_a_session_ends_after_eight_hours(visitor: Visitor) -> None:
    with time_machine.travel("2026-11-26T00:00:00Z", tick=False) as clock:
        visitor.sign_in(OPERATOR)
        clock.shift((8 * HOUR) / SECOND)
        assert visitor.post("/console/sign-out", token="any").status == 401


def test_signing_out_ends_the_session_here_too(visitor: Visitor) -> None:
    visitor.sign_in(OPERATOR)
    stolen = dict(visitor.cookies)
    visitor.post("/console/sign-out", token=visitor.get("/console/nowhere").token)

    assert (visitor.status, visitor.location) == (303, "/console/sign-in")
    assert set(visitor.cookies.values()) == {""}
    visitor.cookies = stolen
    assert visitor.post("/console/sign-out", token="any").status == 401


@pytest.mark.parametrize("token", ["", "0" * 64, "é"])
def test_a_forged_token_changes_nothing(visitor: Visitor, token: str) -> None:
    visitor.sign_in(OPERATOR)

    assert visitor.post("/console/sign-out", token=token).status == 403
    assert "alice" in visitor.get("/console/nowhere").html


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {},
    ],
)
@pytest.mark.parametrize("path", ["/console/sign-in", "/console/language", "/console/sign-out"])
def test_another_site_changes_nothing(visitor: Visitor, headers: dict[str, str], path: str) -> None:
    visitor.sign_in(OPERATOR)
    token = visitor.get("/console/nowhere").token
    visitor.headers = {"host": "console.example", **headers}

    assert visitor.post(path, token=token, key=OPERATOR, language="en", back="/console").status == 403


def test_a_browser_without_fetch_metadata_proves_its_origin(visitor: Visitor) -> None:
    visitor.headers = {"host": "console.example", "origin": "https://console.example"}

    assert visitor.sign_in(OPERATOR).status == 303


def test_an_interrupted_form_goes_on_after_signing_in(visitor: Visitor) -> None:
    visitor.post("/console/notifications/3528_x/redrive", reason="they <called>", turn="4", token="old", one=["a", "b"])
    assert visitor.status == 401
    kept = visitor.forms["/console/sign-in"]
    assert ("reason", "they <called>") in kept
    assert not {"token", "key"} & {name for name, _ in kept}

    visitor.post("/console/sign-in", key=OPERATOR, **{name: [v for n, v in kept if n == name] for name, _ in kept})

    assert visitor.status == 200
    again = visitor.forms["/console/notifications/3528_x/redrive"]
    assert [value for name, value in again if name == "one"] == ["a", "b"]
    assert visitor.post("/console/sign-out", token=dict(again)["token"]).status == 303


@pytest.mark.parametrize(
    "back", ["//evil.example", "https://evil.example", "/console//evil", "/consoles", "\\evil", ""]
)
def test_no_way_back_leads_elsewhere(visitor: Visitor, back: str) -> None:
    visitor.post("/console/sign-in", key=OPERATOR, back=back)

    assert is_on_console(visitor.location)
    assert visitor.location == "/console"


def test_a_language_is_chosen_and_remembered(visitor: Visitor) -> None:
    assert 'lang="en"' in visitor.get("/console/sign-in").html

    visitor.post("/console/language", language="zh-Hant", back="/console/sign-in")

    assert (visitor.status, visitor.location) == (303, "/console/sign-in")
    assert '<html lang="zh-Hant">' in visitor.get(visitor.location).html
    assert visitor.header("content-language") == "zh-Hant"


def test_the_browser_chooses_the_language() -> None:
    visitor = Visitor(language="zh-CN,zh;q=0.9")

    assert '<html lang="zh-Hans">' in visitor.get("/console/sign-in").html


def test_every_answer_is_guarded_by_headers(visitor: Visitor) -> None:
    for path in ("/console/sign-in", "/console/nowhere", "/console/static/nothing"):
        visitor.get(path)
        assert visitor.header("content-security-policy").startswith("default-src 'none'")
        assert visitor.header("x-content-type-options") == "nosniff"
        assert visitor.header("referrer-policy") == "no-referrer"
        assert visitor.header("cache-control") == "no-store"


def revoke(table: KeyTable, text: str) -> None:
    one = table.find(text)
    assert one is not None
    table.revoke(one, "bob", "leaked", now())
