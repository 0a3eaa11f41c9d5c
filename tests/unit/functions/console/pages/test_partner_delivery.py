"""How a partner is sent to, on its page: its breaker, its limits, and the headers of its own."""

from typing import Any

import pytest

from console.pages.partners.partner import partner_page
from console.rendering.forms import RefusedForm
from console.request import Form
from herald.languages.current import set_language
from herald.languages.language import Language
from tests.support.console.page_text import actions, elements, text_of, value_of
from tests.support.console.samples.administration_samples import (
    open_breaker,
    partner,
    partner_health,
    recovering_breaker,
    session,
)

DECISIONS = {"/console/partners/3528/probe", "/console/partners/3528/close-breaker"}
SECRET = "k-5f2c-secret"


def page(role: str = "operator", **changes: Any) -> str:
    return partner_page(session(role), partner(**changes), partner_health(failed=7))


def refused(name: str, **problems: str) -> RefusedForm:
    typed = (("headerName", "X-Api-Key"), ("headerValue", SECRET), ("reason", "their gateway"))
    return RefusedForm(name, Form(typed), problems)


# ── The breaker ──


def test_an_open_breaker_says_since_when_how_often_and_how_many_wait() -> None:
    text = text_of(page(breaker=open_breaker()))

    assert "Breaker open Its server does not answer." in text
    assert "Stopped answering 2026-11-26 03:31:02 UTC Open since 2026-11-26 03:32:04 UTC" in text
    assert "One probe every 5 min Next probe 2026-11-26 04:07:04 UTC" in text
    assert "Held back 4,112, as the last poll counted Failed 7, which need a person" in text


def test_before_the_next_poll_nobody_has_counted() -> None:
    breaker = open_breaker()
    del breaker["waiting"]

    assert "Held back counted by the next poll" in text_of(page(breaker=breaker))


def test_a_recovering_breaker_says_what_happens() -> None:
    text = text_of(page(breaker=recovering_breaker()))

    assert "Breaker recovering Its server answers again: what waits is sent, the oldest first" in text
    assert "Answers again since 2026-11-26 04:04:06 UTC" in text


@pytest.mark.parametrize(
    ("outages", "said"),
    [(0, "Breaker closed: its server answers"), (1, "The last attempt found"), (7, "The last 7 attempts found")],
)
def test_a_closed_breaker_says_whether_outages_came_last(outages: int, said: str) -> None:
    assert said in text_of(page(breaker={"state": "closed", "outages": outages}))


def test_what_a_person_starts_is_said_before() -> None:
    text = text_of(page(breaker=open_breaker(), ratePerSecond=5))

    assert "One notification that is due is attempted now; where none is known, the next poll sends one." in text
    assert "2 a second at the beginning, 5 a second at most. If its server is still out of order" in text


@pytest.mark.parametrize("breaker", [{"state": "closed", "outages": 3}, recovering_breaker()])
def test_only_an_open_breaker_is_probed_or_closed(breaker: dict[str, Any]) -> None:
    assert {*actions(page(breaker=open_breaker()))} >= DECISIONS
    assert not DECISIONS & {*actions(page(breaker=breaker))}


def test_a_viewer_sees_the_breaker_and_changes_nothing() -> None:
    html = page("viewer", breaker=open_breaker(), headerNames=["X-Api-Key"], timeout=5)

    assert "Breaker open Its server does not answer." in text_of(html)
    assert "Time for one attempt 5 s" in text_of(html)
    assert "X-Api-Key (values are not shown)" in text_of(html)
    assert actions(html) == []
    assert "state=waiting" not in html


def test_a_suspended_partner_is_not_probed() -> None:
    text = text_of(page(breaker=open_breaker(), state="suspended"))

    assert "While the partner may not receive, nothing is sent to it, and no probe either." in text
    assert "One probe every" not in text


@pytest.mark.parametrize("name", ["probe", "close-breaker"])
def test_who_comes_after_the_breaker_has_closed_reads_why_and_what_was_typed(name: str) -> None:
    problem = "the partner's breaker is recovering: it has to be open for this"
    html = partner_page(session(), partner(breaker=recovering_breaker()), refused=refused(name, **{"": problem}))

    assert problem in text_of(html)
    assert "What you typed: their gateway" in text_of(html)


def test_the_breaker_is_in_the_readers_language() -> None:
    set_language(Language.TRADITIONAL_CHINESE)
    try:
        text = text_of(page(breaker=open_breaker()))
    finally:
        set_language(Language.ENGLISH)

    assert "熔斷 熔斷中 伺服器沒有回應。" in text
    assert "4,112 筆（上次輪詢時的數量）" in text


# ── Limits and headers ──


def test_the_limits_stand_in_the_registry_and_in_their_form() -> None:
    html = page(timeout=5, ratePerSecond=50, concurrency=4)

    assert "Time for one attempt 5 s Attempts a second 50 at most Attempts at once 4 at most" in text_of(html)
    fields = ("timeout", "ratePerSecond", "concurrency")
    assert [value_of(html, name) for name in fields] == ["5", "50", "4"]
    assert [value_of(html, f"was-{name}") for name in fields] == ["5", "50", "4"]


def test_without_limits_it_says_so() -> None:
    text = text_of(page())

    assert "Time for one attempt as for all partners Attempts a second no limit Attempts at once no limit" in text
    assert "Headers of its own none" in text


def test_headers_are_named_and_each_can_be_removed() -> None:
    html = page(headerNames=["X-Api-Key", "X-Zone"])

    assert "Headers of its own X-Api-Key , X-Zone (values are not shown)" in text_of(html)
    assert "Header X-Api-Key X-Zone Reason" in text_of(html)
    assert "/console/partners/3528/remove-header" not in actions(page(headerNames=[]))


@pytest.mark.parametrize("problem", [{"headerName": "no name"}, {"headerValue": "no value"}, {"reason": "too long"}])
def test_a_refused_header_keeps_its_name_and_not_its_value(problem: dict[str, str]) -> None:
    html = partner_page(session(), partner(), refused=refused("set-header", **problem))

    assert SECRET not in html
    assert (
        next(one["value"] for one in elements(html, "input") if one.get("id") == "set-header-headerName") == "X-Api-Key"
    )
    assert next(iter(problem.values())) in text_of(html)
