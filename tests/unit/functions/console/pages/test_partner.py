"""The page of one partner."""

import pytest

from console.pages.partners.partner import partner_page
from console.rendering.forms import RefusedForm
from console.request import Form
from herald.languages.current import set_language
from herald.languages.language import Language
from tests.support.console.page_text import actions, elements, text_of, value_of
from tests.support.console.samples.administration_samples import (
    ADDRESS,
    endpoint_test,
    entry,
    hostile_partner,
    partner,
    session,
)

PROPOSED = "https://new.example/notify"
PASSED = endpoint_test(url=PROPOSED, verdict="success", reason="acknowledged")


def field(html: str, name: str) -> dict[str, str]:
    return next(one for one in elements(html, "input") if one.get("id") == name)


def test_both_addresses_stand_side_by_side() -> None:
    text = text_of(partner_page(session(), partner()))

    assert f"Approved address {ADDRESS} Notifications go to it now." in text
    assert "Proposed address https://bücher.example/herald/notify" in text
    assert "In letters bücher.example In DNS xn--bcher-kva.example" in text


def test_warnings_of_the_host_review_are_shown() -> None:
    text = text_of(partner_page(session(), hostile_partner()))

    assert "`\u0430\u0440\u0440\u04cf\u0435` can be taken for `apple`, which is another name" in text


def test_a_test_stands_with_the_address_that_it_tested() -> None:
    text = text_of(partner_page(session(), partner(lastTest=endpoint_test())))

    approved, _, proposed = text.partition("Proposed address")
    assert "not acknowledged 2026-11-26 03:58:12 UTC HTTP 200, but the body was `SUCCESS`" in approved
    assert "This address was not the last one to be tested." in proposed


def test_a_test_without_an_answer_says_so() -> None:
    lost = endpoint_test(address=None, status=None, excerpt="", verdict="not_resolved", reason="no such host")

    text = text_of(partner_page(session(), partner(lastTest=lost)))

    assert "IP address no connection Status no response Response empty" in text


def test_an_untested_address_is_approved_by_force_only() -> None:
    html = partner_page(session(), partner(proposedUrl=PROPOSED, lastTest=endpoint_test(url=PROPOSED)))

    assert "required" in field(html, "approve-force")
    assert "the history will say that it was by force" in text_of(html)


def test_a_tested_address_needs_no_force() -> None:
    html = partner_page(session(), partner(proposedUrl=PROPOSED, lastTest=PASSED))

    assert [one for one in elements(html, "input") if one.get("id") == "approve-force"] == []


def test_the_approval_names_the_address_that_was_seen() -> None:
    html = partner_page(session(), partner(proposedUrl=PROPOSED))

    assert value_of(html, "url") == PROPOSED


def test_an_internal_address_says_so_and_its_approval_names_it() -> None:
    html = partner_page(session(), partner(proposedUrl=PROPOSED, proposedInternal=True))

    approved, _, proposed = text_of(html).partition("Proposed address")
    said = "Internal: notifications are sent only to addresses in the ranges of InternalCidrs."
    assert (said in approved, said in proposed) == (False, True)
    assert value_of(html, "internal") == "true"
    assert "checked" in field(html, "change-internal")


def test_a_test_with_another_mark_does_not_stand_with_the_address() -> None:
    html = partner_page(session(), partner(proposedUrl=PROPOSED, proposedInternal=True, lastTest=PASSED))

    assert "required" in field(html, "approve-force")


@pytest.mark.parametrize(
    ("state", "offered"), [("active", {"suspend"}), ("suspended", {"resume"}), ("pending", set[str]())]
)
def test_the_state_decides_what_is_offered(state: str, offered: set[str]) -> None:
    html = partner_page(session(), partner(state=state, proposedUrl=None))

    always = {"test", "change", "limits", "set-header", "rotate-secret", "rotate-key"}
    assert {*actions(html)} == {f"/console/partners/3528/{name}" for name in always | offered}


def test_a_viewer_sees_no_form() -> None:
    html = partner_page(session("viewer"), partner())

    assert actions(html) == []
    assert "Approved address" in text_of(html)


def test_a_suspension_says_how_many_it_concerns() -> None:
    html = partner_page(session(), partner(), {"failed": 0, "held": 0, "alertOpen": False, "waiting": 2_200})

    assert "2,200 notifications are waiting now." in text_of(html)
    assert "How many are waiting is not counted now." in text_of(partner_page(session(), partner()))


def test_a_resumption_says_how_many_it_concerns() -> None:
    text = text_of(partner_page(session(), partner(state="suspended"), {"failed": 0, "held": 1, "alertOpen": False}))

    assert "What is held is sent by the next polls, spaced at a rate. 1 notification is held now." in text


def test_a_refused_change_keeps_what_was_typed() -> None:
    typed = Form((("name", "New"), ("was-name", "Old"), ("url", "http://a"), ("reason", "they move")))
    html = partner_page(session(), partner(), refused=RefusedForm("change", typed, {"url": "it must be https"}))

    assert [field(html, f"change-{name}")["value"] for name in ("name", "url", "reason")] == [
        "New",
        "http://a",
        "they move",
    ]
    assert field(html, "change-url")["aria-invalid"] == "true"
    assert value_of(html, "was-name") == "Old"
    assert "it must be https" in text_of(html)


def test_a_conflict_stands_above_its_form() -> None:
    refused = RefusedForm("suspend", Form((("reason", "why"),)), {"": "cannot suspend: the partner is suspended"})
    html = partner_page(session(), partner(), refused=refused)

    assert "Suspend cannot suspend: the partner is suspended" in text_of(html)
    assert field(html, "suspend-reason")["value"] == "why"


def test_the_history_begins_with_the_newest() -> None:
    text = text_of(partner_page(session(), partner(history=[entry("create", "first"), entry("suspend", "second")])))

    assert text.index("second") < text.index("first")


def test_what_was_done_is_said() -> None:
    html = partner_page(session(), partner(), notice="The partner is suspended.")

    assert "The partner is suspended." in text_of(html)


def test_a_hostile_partner_is_text_and_cut() -> None:
    html = partner_page(session(), hostile_partner())

    assert elements(html, "img") == []
    assert "49" not in text_of(html)[:100]
    assert "\u202e" not in text_of(html)
    assert len(html.encode()) < 60 * 1024


def test_the_page_speaks_the_readers_language() -> None:
    set_language(Language.TRADITIONAL_CHINESE)
    try:
        text = text_of(partner_page(session(), partner()))
    finally:
        set_language(Language.ENGLISH)

    assert "使用中" in text
    assert "Approved address" not in text
