"""The search: what was typed, and what was found."""

from dataclasses import replace

import pytest

from console.pages.notification_search.search import search_page
from console.pages.notification_search.typed import Typed, read, typed_of
from console.request import Form
from customer_service.lists.search_terms import Kind, Place, Wanted
from herald.domain.attempt import Verdict
from herald.domain.clock import DAY
from herald.domain.lists.notification_search import Filters
from herald.domain.transitions import State
from tests.support.console.page_text import elements, text_of
from tests.support.console.samples.administration_samples import HOSTILE, session
from tests.support.console.samples.notification_samples import (
    CODE,
    NAMES,
    NOTIFICATION_ID,
    found,
    hostile_notification,
    notification,
    payload,
    typed,
)

DAY_1 = 1_795_651_200_000 // DAY * DAY  # 2026-11-26
CURSOR = "eyJzZWFyY2giOiAieCJ9"


def wanted(**fields: str) -> Wanted:
    wanted = read(typed_of(Form(tuple(fields.items()))), NAMES).wanted
    assert wanted is not None
    return wanted


def problems(**fields: str) -> dict[str, str]:
    reading = read(typed_of(Form(tuple(fields.items()))), NAMES)
    assert reading.wanted is None
    return reading.problems


def links(html: str) -> list[str]:
    return [one["href"] for one in elements(html, "a")]


def test_nothing_but_a_text_is_looked_for_everywhere() -> None:
    assert wanted(q=" test158585 ") == Wanted(partner_ids=[3528, 3529, 3530], text="test158585")


def test_every_field_is_read() -> None:
    read = wanted(q=CODE, partnerId="3528", to="2026-11-26", state="failed", verdict="timeout", method="snNotify")

    filters = Filters(state=State.FAILED, verdict=Verdict.TIMEOUT, method="snNotify")
    assert read == Wanted(partner_ids=[3528], text=CODE, until=DAY_1 + DAY, filters=filters)


def test_a_day_is_its_first_and_its_last_one() -> None:
    read = wanted(day="2026-11-26")

    assert (read.since, read.until) == (DAY_1, DAY_1 + DAY)


def test_the_place_of_a_later_page_is_read() -> None:
    assert wanted(q="x", kind="order", at="3529", cursor="c").after == Place(3529, "c")
    assert wanted(q="x", kind="code", at="3529").after == Place(3529, None)
    assert wanted(q="x", kind="guess", at="x").kind is None


@pytest.mark.parametrize(
    ("text", "number"), [("3530", 3530), ("West Gate", 3530), ("west gate", 3530), ("西湖", 3528), ("gate", 3530)]
)
def test_a_partner_is_chosen_by_number_or_name(text: str, number: int) -> None:
    assert wanted(partnerId=text).partner_ids == [number]


def test_a_partner_with_exactly_this_name_is_meant() -> None:
    reading = read(typed_of(Form((("partnerId", "west"),))), {1: "West", 2: "West Lake"})

    assert reading.wanted is not None
    assert reading.wanted.partner_ids == [1]


@pytest.mark.parametrize(
    ("field", "text", "problem"),
    [
        ("partnerId", "nobody", "No partner has “nobody” in its name, or as its number."),
        ("partnerId", "99", "No partner has “99” in its name, or as its number."),
        ("partnerId", "west", "Several partners have it in their names: 3528 西湖旅行 West Lake, 3530 West Gate"),
        ("from", "yesterday", "yesterday is no day, such as 2027-11-23."),
        ("to", "1969-12-31", "1969-12-31 is no day, such as 2027-11-23."),
        ("to", "9999-12-31", "9999-12-31 is no day, such as 2027-11-23."),
        ("state", "lost", "Choose one of the list."),
        ("verdict", "bad", "Choose one of the list."),
        ("method", "testNotify", "Choose one of the list."),
        ("q", "x" * 201, "At most 200 characters."),
    ],
)
def test_wrong_input_is_named_at_its_field(field: str, text: str, problem: str) -> None:
    assert problems(**{field: text}) == {field: problem}


def test_many_partners_of_one_name_are_counted() -> None:
    reading = read(typed_of(Form((("partnerId", "lake"),))), {number: f"Lake {number}" for number in range(1, 13)})

    assert reading.problems["partnerId"].endswith("5 Lake 5 and 7 more")


def test_what_was_typed_is_kept_beside_the_problem() -> None:
    typed = typed_of(Form((("q", HOSTILE), ("partnerId", "nobody"), ("state", "held"))))
    html = search_page(session(), typed, NAMES, problems={"partnerId": "No partner."})

    fields = {one["id"]: one for one in elements(html, "input") if "id" in one}
    assert fields["search-q"]["value"] == HOSTILE
    assert fields["search-partnerId"]["value"] == "nobody"
    assert fields["search-partnerId"]["aria-invalid"] == "true"
    assert [one["value"] for one in elements(html, "option") if "selected" in one] == ["en", "held"]
    assert "No partner." in text_of(html)


def test_before_a_search_it_says_what_is_looked_for() -> None:
    text = text_of(search_page(session(), typed(), NAMES))

    assert "An order number is found however old it is" in text
    assert "Nothing was found" not in text


