"""The search for notifications: by order number, by voucher code, by id, and by filters alone."""

from dataclasses import replace
from urllib.parse import urlencode

import pytest
import time_machine

from customer_service.lists.across_partners import ORDER_QUERIES
from herald.domain.api_key import Role
from herald.domain.clock import DAY, HOUR, MINUTE
from herald.domain.notification import Notification
from tests.support.aws.aws_stack import Aws
from tests.support.console.browser_requests import Answer, Browser
from tests.support.console.page_text import elements
from tests.support.console.samples.administration_samples import HOSTILE
from tests.support.factories import NOON, PAYLOAD, a_notification, a_partner
from tests.support.functions.dispatcher import failed, held, registered, stands
from tests.support.request_counter import Meter

CODE = "411258698456"
STORY = "/console/notifications/"


def search(browser: Browser, **fields: str) -> Answer:
    return browser.get(f"/console/search?{urlencode(fields)}")


def found(page: Answer) -> list[str]:
    """The ids of the notifications in the table."""
    assert page.status == 200, page.text
    links = [one["href"] for one in elements(page.body, "a")]
    return [href.removeprefix(STORY) for href in links if href.startswith(STORY)]


def next_of(page: Answer) -> str | None:
    """The address of the next page."""
    return next((one["href"] for one in elements(page.body, "a") if one.get("rel") == "next"), None)


def all_found(browser: Browser, page: Answer) -> list[str]:
    """The ids on this page and on all that follow."""
    ids = found(page)
    while (href := next_of(page)) is not None:
        page = browser.get(href)
        ids += found(page)
    return ids


def with_code(one: Notification, code: str) -> Notification:
    return replace(one, payload=PAYLOAD.replace(CODE, code))


def ids_of(*those: Notification) -> list[str]:
    return [str(one.id) for one in those]


def test_before_a_search_nothing_is_looked_for(operator: Browser, aws: Aws) -> None:
    search(operator)
    meter = Meter(aws)

    page = search(operator)

    assert "An order number is found however old it is" in page.text
    assert {call.resource for call in meter.calls} <= {"SessionTable", "KeyTable", "PartnerTable"}


def test_an_id_leads_straight_to_the_story(operator: Browser) -> None:
    one = a_notification(1)

    answer = search(operator, q=f" {one.id} ", partnerId="x")

    assert (answer.status, answer.location) == (303, STORY + str(one.id))


def test_an_order_number_is_found_in_every_partner_however_old(operator: Browser) -> None:
    registered(*map(a_partner, (1, 2, 3)))
    old = a_notification(1, partner_id=1, at=NOON - 400 * DAY)
    stands(old, new := a_notification(1, partner_id=3), a_notification(2, partner_id=2))

    assert found(search(operator, q="order-1")) == ids_of(old, new)
    assert found(search(operator, q="order-1", partnerId="3")) == ids_of(new)


def test_filters_hold_for_an_order_too(operator: Browser) -> None:
    registered(a_partner())
    stands(lost := failed(1, NOON))
    wanted = {"state": "failed", "verdict": "not_success", "method": "snNotify", "from": "2026-11-23"}

    assert found(search(operator, q="order-1", **wanted)) == ids_of(lost)
    for other in ({"state": "held"}, {"verdict": "timeout"}, {"method": "reNotify"}, {"from": "2026-11-24"}):
        assert found(search(operator, q="order-1", **{**wanted, **other})) == []
    assert found(search(operator, q="order-1", to="2026-11-22")) == []


def test_an_order_number_costs_one_query_for_each_partner_and_goes_on_by_pages(operator: Browser, aws: Aws) -> None:
    registered(*map(a_partner, range(1, 131)))
    stands(one := a_notification(1, partner_id=130))
    search(operator)
    meter = Meter(aws)

    first = search(operator, q="order-1")

    assert meter.requests("dynamodb")["Query"] == ORDER_QUERIES
    assert found(first) == []
    assert "Nothing was found as far as this page looked. The search is not over." in first.text
    assert "Looked in 100 of 130 partners" in first.text
    assert all_found(operator, first) == ids_of(one)


def test_a_long_order_goes_on_by_pages(operator: Browser) -> None:
    registered(a_partner(), a_partner(3529))
    many = [replace(one := a_notification(1, at=NOON + n), id=replace(one.id, digest=f"{n:032x}")) for n in range(30)]
    stands(*many, other := a_notification(1, partner_id=3529))

    page = search(operator, q="order-1")

    assert found(page) == ids_of(*many[:25])
    assert all_found(operator, page) == ids_of(*many, other)


def test_where_no_order_has_the_number_it_is_a_voucher_code(operator: Browser) -> None:
    registered(a_partner(), a_partner(3529))
    stands(one := a_notification(1, at=NOON - DAY), with_code(a_notification(2, at=NOON - DAY), "77"))
    stands(other := a_notification(3, partner_id=3529, at=NOON - 6 * DAY))

    page = search(operator, q=CODE)

    assert found(page) == ids_of(one, other)
    assert "Looked for as a voucher code" in page.text
    assert "The last 7 days." in page.text


