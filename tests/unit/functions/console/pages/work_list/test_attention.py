"""What is failed or held of one partner."""

from typing import Any

import pytest

from console.pages.work_list.attention import PartnerWork, attention_page
from console.pages.work_list.outcome import ROWS, outcome_view
from console.pages.work_list.selection import MOST
from console.rendering.forms import RefusedForm
from console.request import Form
from customer_service.selection import NotChanged, Outcome
from herald.languages.message import Message
from tests.support.console.page_text import actions, elements, text_of, value_of
from tests.support.console.samples.administration_samples import HOSTILE, session
from tests.support.console.samples.work_list_samples import (
    CODE,
    longest_id,
    notification,
    one_came_first,
    partner_work,
    payload,
)
from tests.support.factories import an_id


def page(*those: Any, role: str = "operator", **changes: Any) -> str:
    return attention_page(session(role), partner_work(*those, **changes))


def buttons(html: str) -> list[str]:
    return [button["value"] for button in elements(html, "button") if button.get("name") == "action"]


def boxes(html: str) -> list[dict[str, str]]:
    return [box for box in elements(html, "input") if box.get("name") == "one[]"]


def test_a_row_says_what_failed_and_why() -> None:
    html = page(notification(olderAttempts=40))

    assert f"order-1 {CODE} 2026-11-26 04:05:05 UTC HTTP 200, but the body was `SUCCESS`" in text_of(html)
    assert "it must be lower case 45" in text_of(html)
    assert f"/console/notifications/{an_id(1)}" in [link["href"] for link in elements(html, "a")]


def test_a_check_box_carries_the_turn_that_the_person_saw() -> None:
    assert [box["value"] for box in boxes(page(notification(1), notification(2, turn=9)))] == [
        f"6.{an_id(1)}",
        f"9.{an_id(2)}",
    ]


@pytest.mark.parametrize(
    ("state", "offered"), [("failed", ["redrive", "resolve", "cancel"]), ("held", ["resolve", "cancel"])]
)
def test_only_what_the_state_allows_is_offered(state: str, offered: list[str]) -> None:
    html = page(notification(state=state), state=state)

    assert buttons(html) == offered
    assert value_of(html, "state") == state


def test_each_button_says_what_it_does() -> None:
    html = page(notification())

    described = [button["aria-describedby"] for button in elements(html, "button") if button.get("name") == "action"]
    assert described == [one["id"] for one in elements(html, "p") if one.get("id", "").startswith("about-")]
    assert "Each is sent again now, and its ladder begins anew." in text_of(html)


def test_a_viewer_selects_nothing_and_sees_no_whole_code() -> None:
    html = page(notification(payload=payload(f"{CODE},7"), reason=f"the body was `{CODE}`"), role="viewer")

    assert (actions(html), boxes(html)) == ([], [])
    assert "••••••••8456 and 1 more" in text_of(html)
    assert CODE not in html
    assert "/console/failed/3528/all" not in html


def test_a_viewer_does_not_see_a_code_that_was_cut_off_either() -> None:
    html = page(notification(reason=f"the body was `used: {CODE[:9]}…`: it must be `success`"), role="viewer")

    assert "used: •••••••••…" in text_of(html)


@pytest.mark.parametrize("codes", [None, "", " , "])
def test_a_notification_without_a_code_has_a_dash(codes: str | None) -> None:
    assert "order-1 \u2013 2026" in text_of(page(notification(payload=payload(codes))))


def test_all_of_them_are_one_click_away() -> None:
    html = page(notification(state="held"), state="held", counts={"failed": 3, "held": 1_410})

    assert "Decide about all 1,410 at once" in text_of(html)
    assert "/console/failed/3528/all?state=held" in [link["href"] for link in elements(html, "a")]


def test_the_other_state_is_one_click_away() -> None:
    html = page(notification())
    tabs = {
        link["href"]: "aria-current" in link for link in elements(html, "a") if "/console/failed/3528" in link["href"]
    }

    assert (tabs["/console/failed/3528"], tabs["/console/failed/3528?state=held"]) == (True, False)
    assert "Failed (1) Held (12)" in text_of(html)


def test_the_next_page_is_of_the_same_state() -> None:
    html = page(notification(state="held"), state="held", page={"items": [notification()], "cursor": "abc"})

    assert "/console/failed/3528?state=held&cursor=abc" in [link["href"] for link in elements(html, "a")]


@pytest.mark.parametrize(
    ("state", "text"), [("failed", "Nothing of this partner is failed"), ("held", "Nothing of this partner is held")]
)
def test_an_empty_list_says_what_that_means(state: str, text: str) -> None:
    html = page(state=state)

    assert text in text_of(html)
    assert actions(html) == []


def test_a_page_whose_notifications_have_just_been_changed_leads_on() -> None:
    html = page(page={"items": [], "cursor": "abc"}, counts={"failed": 40, "held": 0})

    assert "Those of this page were changed a moment ago." in text_of(html)
    assert "/console/failed/3528?cursor=abc" in [link["href"] for link in elements(html, "a")]


def test_a_refused_form_keeps_what_was_selected_and_typed() -> None:
    typed = Form((("one[]", f"6.{an_id(2)}"), ("reason", "they called"), ("action", "redrive")))
    refused = RefusedForm("decide", typed, {"reason": "it is too long"})
    html = attention_page(session(), partner_work(notification(1), notification(2)), refused=refused)

    assert [("checked" in box) for box in boxes(html)] == [False, True]
    assert value_of(html, "reason") == "they called"
    assert "it is too long" in text_of(html)


def test_whoever_came_second_reads_who_was_first_and_when() -> None:
    html = attention_page(
        session(), partner_work(notification(3)), outcome=outcome_view("redrive", one_came_first(reason=HOSTILE))
    )
    text = text_of(html)

    assert "2 notifications are redriven: they are sent again now. 1 was not changed" in text
    assert "order-3 : too late Last decision: redrive, bob , 2026-11-26 04:04:00 UTC" in text
    assert elements(html, "img") == []


def test_an_outcome_is_told_also_where_nothing_is_left() -> None:
    html = attention_page(session(), partner_work(), outcome=outcome_view("cancel", one_came_first()))

    assert "2 notifications are cancelled." in text_of(html)


def test_hostile_texts_are_text() -> None:
    html = page(notification(orderId=HOSTILE, reason=HOSTILE, payload=payload(HOSTILE)), name=HOSTILE)

    assert elements(html, "img") == []
    assert "\u202e" not in html


def longest(count: int) -> PartnerWork:
    """A page of so many, each with the longest texts, in characters of three bytes."""
    those = [
        notification(n, id=longest_id(n), orderId="9" * 64, reason="應" * 500, payload=payload("碼" * 200))
        for n in range(count)
    ]
    return partner_work(*those, page={"items": those, "cursor": "c" * 400}, cursor="c" * 400)


def test_a_page_has_at_most_60_kb() -> None:
    assert len(attention_page(session(), longest(MOST)).encode()) <= 60 * 1024


def test_a_page_of_those_that_were_not_changed_has_at_most_60_kb() -> None:
    [one] = one_came_first(reason="理" * 500, by="b" * 60).not_changed
    why = Message("由" * 100)
    outcome = Outcome(not_changed=[NotChanged(longest_id(n), why, one.now) for n in range(MOST)])

    html = attention_page(session(), longest(ROWS), outcome=outcome_view("redrive", outcome))

    assert len(html.encode()) <= 60 * 1024
