"""The form for one decision about all that is failed or held of a partner."""

from typing import Any

import pytest

from console.pages.work_list.everything import counting_request, everything_page, job_request
from console.rendering.forms import RefusedForm
from console.request import Form
from customer_service.schemas.requests import NewJob
from tests.support.console.page_text import actions, elements, text_of, value_of
from tests.support.console.samples.administration_samples import HOSTILE, session
from tests.support.console.samples.work_list_samples import everything

BEFORE = "2026-11-26T04:05:06.000Z"


def choices(html: str) -> list[str]:
    return [one["value"] for one in elements(html, "input") if one["name"] == "action"]


def typed(**changes: str) -> Form:
    fields = {"action": "redrive", "state": "failed", "before": BEFORE, "reason": "repaired", "perSecond": "5"}
    return Form(tuple({**fields, **changes}.items()))


def test_the_page_says_how_many_before_anything_happens() -> None:
    html = everything_page(session(), everything())
    text = text_of(html)

    assert "1,410 notifications are failed now. What fails later is not part of the job." in text
    assert "Redrive 1,410 notifications Each is sent again now" in text
    assert actions(html) == ["/console/failed/3528/all"]
    assert (value_of(html, "before"), value_of(html, "perSecond")) == (BEFORE, "20")


@pytest.mark.parametrize(
    ("matched", "duration"), [(1, "1 second after"), (1_410, "71 seconds after"), (20_000, "17 minutes after")]
)
def test_the_page_says_how_long_a_redrive_takes(matched: int, duration: str) -> None:
    assert f"At 20 a second the last one is sent about {duration}" in text_of(
        everything_page(session(), everything(matched=matched))
    )


def test_what_waits_is_decided_about_from_the_partner() -> None:
    html = everything_page(session(), everything(state="waiting", matched=2))

    assert "2 notifications are waiting now that were accepted in the last 92 days." in text_of(html)
    assert "Redrive 2 notifications" in text_of(html)
    assert "/console/partners/3528" in [link["href"] for link in elements(html, "a")]


@pytest.mark.parametrize("matched", [0, 9_000])
def test_a_count_that_stopped_names_no_number_to_decide_about(matched: int) -> None:
    text = text_of(everything_page(session(), everything(state="waiting", matched=matched, at_least=True)))

    assert f"At least {matched:,} notifications are waiting now: only the oldest were looked at." in text
    assert "Redrive all" in text


def test_what_is_held_is_not_redriven() -> None:
    html = everything_page(session(), everything(state="held"))

    assert choices(html) == ["resolve", "cancel"]
    assert "perSecond" not in html
    assert "1,410 notifications are held now." in text_of(html)


def test_nothing_is_chosen_before_the_person_chooses() -> None:
    assert not any("checked" in one for one in elements(everything_page(session(), everything()), "input"))


def test_without_any_there_is_nothing_to_decide() -> None:
    html = everything_page(session(), everything(matched=0))

    assert actions(html) == []
    assert "There is none now, so there is nothing to decide." in text_of(html)


def test_a_viewer_starts_nothing() -> None:
    assert actions(everything_page(session("viewer"), everything())) == []


def test_a_refused_form_keeps_what_was_typed() -> None:
    refused = RefusedForm("all", typed(perSecond="5000"), {"perSecond": "`perSecond` must be a whole number"})
    html = everything_page(session(), everything(name=HOSTILE), refused)

    assert value_of(html, "perSecond") == "5000"
    assert [one["value"] for one in elements(html, "input") if "checked" in one] == ["redrive"]
    assert "`perSecond` must be a whole number" in text_of(html)
    assert elements(html, "img") == []


@pytest.mark.parametrize(
    ("form", "rate"), [(typed(), 5), (typed(action="resolve"), None), (typed(action="cancel", perSecond=""), None)]
)
def test_the_request_is_one_of_the_api(form: Form, rate: int | None) -> None:
    body = job_request(form, 3528)

    assert NewJob.model_validate(body).filter.partner_id == 3528
    assert body.get("perSecond") == rate


@pytest.mark.parametrize("text", ["", "x", "-1", "1.5", "\u0665", "9" * 5_000])
def test_what_is_no_number_is_left_to_the_api_to_refuse(text: str) -> None:
    body: dict[str, Any] = job_request(typed(perSecond=text), 3528)

    assert body["perSecond"] == text


def test_counting_starts_nothing() -> None:
    assert NewJob.model_validate(counting_request(3528, "held", BEFORE)).dry_run
