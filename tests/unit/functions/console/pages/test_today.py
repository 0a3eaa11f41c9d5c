"""The page of a day, and its bars."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from console.pages.today.bars import PLOT_HEIGHT, ROW_WIDTH, in_a_row, top_of, upright
from console.pages.today.day import Dashboard, day_page
from console.rendering.forms import RefusedForm
from console.request import Form
from tests.support.console.page_text import elements, text_of, value_of
from tests.support.console.samples.administration_samples import counts, day, empty_day, of_partner, session

TODAY = "2026-11-26"
COUNTS = st.lists(st.integers(0, 10**9), min_size=1, max_size=24)


def hrefs(html: str) -> list[str]:
    return [link["href"] for link in elements(html, "a")]


def test_each_number_is_under_the_pointer_and_in_a_table() -> None:
    text = text_of(day_page(session("viewer"), day(), TODAY))

    assert "06:00 to 07:00 UTC: 137 failed" in text
    assert "23:00 to 24:00 UTC: 0 accepted" in text
    assert "06:00 06:00 UTC 1,300 1,131 32 137" in text


def test_the_sums_of_the_day_stand_above() -> None:
    text = text_of(day_page(session(), day(hours={3: counts(1_200, failed=7), 4: counts(34)}), TODAY))

    assert "accepted in all 1,234" in text
    assert "failed 7" in text


def test_each_partner_has_its_numbers_and_links() -> None:
    html = day_page(session(), day(), TODAY)

    assert "西湖旅行 West Lake 3528 9,120 8,747 220 141" in text_of(html)
    assert "12 resolved or cancelled" in text_of(html)
    assert {"/console/partners/3528", "/console/failed/3528", f"/console/search?day={TODAY}"} <= {*hrefs(html)}
    assert "/console/failed/3529" not in hrefs(html)


def test_a_part_of_the_registry_says_which_and_leads_on() -> None:
    part = day(places={"first": 51, "last": 100, "registered": 1_240}, nextAfter=3_600)
    html = day_page(session(), part, TODAY)

    assert "the partners 51 to 100 of 1,240, by number" in text_of(html)
    assert f"/console/today?day={TODAY}&after=3600" in hrefs(html)


def test_the_whole_registry_needs_no_explanation() -> None:
    html = day_page(session(), day(), TODAY)

    assert "These numbers are about" not in text_of(html)
    assert not [href for href in hrefs(html) if "after=" in href]


def test_one_partner_stays_chosen() -> None:
    html = day_page(session(), day(partnerId=3528, places=None), TODAY)

    assert "These numbers are about one partner: 3528" in text_of(html)
    assert {
        "/console/today?day=2026-11-25&partnerId=3528",
        f"/console/today?day={TODAY}",
        f"/console/search?partnerId=3528&day={TODAY}",
    } <= {*hrefs(html)}
    assert value_of(html, "partnerId") == "3528"


def test_a_refused_form_keeps_what_was_typed() -> None:
    refused = RefusedForm("show", Form((("day", "2026-11-31"), ("partnerId", "x"))), {"day": "there is no such day"})
    html = day_page(session(), day(), TODAY, refused=refused)

    assert "there is no such day" in text_of(html)
    assert value_of(html, "day") == "2026-11-31"


def test_the_day_can_be_changed() -> None:
    html = day_page(session(), day(day="2026-11-25"), TODAY)

    assert {"/console/today?day=2026-11-24", "/console/today?day=2026-11-26"} <= {*hrefs(html)}
    assert value_of(html, "day") == "2026-11-25"


def test_no_day_follows_today() -> None:
    assert "/console/today?day=2026-11-27" not in hrefs(day_page(session(), day(), TODAY))


def test_an_empty_day_says_what_that_means() -> None:
    html = day_page(session(), empty_day(), TODAY)

    assert "No notification was accepted on this day." in text_of(html)
    assert elements(html, "svg") == []


def test_an_empty_day_of_one_partner_says_so() -> None:
    html = day_page(session(), day(hours={}, partners=[], partnerId=3528, places=None), TODAY)

    assert "None of these partners' notifications was accepted on this day." in text_of(html)


def test_numbers_that_are_lower_bounds_say_so() -> None:
    assert "stopped after 10,000 notifications" in text_of(day_page(session(), day(countedUpTo=10_000), TODAY))
    assert "lower bound" not in text_of(day_page(session(), day(), TODAY))


def test_dashboards_are_linked() -> None:
    url = "https://eu-west-1.console.aws.amazon.com/cloudwatch/home#dashboards/dashboard/herald-business"

    assert url in hrefs(day_page(session(), day(), TODAY, [Dashboard("herald-business", url)]))
    assert "CloudWatch" not in text_of(day_page(session(), day(), TODAY))


def test_hostile_names_are_text() -> None:
    assert elements(day_page(session(), day(), TODAY), "img") == []


def test_a_full_day_fits_into_60_kb() -> None:
    parts = {"failed": 9, "waiting": 9, "otherwise": 9}
    partners = [of_partner(number, "西湖旅行 West Lake", 10**6, **parts) for number in range(30)]
    hours = {hour: counts(10**6, failed=9, waiting=9) for hour in range(24)}

    assert len(day_page(session(), day(hours=hours, partners=partners), TODAY).encode()) < 60 * 1024


@given(COUNTS)
def test_every_bar_fits_and_shows_its_number(numbers: list[int]) -> None:
    bars = upright(numbers)

    assert [bar.count for bar in bars] == numbers
    assert all(bar.y + bar.height == PLOT_HEIGHT or not bar.count for bar in bars)
    assert all((bar.height > 0) == (bar.count > 0) and bar.height <= PLOT_HEIGHT for bar in bars)


@given(COUNTS)
def test_the_top_is_a_round_number(numbers: list[int]) -> None:
    top = top_of(numbers)

    assert max(numbers) <= top <= max(1, 5 * max(numbers))
    assert str(top).rstrip("0") in {"1", "2", "5"}


@given(COUNTS)
def test_parts_of_a_row_follow_each_other(numbers: list[int]) -> None:
    bars = in_a_row(numbers, sum(numbers))

    assert all(abs(one.x + one.width - other.x) <= 0.2 for one, other in pairwise(bars))
    assert bars[-1].x + bars[-1].width <= ROW_WIDTH + 2 * len(bars) + 1