def test_a_row_leads_to_the_story() -> None:
    html = search_page(session(), typed(q="test158585"), NAMES, found(notification(), kind=Kind.ORDER))

    assert f"/console/notifications/{NOTIFICATION_ID}" in links(html)
    row = f"test158585 failed {CODE} a code was redeemed 3528 西湖旅行 West Lake 2026-11-26 03:04:06 UTC turned down 3"
    assert row in text_of(html)


def test_a_row_counts_older_attempts_and_further_codes() -> None:
    one = notification(olderAttempts=5, attempts=[], payload=payload(sncode="41, 42,43"))
    text = text_of(search_page(session(), typed(q="x"), NAMES, found(one)))

    assert " 41 and 2 more " in text
    assert "none yet 5" in text


def test_a_viewer_sees_masked_codes() -> None:
    html = search_page(session("viewer"), typed(state="failed"), NAMES, found(notification()))

    assert CODE not in html
    assert "••••••••8456" in html


def test_an_empty_end_says_what_else_to_try() -> None:
    text = text_of(search_page(session(), typed(q="x"), NAMES, found(kind=Kind.CODE)))

    assert "Nothing was found. A voucher code is found only within the days" in text


def test_an_empty_page_is_not_the_end() -> None:
    result = found(kind=Kind.CODE, after=Place(3528, CURSOR), reached=DAY_1, since=DAY_1 - DAY)
    html = search_page(session(), typed(q=CODE, partnerId="3528"), NAMES, result)

    assert "The search is not over." in text_of(html)
    assert "Looked back to: 2026-11-26 00:00:00 UTC" in text_of(html)
    go_on = f"/console/search?q={CODE}&partnerId=3528&from=2026-11-25&kind=code&at=3528&cursor={CURSOR}"
    assert go_on in links(html)


def test_a_search_in_all_partners_says_how_many_are_left() -> None:
    html = search_page(session(), typed(q="x"), NAMES, found(kind=Kind.ORDER, after=Place(3529)))

    assert "Looked in 28 of 40 partners, by their numbers." in text_of(html)
    assert "/console/search?q=x&kind=order&at=3529" in links(html)


def test_an_order_number_can_be_looked_for_as_a_code() -> None:
    assert "/console/search?q=x&kind=code" in links(search_page(session(), typed(q="x"), NAMES, found(kind=Kind.ORDER)))
    assert "kind=code" not in search_page(session(), typed(q="x"), NAMES, found(kind=Kind.CODE))


@pytest.mark.parametrize(
    ("kind", "fields", "words"),
    [
        (Kind.ORDER, {"q": "x"}, "found however old it is. Nothing"),
        (Kind.FILTERS, {"state": "held"}, "the newest first. The last 7 days."),
        (Kind.FILTERS, {"to": "2026-11-20"}, "The 7 days before the end of the last day. Up to 2026-11-20."),
        (Kind.CODE, {"q": "x", "from": "2026-11-01", "to": "2026-11-20"}, "From 2026-11-01 on. Up to 2026-11-20."),
    ],
)
def test_it_says_in_which_days_was_looked(kind: Kind, fields: dict[str, str], words: str) -> None:
    result = found(kind=kind)

    assert words in text_of(search_page(session(), typed(**fields), NAMES, result))


def test_up_to_150_partners_can_be_chosen() -> None:
    few, many = ({number: f"Partner {number}" for number in range(1, last)} for last in (151, 152))

    html = search_page(session(), typed(), few)
    assert len([one for one in elements(html, "option") if one["value"].isdigit()]) == 150
    assert elements(search_page(session(), typed(), many), "datalist") == []


def test_a_page_of_the_most_and_largest_is_small() -> None:
    names = dict.fromkeys(range(3528, 3678), '"' * 200)
    items = [notification(orderId='"' * 64, payload=payload(sncode='"' * 30_000)) for _ in range(25)]

    html = search_page(session(), typed(q='"' * 200), names, found(*items))

    assert len(html.encode()) < 60 * 1024


def test_a_hostile_partner_is_text() -> None:
    html = search_page(session(), typed(q="x"), NAMES, found(hostile_notification()))

    assert elements(html, "img") == []
    assert not {"\u202e", "\x1b"} & {*html}


def test_what_was_typed_only_is_empty() -> None:
    assert typed_of(Form((("q", "  "), ("kind", "order")))).is_empty
    assert not Typed({"q": "", "state": "held"}).is_empty


@pytest.mark.parametrize(
    ("state", "partners", "role", "is_offered"),
    [
        ("waiting", 1, "operator", True),
        ("waiting", 1, "viewer", False),
        ("waiting", 40, "operator", False),
        ("failed", 1, "operator", False),
    ],
)
def test_all_that_waits_of_one_partner_is_decided_about_from_its_search(
    state: str, partners: int, role: str, *, is_offered: bool
) -> None:
    result = replace(found(notification(state)), in_partners=partners)
    html = search_page(session(role), typed(partnerId="3528", state=state), NAMES, result)

    assert ("/console/failed/3528/all?state=waiting" in links(html)) == is_offered
