"""What a day brought, in the browser."""

import pytest

from herald.domain.api_key import Role
from herald.domain.clock import DAY, HOUR
from herald.domain.transitions import State
from herald.runtime.settings import get_settings
from tests.support.console.browser_requests import Browser
from tests.support.console.page_text import elements, value_of
from tests.support.factories import NOON, a_notification, a_partner
from tests.support.functions.dispatcher import registered, stands

TODAY = "/console/today"


@pytest.fixture(autouse=True)
def notifications(operator: Browser) -> None:  # noqa: ARG001 - the tables
    """Of two partners, today and yesterday."""
    registered(a_partner(3528, name="West Lake"), a_partner(3529, name="Harbour"))
    stands(
        a_notification(1, at=NOON - HOUR, state=State.DELIVERED),
        a_notification(2, at=NOON - HOUR, state=State.FAILED),
        a_notification(3, at=NOON, partner_id=3529),
        a_notification(4, at=NOON - DAY, state=State.CANCELLED),
    )


def test_today_is_shown_where_no_day_is_named(operator: Browser) -> None:
    page = operator.get(TODAY)

    assert "West Lake 3528 2 1 0 1" in page.text
    assert "Harbour 3529 1 0 1 0" in page.text
    assert "11:00 to 12:00 UTC: 1 failed" in page.text


def test_another_day_is_shown(operator: Browser) -> None:
    page = operator.get(f"{TODAY}?day=2026-11-22")

    assert "West Lake 3528 1 0 0 0" in page.text
    assert "1 resolved or cancelled" in page.text
    assert "Harbour" not in page.text


def test_one_partner_is_shown(operator: Browser) -> None:
    page = operator.get(f"{TODAY}?day=2026-11-23&partnerId=3529")

    assert "These numbers are about one partner: 3529" in page.text
    assert "West Lake" not in page.text
    assert value_of(page.body, "partnerId") == "3529"


@pytest.mark.parametrize(
    "day", ["2026-11-24", "2026-02-30", "20261123", "0001-01-01", "1999-12-31", "x", "2026-W48-1", "<b>"]
)
def test_a_day_that_is_none_or_lies_ahead_is_refused(operator: Browser, day: str) -> None:
    answer = operator.get(f"{TODAY}?day={day}")

    assert answer.status == 400
    assert "is no day up to today, 2026-11-23, in UTC." in answer.text
    assert value_of(answer.body, "day") == day


@pytest.mark.parametrize("number", ["x", "0", "9" * 40])
def test_what_is_no_number_is_refused(operator: Browser, number: str) -> None:
    answer = operator.get(f"{TODAY}?partnerId={number}")

    assert answer.status == 400
    assert "is no partner's number" in answer.text


def test_an_unknown_partner_is_refused_in_the_form(operator: Browser) -> None:
    answer = operator.get(f"{TODAY}?partnerId=7")

    assert answer.status == 404
    assert "partner 7 is not in the registry" in answer.text
    assert value_of(answer.body, "partnerId") == "7"


def test_a_viewer_sees_it(browser: Browser) -> None:
    browser.sign_in(Role.VIEWER)

    assert "West Lake 3528 2 1 0 1" in browser.get(TODAY).text


def test_the_dashboards_are_linked(operator: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    url = "https://eu-central-1.console.aws.amazon.com/cloudwatch/home?region=eu-central-1#dashboards/dashboard/herald"
    monkeypatch.setenv("BUSINESS_DASHBOARD_URL", f"{url}-business")
    monkeypatch.setenv("PLUMBING_DASHBOARD_URL", f"{url}-plumbing")
    get_settings.cache_clear()

    links = [link["href"] for link in elements(operator.get(TODAY).body, "a")]

    assert {f"{url}-business", f"{url}-plumbing"} <= {*links}


def test_without_dashboards_none_are_mentioned(operator: Browser) -> None:
    assert "CloudWatch" not in operator.get(TODAY).text


def test_the_next_partners_follow(operator: Browser) -> None:
    registered(*(a_partner(number) for number in range(1, 33)))

    page = operator.get(TODAY)
    next_page = next(link["href"] for link in elements(page.body, "a") if "after=" in link["href"])

    assert "the partners 1 to 30 of 34, by number" in page.text
    assert "West Lake 3528 2 1 0 1" in operator.get(next_page).text
