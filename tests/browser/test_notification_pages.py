"""The story of one notification and the search in the browser."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page

from console.pages.notification_search.search import search_page
from console.pages.notifications.story import story_page
from console.rendering.forms import RefusedForm
from console.request import Form
from customer_service.lists.search_terms import Kind, Place
from herald.languages.current import set_language
from herald.languages.language import Language
from tests.support.console.page_checks import EachPageWithHostileOnes
from tests.support.console.rendered_page import (
    open_page,
)
from tests.support.console.samples.administration_samples import HOSTILE, session
from tests.support.console.samples.notification_samples import (
    NAMES,
    NOTIFICATION_ID,
    around,
    decision,
    found,
    hostile_notification,
    largest_notification,
    notification,
    payload,
    typed,
)

CHANGED = {"": "somebody changed it since you saw it, it is at turn 8 and resolved now"}
DONE = "The notification is redriven: round 2 has begun."


def refused(name: str) -> RefusedForm:
    return RefusedForm(name, Form((("reason", HOSTILE), ("turn", "6"))), CHANGED)


def in_chinese(make: Callable[[], str]) -> str:
    set_language(Language.SIMPLIFIED_CHINESE)
    try:
        return make()
    finally:
        set_language(Language.ENGLISH)


PAGES: dict[str, Callable[[], str]] = {
    "failed": lambda: story_page(session(), notification(history=[decision()]), around()),
    "waiting": lambda: story_page(
        session(), notification("waiting", attemptUnderWay=True), around(next_case=NOTIFICATION_ID), notice=DONE
    ),
    "conflict": lambda: story_page(
        session(), notification("waiting", history=[decision()]), around(), refused=refused("cancel")
    ),
    "conflict-without-form": lambda: story_page(
        session(), notification("resolved", history=[decision("resolve")]), around(), refused=refused("resolve")
    ),
    "viewer": lambda: story_page(session("viewer"), notification("delivered", attempts=[]), around(partner=None)),
    "hostile": lambda: story_page(session(), hostile_notification(), around()),
    "largest": lambda: story_page(session(), largest_notification(), around()),
    "whole": lambda: story_page(
        session(), hostile_notification(payload=payload(note="x" * 60_000)), around(), whole=True
    ),
    "in-chinese": lambda: in_chinese(PAGES["failed"]),
    "search": lambda: search_page(session(), typed(), NAMES),
    "found": lambda: search_page(
        session(),
        typed(q="test158585", state="failed"),
        NAMES,
        found(notification(), hostile_notification(partnerId=3529), kind=Kind.ORDER, after=Place(3529)),
    ),
    "refused-search": lambda: search_page(
        session(), typed(q=HOSTILE, partnerId="west"), NAMES, problems={"partnerId": HOSTILE, "from": "no day"}
    ),
    "search-in-chinese": lambda: in_chinese(PAGES["found"]),
}


class TestEachPage(EachPageWithHostileOnes):
    PAGES = PAGES
    HOSTILE = ("hostile", "whole", "found", "refused-search", "conflict")


def test_a_failed_one_is_redriven_by_the_keyboard_alone(browser: Browser) -> None:
    page = open_page(browser, PAGES["failed"]())
    sent = submissions(page)
    page.get_by_label("Reason").first.focus()
    page.keyboard.type("their server is repaired")
    page.keyboard.press("Enter")
    page.wait_for_url("**/redrive")

    assert len(sent) == 1
    assert "turn=7" in sent[0]
    assert "reason=their+server+is+repaired" in sent[0]


def test_a_decision_opens_without_javascript(browser: Browser) -> None:
    page = open_page(browser, PAGES["failed"](), javascript=False)

    page.locator("summary", has_text="Cancel the notification").click()

    assert page.get_by_role("button", name="Cancel the notification").is_visible()


@pytest.mark.parametrize("name", ["conflict", "conflict-without-form"])
def test_a_conflict_is_in_view_and_has_the_focus(browser: Browser, name: str) -> None:
    page = open_page(browser, PAGES[name]())

    assert page.evaluate("document.activeElement.getAttribute('role')") == "alert"


def test_a_partner_is_chosen_from_the_list(browser: Browser) -> None:
    page = open_page(browser, PAGES["search"]())

    options = page.locator("#partners option").evaluate_all("all => all.map((one) => [one.value, one.text])")
    assert options[0] == ["3528", "西湖旅行 West Lake"]
    assert page.get_by_label("Partner (number or name)").get_attribute("list") == "partners"


def test_moments_are_in_the_readers_zone(browser: Browser) -> None:
    page = open_page(browser, PAGES["failed"]())

    accepted = page.locator("dd time").first
    assert accepted.inner_text() == "Nov 26, 2026, 11:04:06 AM"
    assert accepted.get_attribute("title") == "2026-11-26T03:04:06.000Z"


def submissions(page: Page) -> list[str]:
    """What the forms of the page send from now on."""
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.post_data or "") if request.method == "POST" else None)
    return sent
