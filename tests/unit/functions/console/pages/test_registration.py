"""Registering and changing a partner."""

from hypothesis import given
from hypothesis import strategies as st

from console.pages.partners.changes import changed_fields
from console.pages.partners.registration import (
    query_key,
    register_page,
    registered_page,
    rotated_page,
    signing_secret,
)
from console.rendering.forms import RefusedForm
from console.request import Form
from customer_service.schemas.partners import NewlyRegistered
from tests.support.console.page_text import actions, elements, text_of, value_of
from tests.support.console.samples.administration_samples import HOSTILE, partner, session

REGISTERED = NewlyRegistered(**partner(), secret="whsec_AAAA", queryKey="herald_partner_bbbb")


def test_the_form_asks_for_a_partner() -> None:
    html = register_page(session())

    assert actions(html) == ["/console/partners"]
    assert {"partnerId", "name", "contact", "url", "ladder", "token"} <= {
        field.get("name", "") for field in elements(html, "input")
    }


def test_a_viewer_registers_nobody() -> None:
    html = register_page(session("viewer"))

    assert actions(html) == []
    assert "Ask an operator to do it." in text_of(html)


def test_bad_input_is_named_beside_its_field() -> None:
    typed = Form((("partnerId", "35x"), ("name", HOSTILE), ("url", "https://west-lake.example")))
    html = register_page(session(), RefusedForm("register", typed, {"partnerId": "it must be a whole number"}))

    number = next(field for field in elements(html, "input") if field.get("name") == "partnerId")
    assert (number["value"], number["aria-invalid"]) == ("35x", "true")
    assert number["aria-describedby"].split()[0] == "register-partnerId-problem"
    assert "it must be a whole number" in text_of(html)
    assert value_of(html, "name") == HOSTILE
    assert value_of(html, "url") == "https://west-lake.example"


def test_both_secrets_are_shown_with_a_warning() -> None:
    html = registered_page(session(), REGISTERED)
    fields = {field["id"]: field for field in elements(html, "input") if "readonly" in field}

    assert {name: field["value"] for name, field in fields.items()} == {
        "secret": "whsec_AAAA",
        "query-key": "herald_partner_bbbb",
    }
    assert "This page shows it once and never again." in text_of(html)
    assert "/console/partners/3528" in [link["href"] for link in elements(html, "a")]


def test_a_rotation_shows_what_is_new() -> None:
    html = rotated_page(session(), partner(), [signing_secret("whsec_BBBB")])

    assert [field["value"] for field in elements(html, "input") if "readonly" in field] == ["whsec_BBBB"]
    assert [button["data-copy"] for button in elements(html, "button") if "data-copy" in button] == ["secret"]


def test_a_query_key_is_no_signing_secret() -> None:
    assert query_key("k").label != signing_secret("s").label


def test_only_what_was_changed_is_sent() -> None:
    form = Form((("name", "New"), ("was-name", "Old"), ("contact", "same"), ("was-contact", "same")))

    assert changed_fields(form) == {"name": "New"}


def test_an_emptied_address_is_withdrawn() -> None:
    form = Form((("url", ""), ("was-url", "https://a.example"), ("ladder", " "), ("was-ladder", "1m"), ("contact", "")))

    assert changed_fields(form) == {"url": None, "ladder": None}


@given(st.dictionaries(st.sampled_from(["name", "contact", "url", "ladder"]), st.text()))
def test_a_form_left_as_it_was_changes_nothing(values: dict[str, str]) -> None:
    fields = [*values.items(), *((f"was-{name}", value) for name, value in values.items())]

    assert changed_fields(Form(tuple(fields))) == {}
