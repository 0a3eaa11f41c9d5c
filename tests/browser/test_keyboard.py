"""The keyboard alone: Tab reaches every control of every page in the order of the page, and Enter and Space act."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.support.console.rendered_page import open_page
from tests.support.screenshots.pages import PAGES

EACH = pytest.mark.parametrize("name", PAGES)
# Numbers what a person can use, in the order of the page. Of the radio buttons of a group Tab reaches one.
NUMBER = """() => {
  const groups = new Set();
  const usable = [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")]
    .filter((one) => one.type !== "hidden" && !one.disabled && one.checkVisibility({visibilityProperty: true}))
    .filter((one) => one.type !== "radio" || (!groups.has(one.name) && groups.add(one.name)));
  usable.forEach((one, number) => { one.dataset.number = number; });
  return usable.length;
}"""
FOCUSED = """() => {
  const one = document.activeElement;
  const style = getComputedStyle(one), box = one.getBoundingClientRect();
  return {
    number: Number(one.dataset.number ?? -1),
    is: one.outerHTML.slice(0, 120),
    framed: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    seen: box.width > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
  };
}"""


def walk(page: Page) -> list[dict[str, Any]]:
    """What has the focus after each press of Tab, once around the page; it begins at the first control."""
    found: dict[int, dict[str, Any]] = {}
    while True:
        page.keyboard.press("Tab")
        focused: dict[str, Any] = page.evaluate(FOCUSED)
        if focused["number"] in found and focused["number"] != next(reversed(found)):
            break
        found[focused["number"]] = focused  # a date field has several parts
    found.pop(-1, None)  # the body, between the last control and the first one
    order = [*found.values()]
    first = order.index(min(order, key=lambda one: int(one["number"])))
    return order[first:] + order[:first]


@EACH
def test_tab_reaches_every_control_in_the_order_of_the_page(browser: Browser, name: str) -> None:
    page = open_page(browser, PAGES[name]())
    usable = page.evaluate(NUMBER)

    walked = walk(page)

    assert [one["number"] for one in walked] == [*range(usable)]
    assert [one["is"] for one in walked if not one["framed"]] == []
    assert [one["is"] for one in walked if not one["seen"]] == []


def test_the_first_tab_leads_past_the_navigation(browser: Browser) -> None:
    page = open_page(browser, PAGES["work-list"]())

    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")

    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


@pytest.mark.parametrize("name", ["story", "partner", "today"])
@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_a_folded_section_opens_and_closes(browser: Browser, name: str, key: str) -> None:
    page = open_page(browser, PAGES[name]())
    folded = page.locator("details:not([open]) > summary").first.element_handle()

    for is_open in (True, False):
        folded.focus()
        page.keyboard.press(key)
        assert folded.evaluate("one => one.parentElement.open") is is_open


def test_space_ticks_a_box_and_the_arrows_choose(browser: Browser) -> None:
    page = open_page(browser, PAGES["all-failed"]())
    page.locator("#all-redrive").focus()
    page.keyboard.press("ArrowDown")
    assert page.locator("#all-resolve").is_checked()

    page = open_page(browser, PAGES["failed"]())
    page.locator("tbody input").first.focus()
    page.keyboard.press("Space")
    assert page.get_by_text("1 selected").is_visible()
