"""The work list, and the pages about what is failed or held of one partner, in the browser."""

from collections.abc import Callable
from dataclasses import replace

from playwright.sync_api import Browser, Page

from console.pages.work_list.attention import attention_page
from console.pages.work_list.everything import everything_page
from console.pages.work_list.outcome import outcome_view
from console.pages.work_list.overview import work_list_page
from console.pages.work_list.selection import confirmation_page, value_of
from console.rendering.forms import RefusedForm
from console.request import Form
from customer_service.lists.work_list import Work
from herald.languages.current import set_language
from herald.languages.language import Language
from tests.support.console.page_checks import EachPageWithHostileOnes
from tests.support.console.rendered_page import (
    accessibility_violations,
    open_page,
)
from tests.support.console.samples.administration_samples import HOSTILE, session
from tests.support.console.samples.work_list_samples import (
    everything,
    notification,
    one_came_first,
    partner_work,
    payload,
    some_work,
    spared,
    work_line,
)
from tests.support.factories import an_id

SELECTED = Form(
    (
        *(("one[]", value_of(str(an_id(n)), 6)) for n in (1, 2)),
        *(("state", "failed"), ("cursor", ""), ("action", "redrive"), ("reason", HOSTILE)),
    )
)
REFUSED = RefusedForm("decide", SELECTED, {"reason": "`reason` must be 1 to 500 characters that say why"})
HOSTILE_WORK = Work(failed=[work_line(name=HOSTILE * 5, reason=HOSTILE * 5)], held=[], alerts_open=frozenset())
LONG = partner_work(
    notification(1, orderId="9" * 64, payload=payload("8" * 200), reason="x" * 500), notification(2, reason=HOSTILE)
)


def several(role: str = "operator") -> str:
    those = [notification(n, payload=payload(f"41125869845{n},1")) for n in range(1, 4)]
    return attention_page(session(role), partner_work(*those, page={"items": those, "cursor": "c"}))


PAGES: dict[str, Callable[[], str]] = {
    "work-list": lambda: work_list_page(session(), some_work()),
    "work-with-an-open-breaker": lambda: work_list_page(session(), replace(some_work(), spared=[spared(), spared(9)])),
    "all-waiting": lambda: everything_page(session(), everything(state="waiting", at_least=True)),
    "no-work": lambda: work_list_page(session(), Work(failed=[], held=[], alerts_open=frozenset())),
    "hostile-work": lambda: work_list_page(session(), HOSTILE_WORK),
    "failed": several,
    "failed-for-viewers": lambda: several("viewer"),
    "held": lambda: attention_page(session(), partner_work(notification(state="held"), state="held")),
    "nothing-failed": lambda: attention_page(session(), partner_work()),
    "long-texts": lambda: attention_page(session(), LONG, notice="2 notifications are redriven."),
    "refused": lambda: attention_page(session(), partner_work(notification(1), notification(2)), refused=REFUSED),
    "not-changed": lambda: attention_page(
        session(), partner_work(notification(3)), outcome=outcome_view("redrive", one_came_first(reason=HOSTILE))
    ),
    "question": lambda: confirmation_page(session(), "/console/failed/3528", HOSTILE, SELECTED),
    "all-failed": lambda: everything_page(session(), everything()),
    "all-held": lambda: everything_page(session(), everything(state="held", name=HOSTILE)),
    "refused-job": lambda: everything_page(
        session(), everything(), RefusedForm("all", Form(()), {"action": "choose one", "perSecond": "not a number"})
    ),
    "none-of-all": lambda: everything_page(session(), everything(matched=0)),
}


class TestEachPage(EachPageWithHostileOnes):
    PAGES = PAGES
    HOSTILE = ("hostile-work", "long-texts", "not-changed", "question", "all-held")


def test_the_number_of_the_selected_is_shown_and_sent(browser: Browser) -> None:
    page = open_page(browser, PAGES["failed"]())
    assert page.get_by_text("0 selected").is_visible()

    page.get_by_label("Select order order-2").check()
    assert page.get_by_text("1 selected").is_visible()
    page.get_by_label("Select all on this page").check()

    assert page.get_by_text("3 selected").is_visible()
    assert page.locator("input[name=counted]").input_value() == "3"


def test_the_number_is_that_of_a_form_that_comes_back_with_a_selection(browser: Browser) -> None:
    page = open_page(browser, PAGES["refused"]())

    assert page.get_by_text("2 selected").is_visible()
    assert page.locator("input[name=counted]").input_value() == "2"


def test_without_javascript_the_form_asks_before_anything_is_changed(browser: Browser) -> None:
    page = open_page(browser, PAGES["failed"](), javascript=False)

    page.get_by_label("Select order order-2").check()

    assert page.locator("input[name=counted]").input_value() == ""
    assert not page.locator("#select-all").is_visible()
    assert page.get_by_role("button", name="Redrive the selected").is_visible()


def test_the_keyboard_alone_selects_and_decides(browser: Browser) -> None:
    page = open_page(browser, PAGES["failed"]())
    page.get_by_label("Select order order-1").focus()
    page.keyboard.press("Space")
    page.get_by_label("Reason").focus()
    page.keyboard.type("their server is repaired")
    page.keyboard.press("Tab")

    with page.expect_request("**/console/failed/3528") as sent:
        page.keyboard.press("Enter")

    assert "action=redrive" in (sent.value.post_data or "")
    assert "counted=1" in (sent.value.post_data or "")


def test_what_was_not_changed_has_the_focus(browser: Browser) -> None:
    page = open_page(browser, PAGES["not-changed"]())

    assert page.evaluate("document.activeElement.getAttribute('role')") == "alert"


def test_the_work_list_refreshes_by_itself(browser: Browser) -> None:
    page = open_page(browser, PAGES["work-list"]())
    page.clock.install()
    shown = serve(page, PAGES["work-list"]())

    shown[0] = PAGES["no-work"]()
    page.clock.fast_forward(30_000)
    page.get_by_text("Nothing is failed, nothing is held").wait_for()
    shown[0] = PAGES["work-list"]()
    page.clock.fast_forward(30_000)

    page.get_by_role("link", name="1,410 failed").wait_for()


def test_a_refresh_in_which_nothing_changed_touches_nothing(browser: Browser) -> None:
    page = open_page(browser, PAGES["work-list"]())
    page.clock.install()
    serve(page, PAGES["work-list"]())
    page.evaluate("document.querySelector('#summary').firstChild.kept = document.querySelector('#work table').kept = 1")

    with page.expect_response("**/console"):
        page.clock.fast_forward(30_000)
    page.wait_for_timeout(100)

    assert page.evaluate("document.querySelector('#summary').firstChild.kept") == 1
    assert page.evaluate("document.querySelector('#work table').kept") == 1


def test_the_pages_are_in_chinese_as_well(browser: Browser) -> None:
    set_language(Language.TRADITIONAL_CHINESE)
    try:
        page = open_page(browser, PAGES["failed"]())
    finally:
        set_language(Language.ENGLISH)

    page.get_by_label("選取訂單 order-2").check()

    assert page.get_by_text("已選取 1 筆").is_visible()
    assert accessibility_violations(page) == []


def serve(page: Page, html: str) -> list[str]:
    """Loads the page again; its refreshes get the one text of the list."""
    shown = [html]
    page.route("**/console", lambda route: route.fulfill(body=shown[0], content_type="text/html; charset=utf-8"))
    page.reload()
    return shown
