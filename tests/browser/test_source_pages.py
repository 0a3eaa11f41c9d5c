"""The pages of sources in the browser."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser

from console.pages.sources.new_source import register_source_page, token_page
from console.pages.sources.source import source_page
from console.pages.sources.source_list import source_list_page
from console.rendering.forms import RefusedForm
from console.request import Form
from tests.support.console.page_checks import EachPageWithHostileOnes
from tests.support.console.rendered_page import open_page
from tests.support.console.samples.administration_samples import HOSTILE, NOW, session
from tests.support.console.samples.source_samples import (
    TOKEN,
    changed_source,
    hostile_source,
    source,
    source_with_token,
)


def refused(name: str, **problems: str) -> RefusedForm:
    fields = (("name", HOSTILE), ("partnerId", "35x"), ("cidrs", "x"), ("webhookSecret", "whsec_x"), ("reason", "why"))
    return RefusedForm(name, Form(fields), problems)


PAGES: dict[str, Callable[[], str]] = {
    "sources": lambda: source_list_page(
        session(), {"items": [changed_source(), source(state="suspended"), hostile_source()], "cursor": "c"}
    ),
    "sources-for-viewers": lambda: source_list_page(session("viewer"), {"items": [source()], "cursor": None}),
    "no-source": lambda: source_list_page(session(), {"items": [], "cursor": None}),
    "source": lambda: source_page(session(), changed_source(), NOW),
    "source-that-demands-nothing": lambda: source_page(session(), source(), NOW),
    "suspended-source": lambda: source_page(session(), source(state="suspended"), NOW),
    "hostile-source": lambda: source_page(session(), hostile_source(), NOW),
    "source-for-viewers": lambda: source_page(session("viewer"), changed_source(), NOW),
    "refused-change": lambda: source_page(
        session(), changed_source(), NOW, refused=refused("change", cidrs="`x` is no network")
    ),
    "refused-rotation": lambda: source_page(
        session(), changed_source(), NOW, refused=refused("rotate-token", **{"": "the token before is still accepted"})
    ),
    "decided-by-somebody-else": lambda: source_page(
        session(), source(state="suspended"), NOW, refused=refused("suspend", **{"": "the source is suspended"})
    ),
    "registration": lambda: register_source_page(session()),
    "registration-for-viewers": lambda: register_source_page(session("viewer")),
    "refused-registration": lambda: register_source_page(
        session(), refused("register", partnerId="it must be a whole number", cidrs="`x` is no network")
    ),
    "new-address": lambda: token_page(session(), source_with_token()),
}


class TestEachPage(EachPageWithHostileOnes):
    PAGES = PAGES
    HOSTILE = ("sources", "hostile-source", "refused-registration", "decided-by-somebody-else")


def test_each_field_of_the_registration_has_its_label(browser: Browser) -> None:
    page = open_page(browser, PAGES["registration"]())
    labels = ("Name", "Partner", "Networks", "The sender's signing secret", "Header", "Value of the header", "Reason")

    assert [page.get_by_label(label, exact=True).count() for label in labels] == [1] * len(labels)


def test_a_new_address_is_copied(browser: Browser) -> None:
    page = open_page(browser, PAGES["new-address"]())
    page.evaluate("navigator.clipboard.writeText = async (text) => { window.copied = text; }")

    page.get_by_role("button", name="Copy").click()

    assert page.get_by_role("button", name="Copied").is_visible()
    assert page.evaluate("window.copied") == f"/inbound/{TOKEN}"


def test_a_secret_is_not_seen_while_it_is_typed(browser: Browser) -> None:
    page = open_page(browser, PAGES["registration"]())

    hidden = [page.locator(f"#register-{name}").get_attribute("type") for name in ("webhookSecret", "headerValue")]

    assert hidden == ["password", "password"]


def test_the_keyboard_alone_opens_a_decision(browser: Browser) -> None:
    page = open_page(browser, PAGES["source"]())
    page.get_by_text("Suspend", exact=True).focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")

    assert page.evaluate("document.activeElement.id") == "suspend-reason"


def test_decisions_open_without_javascript(browser: Browser) -> None:
    page = open_page(browser, PAGES["source"](), javascript=False)

    page.get_by_text("New inbound address", exact=True).click()

    assert page.get_by_role("button", name="Make a new inbound address").is_visible()
    assert page.get_by_label("If it leaked: end the present address at once").is_visible()


@pytest.mark.parametrize(
    ("name", "field"), [("refused-change", "change-name"), ("refused-registration", "register-name")]
)
def test_a_refused_form_is_in_view_and_has_the_focus(browser: Browser, name: str, field: str) -> None:
    page = open_page(browser, PAGES[name]())

    assert page.evaluate("document.activeElement.getAttribute('role')") == "alert"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == field


def test_a_viewer_has_nothing_to_press(browser: Browser) -> None:
    for name in ("source-for-viewers", "sources-for-viewers", "registration-for-viewers"):
        page = open_page(browser, PAGES[name]())
        assert page.locator("main").get_by_role("button").count() == 0
