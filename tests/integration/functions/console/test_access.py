"""Who may use which route: each route of the console, asked for by those who may not."""

import re

import pytest
import time_machine

from console.app import app
from customer_service.dependencies import keys
from herald.domain.api_key import Role
from herald.domain.clock import now
from tests.support.aws.aws_stack import Aws
from tests.support.console.browser_requests import Browser
from tests.support.console.page_text import elements, value_of
from tools.local_stack.template import load_template

_OPEN = {
    "GET /console/sign-in",
    "GET /console/sign-in/start",
    "GET /console/sign-in/callback",
    "POST /console/sign-in",
    "POST /console/language",
    "GET /console/static/<name>",
}
_FOR_ALL = {"POST /console/sign-out"}
ROUTES = sorted(f"{route.method} {route.path}" for route in app.routes)
CLOSED = [route for route in ROUTES if route not in _OPEN]
CHANGES = [route for route in CLOSED if route.startswith("POST ")]
EACH = pytest.mark.parametrize("route", CLOSED)
EACH_PAGE = pytest.mark.parametrize("route", [route for route in CLOSED if route.startswith("GET ")])
EACH_CHANGE = pytest.mark.parametrize("route", CHANGES)


def path_of(route: str) -> str:
    """The path with `1` for each parameter."""
    return re.sub(r"<[^>]+>", "1", route.partition(" ")[2])


def ask(browser: Browser, route: str) -> tuple[int, str]:
    """The status, and where the browser is sent. A form has a field that would be lost."""
    is_form = route.startswith("POST ")
    answer = browser.post(path_of(route), reason="typed") if is_form else browser.get(path_of(route))
    return answer.status, answer.location.partition("?")[0]


@EACH
def test_nobody_who_is_signed_out_gets_further(browser: Browser, route: str) -> None:
    status, location = ask(browser, route)

    if route.startswith("POST ") and route not in _FOR_ALL:
        assert (status, location) == (403, "")
    else:
        assert (status, location) == (303, "/console/sign-in")


@EACH
def test_an_ended_session_gets_no_further(operator: Browser, clock: time_machine.Traveller, route: str) -> None:
    clock.shift(9 * 3_600)

    assert ask(operator, route)[0] in {303, 403}
    assert ask(operator, route) == ask(Browser(), route)


@EACH
def test_an_invented_session_gets_no_further(browser: Browser, route: str) -> None:
    browser.cookies = {"__Host-herald": "A" * 43}

    assert ask(browser, route) == ask(Browser(), route)


@EACH
def test_the_session_of_a_revoked_key_gets_no_further(operator: Browser, route: str) -> None:
    [issued] = keys().all()
    keys().revoke(issued, "bob", "left", now())

    assert ask(operator, route) == ask(Browser(), route)


@EACH_CHANGE
def test_a_viewer_changes_nothing(browser: Browser, aws: Aws, route: str) -> None:
    browser.sign_in(Role.VIEWER)
    before = everything(aws)

    if route in _FOR_ALL:
        return
    answer = browser.post(path_of(route), reason="typed")

    assert answer.status == 403
    assert "viewer" in answer.text
    assert everything(aws) == before


@EACH_CHANGE
@pytest.mark.parametrize("token", ["", "0" * 64, "\u6771"])
def test_a_form_without_the_sessions_token_is_refused(operator: Browser, aws: Aws, route: str, token: str) -> None:
    before = everything(aws)
    operator.token = token

    assert operator.post(path_of(route), reason="typed").status == 403
    assert everything(aws) == before


@EACH_CHANGE
def test_the_token_of_another_session_is_refused(operator: Browser, route: str) -> None:
    other = Browser()
    other.sign_in(name="bob")
    operator.token = other.token

    assert operator.post(path_of(route), reason="typed").status == 403


@pytest.mark.parametrize("route", [route for route in ROUTES if route.startswith("POST ")])
@pytest.mark.parametrize("site", ["cross-site", "same-site", "none"])
def test_a_form_of_another_site_is_refused(operator: Browser, aws: Aws, route: str, site: str) -> None:
    before = everything(aws)
    operator.site = site

    assert operator.post(path_of(route), reason="typed").status == 403
    assert everything(aws) == before


def test_the_templates_routes_are_all_without_authorizer_and_all_the_consoles() -> None:
    events = load_template()["Resources"]["ConsoleFunction"]["Properties"]["Events"].values()
    properties = [event["Properties"] for event in events]

    assert all(one["Auth"] == {"Authorizer": "NONE"} for one in properties)
    reached = [(one["Method"], re.compile(one["Path"].replace("{page+}", ".+"))) for one in properties]
    for route in ROUTES:
        method, path = route.split(" ")
        assert any(method == one and pattern.fullmatch(path) for one, pattern in reached), route


def test_after_an_interruption_the_form_is_sent_again(operator: Browser, clock: time_machine.Traveller) -> None:
    clock.shift(9 * 3_600)
    path = path_of(next(route for route in CHANGES if route not in _FOR_ALL))

    page = operator.post(path, reason="<b>repaired</b>", turn="7", token="old")
    key = operator.sign_in()
    fields = {one: value_of(page.body, one) for one in ("reason", "turn", "interrupted")}
    answer = operator.post("/console/sign-in", key=key, back=path, **fields)

    assert answer.status == 200
    assert "Your session had ended" in answer.text
    assert "<b>" not in answer.body
    assert value_of(answer.body, "reason") == "<b>repaired</b>"
    assert value_of(answer.body, "turn") == "7"
    assert f'action="{path}"' in answer.body


def everything(aws: Aws) -> dict[str, list[object]]:
    """All items of the tables that customer service changes."""
    return {name: [*aws.items(name)] for name in ("NotificationTable", "PartnerTable", "KeyTable", "JobTable")}


@EACH_PAGE
@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_link_of_another_site_leads_on_to_the_page_and_not_around(browser: Browser, site: str, route: str) -> None:
    browser.site = site
    answer = browser.get(path_of(route))
    assert (answer.status, answer.location) == (200, "")
    [refresh] = [one["content"] for one in elements(answer.body, "meta") if one.get("http-equiv") == "refresh"]
    assert refresh == f"0; url={path_of(route)}"

    browser.site = "same-origin"
    assert browser.get(path_of(route)).location.startswith("/console/sign-in?back=")
