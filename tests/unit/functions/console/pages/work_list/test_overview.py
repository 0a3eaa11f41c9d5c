"""The work list."""

from dataclasses import replace

import pytest

from console.pages.work_list.overview import PARTNERS, work_list_page
from customer_service.lists.work_list import Work
from tests.support.console.page_text import elements, text_of
from tests.support.console.samples.administration_samples import HOSTILE, session
from tests.support.console.samples.work_list_samples import some_work, spared, work_line

NOTHING = Work(failed=[], held=[], alerts_open=frozenset())


def many(partners: int) -> Work:
    """Each has the longest lines in both states, in characters of three bytes."""
    lines = [
        work_line(number, partners - number + 1, name="湖" * 200, reason="應" * 500)
        for number in range(1, partners + 1)
    ]
    return Work(
        failed=lines,
        held=lines,
        alerts_open=frozenset(range(1, partners + 1)),
        spared=[spared(number, name="湖" * 200) for number in range(1, partners + 1)],
    )


def links(html: str) -> list[str]:
    return [link["href"] for link in elements(html, "a")]


def partners_on(html: str) -> list[str]:
    return [href.rpartition("/")[2] for href in links(html) if href.startswith("/console/partners/")]


def test_each_count_leads_to_what_it_counts() -> None:
    html = work_list_page(session(), some_work())

    assert {"/console/failed/3529", "/console/failed/3528", "/console/failed/3528?state=held"} <= {*links(html)}
    assert "Harbour Tickets 3529 alert open 1,410 failed 2026-11-26 01:05:06 UTC HTTP 200" in text_of(html)


@pytest.mark.parametrize(
    ("reason", "shown"),
    [
        ("the body was `used: 4112`: it must be `success` and nothing else", "the body was `…` and nothing else"),
        ("the body was `4`112`, `: it must be exactly", "the body was `…`: it must be exactly"),
        ("the body was empty: it must be the bare word `success`", "it must be the bare word `success`"),
        ("the body was `success`4112`", "the body was `…`"),
        ("the connection was refused", "the connection was refused"),
    ],
)
def test_a_viewer_does_not_see_what_a_partner_answered(reason: str, shown: str) -> None:
    work = Work(failed=[work_line(reason=reason)], held=[], alerts_open=frozenset())

    html = work_list_page(session("viewer"), work)

    assert shown in text_of(html)
    assert "112" not in text_of(html)
    assert reason in text_of(work_list_page(session(), work))


def test_an_open_breaker_has_a_line_with_its_next_probe() -> None:
    html = work_list_page(session(), replace(some_work(), spared=[spared(3531)]))

    line = "breaker open 2026-11-26 03:31:02 UTC Its server does not answer: 4,112 notifications are held back."
    assert f"{line} Next probe: 2026-11-26 04:07:04 UTC 1 held" in text_of(html)
    assert "1,551 failed, 13 held. 1 server does not answer." in text_of(html)


def test_a_partner_with_nothing_but_an_open_breaker_comes_last_and_leads_to_its_page() -> None:
    html = work_list_page(session(), replace(some_work(), spared=[spared(3500)]))

    assert list(dict.fromkeys(partners_on(html))) == ["3529", "3528", "3531", "3500"]


def test_the_most_failed_come_first() -> None:
    assert partners_on(work_list_page(session(), some_work())) == ["3529", "3528", "3531"]


def test_the_list_says_how_much_there_is_in_all() -> None:
    assert "3 partners need somebody: 1,551 failed, 13 held." in text_of(work_list_page(session(), some_work()))


def test_only_the_summary_is_read_out_when_the_page_refreshes() -> None:
    html = work_list_page(session(), some_work())
    refreshed = [
        (tag, one["id"], one.get("role"))
        for tag in ("p", "div")
        for one in elements(html, tag)
        if "data-refresh" in one
    ]

    assert refreshed == [("p", "summary", "status"), ("div", "work", None)]


def test_an_empty_list_says_what_that_means_and_goes_on_looking() -> None:
    html = work_list_page(session(), NOTHING)

    assert "Nothing is failed, nothing is held, and every server answers" in text_of(html)
    assert [one["id"] for one in elements(html, "div") if "data-refresh" in one] == ["work"]


def test_a_long_list_comes_by_pages() -> None:
    work = many(2 * PARTNERS + 1)
    read = [partners_on(work_list_page(session(), work, number)) for number in (1, 2, 3)]

    assert [len(page) for page in read] == [PARTNERS, PARTNERS, 1]
    assert [int(number) for page in read for number in page] == [*range(1, 2 * PARTNERS + 2)]
    assert {"/console?page=1", "/console?page=3"} <= {*links(work_list_page(session(), work, 2))}


def test_a_page_that_is_gone_is_the_last_one() -> None:
    assert "Page 2 of 2" in text_of(work_list_page(session(), many(PARTNERS + 1), 7))
    assert "Page 1 of 2" in text_of(work_list_page(session(), many(PARTNERS + 1), 0))


def test_a_page_has_at_most_60_kb() -> None:
    assert len(work_list_page(session(), many(3 * PARTNERS), 2).encode()) <= 60 * 1024


def test_hostile_names_and_reasons_are_text() -> None:
    line = work_line(name=HOSTILE, reason=HOSTILE)
    html = work_list_page(session(), replace(NOTHING, failed=[line]))

    assert elements(html, "img") == []
    assert "\u202e" not in html
