"""Internal addresses in the browser: registered, changed and approved with their mark."""

from dataclasses import replace

import pytest

from herald.domain.partner import EndpointTest, ReviewState
from tests.support.aws.aws_stack import Aws
from tests.support.console.browser_requests import Answer, Browser
from tests.support.console.page_text import value_of
from tests.support.factories import a_partner, an_outcome
from tests.support.functions.dispatcher import registered, stored_partner

LIST, ONE = "/console/partners", "/console/partners/3528"
URL, WHY = "http://shop.internal/notify", "與對方工程師確認過"
NEW = {"partnerId": "3528", "name": "Our shop", "contact": "", "url": URL, "ladder": ""}
PASSED = EndpointTest(url=URL, outcome=an_outcome(success=True), internal=True)


@pytest.fixture(autouse=True)
def ranges(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ARG001 - it sets the environment first
    monkeypatch.setenv("INTERNAL_CIDRS", "10.1.0.0/16")


def change_form(page: Answer, **changes: str) -> dict[str, str]:
    """The form of changes as a browser sends it: without a box that is not ticked."""
    names = ("name", "contact", "url", "internal", "ladder")
    seen = {f"was-{name}": value_of(page.body, f"was-{name}") for name in names}
    typed = {name.removeprefix("was-"): value for name, value in seen.items() if name != "was-internal"}
    return {**seen, **typed, "reason": WHY, **changes}


def test_a_partner_is_registered_with_an_internal_address(operator: Browser) -> None:
    assert operator.post(LIST, **NEW, internal="true").status == 200
    assert (stored_partner().proposed_url, stored_partner().proposed_internal) == (URL, True)
    assert "Internal: notifications are sent only to addresses" in operator.get(ONE).text


def test_a_refused_registration_keeps_the_mark(operator: Browser) -> None:
    answer = operator.post(LIST, **{**NEW, "url": "http://10.2.0.1/"}, internal="true")
    assert answer.status == 400
    assert "the address 10.2.0.1 is in none of the ranges of InternalCidrs" in answer.text
    assert 'value="true" checked' in answer.body


def test_without_the_mark_the_address_must_be_public(operator: Browser) -> None:
    answer = operator.post(LIST, **NEW)
    assert answer.status == 400
    assert "the address must begin with https://" in answer.text


@pytest.mark.parametrize("mark", [True, False])
def test_a_changed_mark_is_proposed(operator: Browser, *, mark: bool) -> None:
    url = "https://shop.example/notify"
    registered(a_partner(url=url, internal=not mark, proposed_internal=not mark))
    form = change_form(operator.get(ONE), **({"internal": "true"} if mark else {}))
    page = operator.follow(operator.post(f"{ONE}/change", **form))
    assert "The changes are saved." in page.text
    stored = stored_partner()
    assert (stored.internal, stored.proposed_url, stored.proposed_internal) == (not mark, url, mark)


@pytest.mark.parametrize("mark", [True, False])
def test_an_unchanged_mark_changes_nothing(operator: Browser, *, mark: bool) -> None:
    registered(a_partner(url=URL, internal=mark, proposed_internal=mark))
    form = change_form(operator.get(ONE), **({"internal": "true"} if mark else {}))
    assert "nothing is different from what you saw" in operator.post(f"{ONE}/change", **form).text


def test_an_internal_address_is_approved_with_the_mark_that_was_seen(operator: Browser) -> None:
    proposed = a_partner(state=ReviewState.PENDING, url=None, proposed_url=URL, proposed_internal=True)
    registered(replace(proposed, last_test=PASSED))
    overtaken = operator.post(f"{ONE}/approve", url=URL, reason=WHY)
    assert overtaken.status == 409
    assert "somebody changed it since you saw it" in overtaken.text
    operator.post(f"{ONE}/approve", url=URL, internal="true", reason=WHY)
    assert (stored_partner().url, stored_partner().internal) == (URL, True)
