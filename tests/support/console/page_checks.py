"""What every page of the console has to pass in the browser, whatever it shows."""

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar

import pytest
from playwright.sync_api import Browser

from tests.support.console.rendered_page import (
    accessibility_violations,
    html_problems,
    open_page,
    wider_than_the_screen,
)

LIGHT_AND_DARK = pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
DESK_AND_PHONE = pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
_OPEN_DETAILS = "document.querySelectorAll('details').forEach((one) => { one.open = true; })"
_SCRIPT_LINKS = "document.querySelectorAll('a[href^=\"javascript\"]').length"


def anybody_can_use(browser: Browser, html: str, *, dark: bool, phone: bool) -> None:
    """No fault for those who use a screen reader, also in what is folded up, and no scrolling sideways."""
    page = open_page(browser, html, dark=dark, phone=phone)

    page.evaluate(_OPEN_DETAILS)

    assert accessibility_violations(page) == []
    assert not wider_than_the_screen(page)


def fits_at_200_percent(browser: Browser, html: str) -> None:
    """At twice the size a desk has half the room."""
    page = open_page(browser, html)

    page.set_viewport_size({"width": 640, "height": 450})

    assert not wider_than_the_screen(page)


def runs_nothing_hostile(browser: Browser, html: str) -> None:
    """Text from outside has become neither an element nor a link."""
    page = open_page(browser, html)

    assert page.locator("img").count() == 0
    assert page.evaluate(_SCRIPT_LINKS) == 0


class EachPage:
    """The tests of each page of a module, whose own class has the pages; tests/browser/conftest.py gives the `name`."""

    PAGES: ClassVar[Mapping[str, Callable[[], str]]]

    @LIGHT_AND_DARK
    @DESK_AND_PHONE
    def test_anybody_can_use_the_page(self, browser: Browser, name: str, *, dark: bool, phone: bool) -> None:
        anybody_can_use(browser, self.PAGES[name](), dark=dark, phone=phone)

    def test_a_page_at_200_percent_does_not_scroll_sideways(self, browser: Browser, name: str) -> None:
        fits_at_200_percent(browser, self.PAGES[name]())

    def test_the_page_is_valid_html(self, name: str) -> None:
        assert html_problems(self.PAGES[name]()) == []


class EachPageWithHostileOnes(EachPage):
    """Some of the pages show text from outside; they are given as `hostile_name`."""

    HOSTILE: ClassVar[Sequence[str]]

    def test_nothing_hostile_runs(self, browser: Browser, hostile_name: str) -> None:
        runs_nothing_hostile(browser, self.PAGES[hostile_name]())
