"""The pages of partners, jobs, keys and a day in the browser."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page

from console.pages.jobs.job import job_page
from console.pages.jobs.job_list import job_list_page
from console.pages.keys.key_list import key_list_page
from console.pages.keys.new_key import new_key_page
from console.pages.partners.partner import partner_page
from console.pages.partners.partner_list import partner_list_page
from console.pages.partners.registration import register_page, registered_page
from console.pages.sign_in import sign_in_page
from console.pages.today.day import Dashboard, day_page
from console.rendering.forms import RefusedForm
from console.request import Form
from customer_service.schemas.keys import NewlyMade
from customer_service.schemas.partners import NewlyRegistered
from tests.support.console.page_checks import EachPageWithHostileOnes
from tests.support.console.rendered_page import (
    open_page,
)
from tests.support.console.samples.administration_samples import (
    CANCELLED,
    HOSTILE,
    NOW,
    day,
    empty_day,
    endpoint_test,
    hostile_partner,
    job,
    key,
    open_breaker,
    partner,
    partner_health,
    recovering_breaker,
    reindexing,
    session,
    some_keys,
)

TODAY = "2026-11-26"
SICK = partner_health(failed=141, held=12, alertOpen=True, waiting=2_200)
LIMITED = {"timeout": 5, "ratePerSecond": 50, "concurrency": 4, "headerNames": ["X-Api-Key", "X-Zone"]}
DASHBOARDS = [Dashboard("herald-business", "https://eu-west-1.console.aws.amazon.com/cloudwatch/home")]
SOME_PARTNERS = day(places={"first": 31, "last": 60, "registered": 1_240}, nextAfter=3_560)
NEW_PARTNER = NewlyRegistered(**partner(), secret="whsec_" + "A" * 44, queryKey="herald_partner_" + "b" * 43)


def refused(name: str, **problems: str) -> RefusedForm:
    fields = (("partnerId", "35x"), ("name", HOSTILE), ("url", "http://a"), ("role", "partner"), ("partners", "x"))
    return RefusedForm(name, Form(fields), problems)


PAGES: dict[str, Callable[[], str]] = {
    "partners": lambda: partner_list_page(
        session(), {"items": [partner(breaker=open_breaker()), hostile_partner()], "cursor": "3528"}, {3528: SICK}
    ),
    "no-partner": lambda: partner_list_page(session(), {"items": [], "cursor": None}, {}, name=HOSTILE),
    "partner": lambda: partner_page(session(), partner(), SICK, notice="The partner was changed."),
    "suspended-partner": lambda: partner_page(session(), partner(state="suspended", lastTest=endpoint_test()), SICK),
    "spared-partner": lambda: partner_page(session(), partner(breaker=open_breaker(), **LIMITED), SICK),
    "recovering-partner": lambda: partner_page(session(), partner(breaker=recovering_breaker()), SICK),
    "refused-header": lambda: partner_page(
        session(),
        partner(**LIMITED),
        refused=refused("set-header", headerName="not a name", headerValue="long"),
    ),
    "hostile-partner": lambda: partner_page(session(), hostile_partner()),
    "refused-change": lambda: partner_page(session(), partner(), refused=refused("change", url="it must be https")),
    "partner-for-viewers": lambda: partner_page(session("viewer"), partner()),
    "registration": lambda: register_page(session(), refused("register", partnerId="it must be a whole number")),
    "registered": lambda: registered_page(session(), NEW_PARTNER),
    "jobs": lambda: job_list_page(session(), {"items": [job(), reindexing(), job(**CANCELLED)], "cursor": "c"}, NOW),
    "no-job": lambda: job_list_page(session(), {"items": [], "cursor": None}, NOW),
    "job": lambda: job_page(session(), job(reason=HOSTILE * 5), NOW, refused=refused("cancel", reason="too long")),
    "reindexing": lambda: job_page(session(), reindexing(), NOW),
    "job-over": lambda: job_page(session(), job(**CANCELLED), NOW),
    "keys": lambda: key_list_page(session(), {"items": some_keys(), "cursor": "c"}, NOW, revoking=key()),
    "refused-key": lambda: key_list_page(
        session(), {"items": [], "cursor": None}, NOW, refused=refused("make", role="choose one", partners="not one")
    ),
    "new-key": lambda: new_key_page(session(), NewlyMade(**key(), key="herald_publisher_" + "c" * 43)),
    "day": lambda: day_page(session(), day(countedUpTo=10_000, day="2026-11-25"), TODAY, DASHBOARDS),
    "empty-day": lambda: day_page(session(), empty_day(), TODAY),
    "day-of-one-partner": lambda: day_page(session(), day(partnerId=3528, places=None), TODAY),
    "refused-day": lambda: day_page(
        session(), SOME_PARTNERS, TODAY, refused=refused("show", day="there is no such day", partnerId="not a number")
    ),
    "decided-by-somebody-else": lambda: partner_page(
        session(), partner(state="suspended"), refused=refused("suspend", **{"": "the partner is suspended"})
    ),
}


class TestEachPage(EachPageWithHostileOnes):
    PAGES = PAGES
    HOSTILE = ("hostile-partner", "partners", "job", "registration")


def test_a_secret_is_copied(browser: Browser) -> None:
    page = open_page(browser, PAGES["registered"]())
    page.evaluate("navigator.clipboard.writeText = async (text) => { window.copied = text; }")

    page.get_by_role("button", name="Copy").first.click()

    assert page.get_by_role("button", name="Copied").is_visible()
    assert page.evaluate("window.copied") == NEW_PARTNER["secret"]


def test_the_tab_key_selects_a_secret(browser: Browser) -> None:
    page = open_page(browser, PAGES["registered"]())
    focus_with_tab(page, "secret")

    assert page.evaluate("document.activeElement.selectionEnd") == len(NEW_PARTNER["secret"])


def test_without_javascript_no_button_is_idle(browser: Browser) -> None:
    page = open_page(browser, PAGES["registered"](), javascript=False)

    assert page.get_by_label("Signing secret").input_value() == NEW_PARTNER["secret"]
    assert page.get_by_role("button", name="Copy").count() == 0


def test_a_decision_opens_without_javascript(browser: Browser) -> None:
    page = open_page(browser, PAGES["partner"](), javascript=False)

    page.get_by_text("New query key", exact=True).click()

    assert page.get_by_role("button", name="Make a new query key").is_visible()


def test_the_keyboard_alone_opens_a_decision(browser: Browser) -> None:
    page = open_page(browser, PAGES["partner"]())
    page.get_by_text("Suspend", exact=True).focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")

    assert page.evaluate("document.activeElement.id") == "suspend-reason"


def test_the_progress_refreshes_until_the_end(browser: Browser) -> None:
    page = open_page(browser, PAGES["job"]())
    page.clock.install()
    shown = serve(page, job_page(session(), job(), NOW))
    assert page.locator("progress").get_attribute("value") == "5000"

    shown[0] = job_page(session(), job(changed=9_999), NOW)
    page.clock.fast_forward(5_000)
    page.locator("progress[value='10000']").wait_for()

    shown[0] = job_page(session(), job(changed=19_999, state="done", endedAt="2026-11-26T04:09:00.000Z"), NOW)
    page.clock.fast_forward(5_000)
    page.get_by_text("The job is over: done").wait_for(state="attached")

    assert page.get_by_role("button", name="Cancel the job").count() == 0
    assert page.locator("[data-refresh]").count() == 0


def test_a_reason_being_typed_is_not_lost(browser: Browser) -> None:
    page = open_page(browser, PAGES["job"]())
    page.clock.install()
    shown = serve(page, job_page(session(), job(), NOW))
    page.get_by_label("Reason").fill("wrong partner")

    shown[0] = job_page(session(), job(changed=9_999), NOW)
    page.clock.fast_forward(5_000)
    page.locator("progress[value='10000']").wait_for()

    assert page.get_by_label("Reason").input_value() == "wrong partner"


def test_a_reason_is_not_lost_while_a_person_reads_elsewhere(browser: Browser) -> None:
    page = open_page(browser, PAGES["job"]())
    page.clock.install()
    shown = serve(page, job_page(session(), job(), NOW))
    page.get_by_label("Reason").fill("wrong partner")
    page.get_by_label("Reason").blur()

    shown[0] = job_page(session(), job(changed=9_999), NOW)
    page.clock.fast_forward(5_000)
    page.locator("progress[value='10000']").wait_for()

    assert page.get_by_label("Reason").input_value() == "wrong partner"


def test_an_ended_session_is_seen_at_the_next_refresh(browser: Browser) -> None:
    page = open_page(browser, PAGES["job"]())
    page.clock.install()
    serve(page, job_page(session(), job(), NOW))
    signed_out = {"status": 303, "headers": {"location": "/console/sign-in"}}
    page.route("**/console/jobs/*", lambda route: route.fulfill(**signed_out))
    page.route("**/console", lambda route: route.fulfill(body=sign_in_page("/console"), content_type="text/html"))

    with page.expect_navigation():
        page.clock.fast_forward(5_000)

    assert page.title().startswith("Sign in")


def test_a_refused_form_is_in_view_and_has_the_focus(browser: Browser) -> None:
    page = open_page(browser, PAGES["refused-change"]())

    assert page.evaluate("document.activeElement.getAttribute('role')") == "alert"
    assert page.get_by_role("textbox", name="Proposed address").is_visible()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "change-name"


def test_a_refused_cancellation_refreshes_from_the_job(browser: Browser) -> None:
    page = open_page(browser, PAGES["job"](), path="/console/jobs/20261126T040006-1f2e3d4c/cancel")
    page.clock.install()
    page.reload()

    with page.expect_request("**/console/jobs/20261126T040006-1f2e3d4c"):
        page.clock.fast_forward(5_000)


def serve(page: Page, html: str) -> list[str]:
    """Loads the page again; its refreshes get the one text of the list."""
    shown = [html]
    for path in ("**/console", "**/console/jobs/*"):
        page.route(path, lambda route: route.fulfill(body=shown[0], content_type="text/html; charset=utf-8"))
    page.reload()
    return shown


def focus_with_tab(page: Page, name: str) -> None:
    """Goes on with the tab key from the start of the content until the element has the focus."""
    page.locator("main").focus()
    for _ in range(10):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == name:
            return
    pytest.fail(f"the tab key does not reach {name}")
