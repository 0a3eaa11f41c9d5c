"""Deletions on request in the browser: the page before says what will go, the form needs a reason, and a tick."""

from collections.abc import Iterator

import pytest
import time_machine

from customer_service.registry import partner_deletion
from herald.domain.api_key import Role
from herald.domain.clock import DAY, HOUR, MINUTE, SECOND, now
from herald.domain.decisions.decisions import close
from herald.domain.notification import Notification
from herald.domain.transitions import Action
from herald.store.notification_table import NotificationTable
from tests.support.aws.aws_stack import Aws
from tests.support.console.browser_requests import Browser
from tests.support.factories import NOON, PARTNER_ID, a_partner
from tests.support.functions.dispatcher import failed, notifications, registered, sent, stands, stored_partner

PARTNER = f"/console/partners/{PARTNER_ID}"
WHY = "the contract has ended"


@pytest.fixture(autouse=True)
def clock(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> Iterator[time_machine.Traveller]:  # noqa: ARG001 - its environment
    monkeypatch.setattr(partner_deletion, "LONGEST_RANGE", 2 * DAY)  # of a count: 92 days are 700 requests
    with time_machine.travel((NOON + HOUR) / SECOND, tick=False) as traveller:
        registered(a_partner())
        yield traveller


def cancelled(number: int) -> Notification:
    """One that needs nobody any more."""
    one = failed(number, NOON)
    stands(one)
    after = close(one, Action.CANCEL, "bob", "x", NOON, 90)
    notifications().save(one, after)
    return after


# ── A partner's data ──


def test_the_partners_page_leads_to_the_page_before_its_deletion(operator: Browser) -> None:
    assert f'href="{PARTNER}/delete"' in operator.get(PARTNER).body


def test_the_page_before_says_what_will_go_and_how_much(operator: Browser) -> None:
    stands(failed(1, NOON), failed(2, NOON))
    cancelled(3)
    text = operator.get(f"{PARTNER}/delete").text
    assert "histories of 3 notifications are deleted" in text
    assert "Still to be done: 0 waiting, 0 held, 2 failed. The deletion cancels them." in text
    assert "Cancel what is still to be done" in text


def test_where_nothing_is_to_be_done_it_asks_for_no_tick(operator: Browser) -> None:
    cancelled(3)
    page = operator.get(f"{PARTNER}/delete")
    assert "history of 1 notification are deleted" in page.text
    assert 'name="force"' not in page.body


def test_the_form_begins_the_job_and_leads_to_it(operator: Browser, aws: Aws) -> None:
    answer = operator.post(f"{PARTNER}/delete", reason=WHY)
    (job,) = aws.items("JobTable")
    assert (answer.status, answer.location) == (303, f"/console/jobs/{job['job_id']}?done=start")
    page = operator.get(answer.location)
    assert f"Delete the data of partner {PARTNER_ID}" in page.text
    assert "A deletion begins after 90 seconds and cannot be cancelled." in page.text
    assert "/cancel" not in page.body
    assert stored_partner().state == "deleting"
    assert "Delete the data of partner" in operator.get("/console/jobs").text


def test_without_the_tick_what_is_to_be_done_stays(operator: Browser) -> None:
    stands(failed(1, NOON))
    answer = operator.post(f"{PARTNER}/delete", reason=WHY)
    assert answer.status == 409
    assert "Something is still to be done: settle it first, or tick the box, which cancels it." in answer.text
    assert (stored_partner().state, WHY in answer.body) == ("active", True)
    assert operator.post(f"{PARTNER}/delete", reason=WHY, force="true").status == 303


def test_it_needs_a_reason(operator: Browser) -> None:
    assert operator.post(f"{PARTNER}/delete", reason=" ").status == 400
    assert stored_partner().state == "active"


def test_a_partner_that_is_being_deleted_offers_nothing_more(operator: Browser) -> None:
    operator.post(f"{PARTNER}/delete", reason=WHY)
    page = operator.get(PARTNER)
    assert "A job deletes its data: nothing is accepted for it" in page.text
    assert [
        name for name in ("suspend", "change", "rotate-key", "delete") if f'action="{PARTNER}/{name}"' in page.body
    ] == []


def test_a_viewer_is_told_but_may_not(browser: Browser) -> None:
    browser.sign_in(Role.VIEWER)
    assert "Ask an operator to do it." in browser.get(f"{PARTNER}/delete").text
    assert browser.post(f"{PARTNER}/delete", reason=WHY).status == 403
    assert stored_partner().state == "active"


# ── An order ──


def test_the_notification_leads_to_the_deletion_of_its_order(operator: Browser) -> None:
    one = cancelled(1)
    path = f"/console/notifications/{one.id}"
    assert f'href="{path}/delete-order"' in operator.get(path).body
    assert "history of 1 notification are deleted" in operator.get(f"{path}/delete-order").text
    answer = operator.post(f"{path}/delete-order", reason=WHY)
    assert (answer.status, answer.location) == (303, f"{path}?done=delete")
    page = operator.get(answer.location)
    assert "What was stored of the order is deleted." in page.text
    assert "Nothing: its content was deleted on request." in page.text
    assert "Its content was deleted: nothing is left to decide." in page.text
    assert [name for name in ("redrive", "delete-order") if f"{path}/{name}" in page.body] == []


def test_an_order_that_is_still_to_be_told_needs_the_tick(operator: Browser) -> None:
    stands(one := failed(1, NOON))
    path = f"/console/notifications/{one.id}/delete-order"
    assert "1 of them waits, is held or failed. The deletion cancels it." in operator.get(path).text
    refused = operator.post(path, reason=WHY)
    assert (refused.status, "or tick the box, which cancels it" in refused.text) == (409, True)
    assert operator.post(path, reason=WHY, force="true").status == 303


def test_one_that_is_being_attempted_is_left_and_the_page_says_so(
    operator: Browser, clock: time_machine.Traveller
) -> None:
    stands(one := sent(1, now()))
    NotificationTable("NotificationTable").claim(one.id, one.turn, "c", now())
    path = f"/console/notifications/{one.id}/delete-order"
    answer = operator.post(path, reason=WHY, force="true")
    assert (answer.status, "0 deleted, 1 left: an attempt is under way" in answer.text) == (200, True)
    clock.shift(MINUTE / SECOND)
    assert operator.post(path, reason=WHY, force="true").status == 303


def test_an_order_of_which_nothing_is_stored_has_no_such_page(operator: Browser) -> None:
    one = failed(1, NOON)
    assert operator.get(f"/console/notifications/{one.id}/delete-order").status == 404