def test_a_code_of_one_partner_is_looked_for_in_92_days(operator: Browser, clock: time_machine.Traveller) -> None:
    registered(a_partner())
    stands(old := a_notification(1, at=NOON - 91 * DAY), a_notification(2, at=NOON - 92 * DAY))

    page = search(operator, q=CODE, partnerId="3528")
    clock.shift(HOUR / 1_000)

    assert "From 2026-08-24 on." in page.text
    assert "Looked back to: 2026-10-24 00:00:00 UTC" in page.text
    assert all_found(operator, page) == ids_of(old)


def test_a_code_is_looked_for_within_the_days_that_are_given(operator: Browser) -> None:
    registered(a_partner())
    stands(*(a_notification(n, at=NOON - n * DAY) for n in range(1, 5)))

    page = search(operator, q=CODE, **{"from": "2026-11-20", "to": "2026-11-21"})

    assert found(page) == ids_of(*(a_notification(n) for n in (2, 3)))


def test_an_order_number_can_be_looked_for_as_a_code(operator: Browser) -> None:
    registered(a_partner())
    stands(order := a_notification(1), coded := with_code(a_notification(2, at=NOON - 1), "order-1"))

    page = search(operator, q="order-1")
    href = next(one["href"] for one in elements(page.body, "a") if one["href"].endswith("kind=code"))

    assert found(page) == ids_of(order)
    assert found(operator.get(href)) == ids_of(coded)


def test_a_code_is_looked_for_partner_by_partner_within_a_bound(operator: Browser, aws: Aws) -> None:
    registered(*map(a_partner, range(1, 21)))
    stands(one := a_notification(1, partner_id=20, at=NOON - HOUR))
    search(operator)
    meter = Meter(aws)

    page = search(operator, q=CODE)

    assert meter.requests("dynamodb")["Query"] == 20 + 7 * 8 * 8  # as order numbers, then 7 partners by 8 UTC days
    assert "Looked in 7 of 20 partners" in page.text
    assert all_found(operator, page) == ids_of(one)


def test_filters_alone_list_what_was_accepted(operator: Browser) -> None:
    registered(a_partner(), a_partner(3529))
    stands(new := held(1, NOON), a_notification(2, at=NOON - MINUTE), held(3, NOON - 8 * DAY, at=NOON - 8 * DAY))
    stands(other := held(4, NOON, partner_id=3529, at=NOON - HOUR))

    page = search(operator, state="held")

    assert found(page) == ids_of(new, other)
    assert "What was accepted in these days, the newest first." in page.text
    assert found(search(operator, state="held", partnerId="3529")) == ids_of(other)


def test_a_day_is_listed_partner_by_partner(operator: Browser) -> None:
    registered(a_partner(), a_partner(3529))
    stands(a_notification(1), one := a_notification(2, at=NOON - DAY), a_notification(3, at=NOON - 2 * DAY))
    stands(other := a_notification(4, partner_id=3529, at=NOON - DAY))

    assert found(search(operator, day="2026-11-22")) == ids_of(one, other)


def test_a_list_of_one_partner_goes_on_by_pages(operator: Browser) -> None:
    registered(a_partner(name="West Lake"))
    many = [a_notification(n, at=NOON - n) for n in range(60)]
    stands(*many)

    page = search(operator, partnerId="west")

    assert found(page) == ids_of(*many[:25])
    assert all_found(operator, page) == ids_of(*many)


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"partnerId": "nobody"}, "No partner has “nobody” in its name"),
        ({"from": "2026-11-24", "to": "2026-11-23"}, "`from` must be before `to`"),
        ({"from": "2026-01-01", "to": "2026-11-23"}, "is longer than 92 days"),
        ({"state": "lost"}, "Choose one of the list."),
        ({"at": "3528", "cursor": "invented"}, "`cursor` is not one that this list gave"),
        ({"at": "3528", "cursor": "invented", "kind": "code"}, "`cursor` is not one that this list gave"),
        ({"q": "x" * 201}, "At most 200 characters."),
    ],
)
def test_wrong_input_is_refused_and_kept(operator: Browser, fields: dict[str, str], problem: str) -> None:
    registered(a_partner())

    page = search(operator, **{"q": HOSTILE if "at" not in fields else "order-1", **fields})

    assert page.status == 400
    assert problem in page.text
    values = {one.get("name"): one.get("value") for one in elements(page.body, "input")}
    assert values["partnerId"] == fields.get("partnerId", "")
    assert elements(page.body, "img") == []


def test_a_viewer_finds_a_code_and_sees_it_masked(browser: Browser) -> None:
    browser.sign_in(Role.VIEWER)
    registered(a_partner())
    stands(one := a_notification(1, at=NOON - 1))

    page = search(browser, q=CODE)

    assert found(page) == ids_of(one)
    assert "••••••••8456" in page.text
    assert CODE not in page.text  # only in the box, as it was typed, and in the link that goes on


def test_nothing_is_registered_yet(operator: Browser) -> None:
    assert "Nothing was found." in search(operator, q="order-1").text


def test_the_page_is_in_the_readers_language(operator: Browser) -> None:
    operator.language = "zh-CN"
    registered(a_partner())
    stands(a_notification(1))

    assert "按订单编号搜索，不论多久以前都能找到。" in search(operator, q="order-1").text
