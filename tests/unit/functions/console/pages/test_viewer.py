"""A viewer sees no whole voucher code on any page, whatever publisher and partner sent."""

import html as entities
import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from console.pages.notification_search.search import search_page
from console.pages.notifications.story import story_page
from console.pages.work_list.attention import attention_page
from console.pages.work_list.overview import work_list_page
from customer_service.lists.work_list import Work
from customer_service.schemas.notifications import Notification
from tests.support.console.page_text import actions
from tests.support.console.samples.administration_samples import session
from tests.support.console.samples.notification_samples import (
    around,
    attempt,
    decision,
    found,
    notification,
    payload,
    typed,
)
from tests.support.console.samples.work_list_samples import partner_work, some_work, work_line

CODES = st.from_regex(r"[GHJKQ][0-9GHJKQ]{10,30}", fullmatch=True).filter(lambda code: len(set(code)) > 4)  # no moment
AROUND = st.text(st.characters(codec="utf-8", exclude_characters="•…"), max_size=12)
LONGEST_EXCERPT = 512


@st.composite
def hostile_notifications(draw: st.DrawFn) -> tuple[str, Notification]:
    """A notification with a voucher code that stands wherever a text of publisher or partner stands, and the code."""
    code = draw(CODES)
    quoted = f"{draw(AROUND)}{code}{draw(AROUND)}"
    answer = f"{draw(AROUND)}{'x' * draw(st.integers(0, LONGEST_EXCERPT))}{code}"[:LONGEST_EXCERPT]
    reason = f"HTTP 200, but the body was `{answer[:200]}…`"
    content = payload(
        sncode=f"{draw(AROUND).replace(',', '')},{code}", LHOrderId=quoted, **{quoted: [{quoted: quoted}]}
    )
    changes = {"payload": content.replace("執行成功", json.dumps(quoted)[1:-1]), "reason": reason}
    tried = [attempt(1, excerpt=answer, reason=reason), attempt(2, excerpt=quoted, reason=f"the body was `{quoted}`")]
    return code, notification(**changes, attempts=tried, history=[decision(reason=quoted)])


def pages_of(one: Notification) -> dict[str, str]:
    """Every page that shows something of it, to a viewer."""
    viewer, item = session("viewer"), {**one, "since": one["acceptedAt"]}
    line: Any = work_line(reason=one.get("reason", ""))
    return {
        "story": story_page(viewer, one, around()),
        "whole story": story_page(viewer, one, around(), whole=True),
        "search": search_page(viewer, typed(partnerId="3528"), {3528: "West Lake"}, found(one)),
        "failed": attention_page(viewer, partner_work(item)),  # type: ignore[arg-type] # with one more member
        "work list": work_list_page(viewer, Work(failed=[line], held=[], alerts_open=frozenset())),
    }


@given(hostile_notifications())
def test_no_page_of_a_viewer_has_a_whole_code_or_a_form_that_changes(sample: tuple[str, Notification]) -> None:
    code, one = sample
    for name, page in pages_of(one).items():
        assert code not in page, name
        assert code not in entities.unescape(page), name
        assert code[:-1] not in entities.unescape(page), name  # what is left of it where a text was cut
        assert actions(page) == [], name


@given(CODES, AROUND, AROUND)
@example("411258698456", "`", "`")
def test_a_reason_in_the_work_list_quotes_no_answer_to_a_viewer(code: str, before: str, after: str) -> None:
    line: Any = work_line(reason=f"HTTP 200, but the body was `{before}{code}{after}`: it must be lower case")
    page = work_list_page(session("viewer"), Work(failed=[line], held=[], alerts_open=frozenset()))

    assert code not in page
    assert "HTTP 200, but the body was `…`: it must be lower case" in page


@pytest.mark.parametrize("role", ["operator", "viewer"])
def test_a_reason_that_quotes_no_answer_is_whole(role: str) -> None:
    line: Any = work_line(reason="the answer was larger than 64 KiB: it must be the bare word `success`")

    assert "bare word `success`" in work_list_page(session(role), Work([line], [], frozenset()))


def test_an_operator_reads_the_answer() -> None:
    assert "the body was `SUCCESS`" in work_list_page(session(), some_work())
