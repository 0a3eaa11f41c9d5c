"""The page at which people sign in."""

import pytest
from playwright.sync_api import Browser

from console.rendering.page import render
from tests.support.console.rendered_page import (
    accessibility_violations,
    html_problems,
    open_page,
    wider_than_the_screen,
)


def sign_in_page() -> str:
    return render("sign_in.html", "/console/sign-in", None, problem="not a key", back="/console", kept=[])


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_anybody_can_use_the_page(browser: Browser, *, dark: bool, phone: bool) -> None:
    page = open_page(browser, sign_in_page(), dark=dark, phone=phone)

    assert accessibility_violations(page) == []
    assert not wider_than_the_screen(page)


def test_the_page_is_valid_html() -> None:
    assert html_problems(sign_in_page()) == []


def test_the_key_is_the_first_thing_to_type(browser: Browser) -> None:
    page = open_page(browser, sign_in_page())

    assert page.evaluate("document.activeElement.id") == "key"
