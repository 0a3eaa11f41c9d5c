"""Two people decide about the same thing: one wins, the other reads who was first and when, and what was typed is kept.

A notification is in test_notifications.py, several selected ones are in test_work_list.py.
"""

import pytest
import time_machine

from herald.domain.partner import Partner
from tests.support.console.browser_requests import Browser
from tests.support.console.form_cases import FORMS, PARTNER, WHY
from tests.support.console.page_text import value_at, value_of
from tests.support.console.shown_forms import form_to
from tests.support.functions.dispatcher import partners

NOON = "2026-11-23 12:00:00 UTC"


@pytest.fixture
def bob(clock: time_machine.Traveller) -> Browser:  # noqa: ARG001 - sessions begin at noon
    """Another operator."""
    bob = Browser()
    bob.sign_in(name="bob")
    return bob


def stored() -> Partner:
    found = partners().get(3528)
    assert found is not None
    return found


@pytest.mark.parametrize("name", ["approve", "suspend", "resume", "cancel-job", "revoke-key"])
def test_who_is_second_reads_who_was_first_and_keeps_what_was_typed(
    operator: Browser, bob: Browser, clock: time_machine.Traveller, name: str
) -> None:
    case = FORMS[name]()
    form = form_to(operator.get(case.page).body, case.action)
    assert bob.post(case.action, *form.filled({"reason": "bob was first", "token": bob.token})).status == 303
    clock.shift(60)

    page = operator.post(case.action, *form.filled({"reason": WHY, "token": operator.token}))

    assert page.status == 409
    before_the_typed = page.text.partition("What you typed: ")[0]
    assert WHY in page.text.removeprefix(before_the_typed)
    for words in (NOON, "bob", "bob was first"):
        assert words in before_the_typed


def test_a_change_of_what_somebody_changed_meanwhile_is_refused(operator: Browser, bob: Browser) -> None:
    case = FORMS["change"]()
    form = form_to(operator.get(PARTNER).body, case.action)
    bob.post(case.action, *form.filled({"name": "By bob", "contact": "by@bob.example", "reason": "bob was first"}))

    page = operator.post(case.action, *form.filled({"contact": "by@alice.example", "reason": WHY}))

    assert page.status == 409
    assert f"Last change: {NOON} , bob : change, bob was first" in page.text
    assert (stored().name, stored().contact) == ("By bob", "by@bob.example")
    assert value_at(page.body, "change-contact") == "by@alice.example"
    assert value_at(page.body, "change-name") == "By bob"  # which alice did not touch
    assert value_of(page.body, "was-contact") == "by@bob.example"


def test_the_refused_change_is_made_when_it_is_sent_again(operator: Browser, bob: Browser) -> None:
    case = FORMS["change"]()
    form = form_to(operator.get(PARTNER).body, case.action)
    bob.post(case.action, *form.filled({"name": "By bob", "contact": "by@bob.example", "reason": "bob was first"}))
    page = operator.post(case.action, *form.filled({"contact": "by@alice.example", "reason": WHY}))

    again = operator.post(case.action, *form_to(page.body, case.action).fields)

    assert again.status == 303
    assert (stored().name, stored().contact) == ("By bob", "by@alice.example")


def test_two_people_change_two_fields(operator: Browser, bob: Browser) -> None:
    case = FORMS["change"]()
    form = form_to(operator.get(PARTNER).body, case.action)

    bob.post(case.action, *form.filled({"name": "By bob", "reason": "bob was first"}))
    answer = operator.post(case.action, *form.filled({"ladder": "1m 2m", "reason": WHY}))

    assert answer.status == 303
    assert (stored().name, str(stored().ladder)) == ("By bob", "1m 2m")
