"""The pages around a session: signing in, going on after an interruption, and why something is not shown."""

from collections.abc import Callable
from urllib.parse import urlencode

from playwright.sync_api import Browser

from console.pages import problem, sign_in
from console.pages.kept_form import continue_page, retry_page
from console.request import Form, Request
from tests.support.console.page_checks import EachPage
from tests.support.console.rendered_page import (
    html_problems,
    open_page,
)
from tests.support.console.samples.administration_samples import HOSTILE, session

TYPED = {"reason": HOSTILE * 20, "turn": "7", "token": "a" * 64}
REQUEST = Request(
    method="POST",
    path="/console/partners/3528/suspend",
    raw_query="",
    headers={"content-type": "application/x-www-form-urlencoded"},
    cookies={},
    source_ip="192.0.2.1",
    body=urlencode(TYPED).encode(),
)


def sign_in_page() -> str:
    return sign_in.sign_in_page("/console", TYPED.items(), "not a key", interrupted=True)


PAGES: dict[str, Callable[[], str]] = {
    "sign-in": sign_in_page,
    "provider": lambda: sign_in.sign_in_page("/console", provider="login.example.com"),
    "provider-refused": lambda: sign_in.sign_in_page("/console", (), HOSTILE, provider="login.example.com"),
    "provider-interrupted": lambda: sign_in.sign_in_page(
        "/console", TYPED.items(), "ended", interrupted=True, provider="a-rather-long-name.login.example.com"
    ),
    "signed-in-in-another-tab": lambda: sign_in.signed_in_page(session(), "/console/sign-in"),
    "continue": lambda: continue_page(session(), REQUEST.path, Form(tuple(TYPED.items()))),
    "retry": lambda: retry_page(None, REQUEST),
    "not-found": lambda: problem.not_found("/console/a", session()),
    "explained": lambda: problem.explained("/console/a", session("viewer"), HOSTILE),
}


class TestEachPage(EachPage):
    PAGES = PAGES


def test_the_page_that_leads_on_is_valid_html() -> None:
    assert html_problems(sign_in.signed_in_page(session(), "/console/jobs?cursor=a&b=c")) == []


def test_the_key_is_the_first_thing_to_type(browser: Browser) -> None:
    page = open_page(browser, sign_in_page())

    assert page.evaluate("document.activeElement.id") == "key"
