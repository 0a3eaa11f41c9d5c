"""The way of a browser to the provider and back."""

from urllib.parse import urlsplit

import urllib3

from console.routing.security_headers import SECURITY_HEADERS
from tests.support.console.browser_requests import Answer, Browser
from tests.support.console.page_text import elements

START, CALLBACK = "/console/sign-in/start", "/console/sign-in/callback"
HOSTILE = "<img src=x onerror=alert(1)>{{7*7}}\u202egnp.exe\x1b[31m"


def at_provider(answer: Answer) -> str:
    """The path of the console to which the provider sends the browser that was sent to it."""
    assert answer.status == 303, answer.body
    response = urllib3.request("GET", answer.location, redirect=False, retries=False)
    back = urlsplit(response.headers["location"])
    assert f"{back.scheme}://{back.netloc}" == "http://api.example.com"
    return f"{back.path}?{back.query}"


def sign_in(browser: Browser, path: str = START) -> Answer:
    browser.site = "cross-site"  # which is how the provider's redirect comes
    try:
        return browser.get(at_provider(browser.get(path)))
    finally:
        browser.site = "same-origin"


def assert_refused(browser: Browser, answer: Answer, status: int, sentence: str) -> None:
    assert answer.status == status, answer.text
    assert sentence in answer.text
    assert "herald" not in browser.cookies
    assert SECURITY_HEADERS.items() <= answer.headers.items()
    assert "onerror" not in [name for one in elements(answer.body, "img") for name in one]
