"""Forms that keep what was typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.rendering.forms import GENERAL, RefusedForm, form_view, problems_of
from console.request import Form


def refused(*fields: tuple[str, str]) -> RefusedForm:
    return RefusedForm("change", Form(fields), {"url": "must be https"})


def test_a_form_shows_what_there_is() -> None:
    view = form_view("change", None, name="West Lake")

    assert (view.value("name"), view.value("url"), view.problem("url"), view.is_refused) == ("West Lake", "", "", False)


def test_a_refused_form_shows_what_was_typed() -> None:
    view = form_view("change", refused(("name", "typed"), ("url", "http://a")), name="as it is", contact="as it is")

    assert (view.value("name"), view.value("url"), view.value("contact")) == ("typed", "http://a", "")
    assert view.problem("url") == "must be https"
    assert view.is_refused


def test_the_other_forms_of_a_page_stay_as_they_are() -> None:
    view = form_view("suspend", refused(("reason", "typed")))

    assert (view.value("reason"), view.is_refused) == ("", False)


def test_the_first_of_two_values_counts() -> None:
    assert form_view("change", refused(("name", "first"), ("name", "second"))).value("name") == "first"


@pytest.mark.parametrize(
    ("sentence", "field"),
    [
        ("`url`: it must begin with https", "url"),
        ("`reason` must be 1 to 500 characters that say why", "reason"),
        ("`expiresAt` must lie in the future", "expires"),
        ("`filter` must be something else", GENERAL),
        ("partner 3528 is registered already, see `url`", GENERAL),
        ("", GENERAL),
    ],
)
def test_a_refusal_stands_beside_the_field_it_names(sentence: str, field: str) -> None:
    assert problems_of(sentence, "url", "reason", expiresAt="expires") == {field: sentence}


@given(st.text())
def test_no_refusal_is_lost(sentence: str) -> None:
    assert [*problems_of(sentence, "url").values()] == [sentence]
