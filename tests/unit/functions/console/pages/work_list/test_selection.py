"""What was selected, and the page that asks before it is changed."""

import pytest

from console.pages.work_list.selection import MOST, action_of, confirmation_page, is_counted, selected_of, value_of
from console.request import Form, FormRefused
from tests.support.console.page_text import actions, elements, text_of
from tests.support.console.samples.administration_samples import HOSTILE, session
from tests.support.factories import an_id

ID = str(an_id(1))
PATH = "/console/failed/3528"


def form(*selected: str, **fields: str) -> Form:
    return Form((*fields.items(), *(("one[]", value) for value in selected)))


def test_a_check_box_is_read_as_it_was_written() -> None:
    assert selected_of(form(value_of(ID, 6), value_of(str(an_id(2)), 12)), 3528) == [(ID, 6), (str(an_id(2)), 12)]


@pytest.mark.parametrize(
    "value", ["", ID, f".{ID}", f"-1.{ID}", f"06.{ID}", f"6.{ID}x", f"6.{an_id(1, 9)}", f"6.{ID}\n", HOSTILE]
)
def test_what_no_page_sends_is_refused(value: str) -> None:
    with pytest.raises(FormRefused):
        selected_of(form(value), 3528)


def test_more_than_a_page_has_is_refused() -> None:
    assert len(selected_of(form(*[value_of(ID, 6)] * MOST), 3528)) == MOST
    with pytest.raises(FormRefused):
        selected_of(form(*[value_of(ID, 6)] * (MOST + 1)), 3528)


@pytest.mark.parametrize(("state", "action"), [("held", "redrive"), ("failed", "release"), ("failed", "")])
def test_an_action_that_the_state_does_not_allow_is_refused(state: str, action: str) -> None:
    with pytest.raises(FormRefused):
        action_of(form(action=action), state)


@pytest.mark.parametrize(("counted", "known"), [("2", True), ("1", False), ("", False), ("02", False)])
def test_the_person_has_seen_how_many_only_if_the_number_is_right(counted: str, *, known: bool) -> None:
    assert is_counted(form("a", "b", counted=counted)) == known


def test_the_question_says_what_will_happen_and_to_how_many() -> None:
    sent = form(value_of(ID, 6), value_of(str(an_id(2)), 7), state="held", cursor="c", action="cancel", reason="typed")
    html = confirmation_page(session(), PATH, HOSTILE, sent)
    text = text_of(html)

    assert "Cancel 2 notifications?" in text
    assert "They must not be sent: Herald sends them no more." in text
    assert "order-1 , order-2" in text
    assert actions(html) == [PATH]
    assert f"{PATH}?state=held&cursor=c" in [link["href"] for link in elements(html, "a")]
    assert elements(html, "img") == []


def test_the_answer_is_the_same_form_with_the_number() -> None:
    sent = form(value_of(ID, 6), state="failed", cursor="c", action="redrive", reason="they called")
    html = confirmation_page(session(), PATH, "West Lake", sent)
    fields = [(one["name"], one["value"]) for one in elements(html, "input") if one["name"] not in {"token", "back"}]

    assert is_counted(Form(tuple(fields)))
    assert {*fields} == {*sent.fields, ("counted", "1")}
