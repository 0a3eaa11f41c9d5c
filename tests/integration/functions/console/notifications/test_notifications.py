"""The story of one notification, and what is decided on it."""

from dataclasses import replace

import pytest
import time_machine

from herald.domain.api_key import Role
from herald.domain.attempt import Verdict
from herald.domain.clock import HOUR, MINUTE
from herald.domain.notification import Notification
from herald.domain.notification_id import NotificationId
from herald.domain.transitions import State
from tests.support.aws.aws_faults import Network
from tests.support.aws.aws_stack import Aws
from tests.support.console.browser_requests import Browser
from tests.support.console.page_text import actions, elements, value_of
from tests.support.console.samples.administration_samples import HOSTILE
from tests.support.factories import LADDER, NOON, a_notification, a_partner, an_outcome
from tests.support.functions.dispatcher import current, failed, held, notifications, registered, stands
from tests.support.request_counter import Meter


def path_of(one: Notification | NotificationId, action: str = "") -> str:
    number = one.id if isinstance(one, Notification) else one
    return f"/console/notifications/{number}{action and f'/{action}'}"


@pytest.fixture
def one(operator: Browser) -> Notification:  # noqa: ARG001 - the tables
    """A failed one of a partner that may receive."""
    registered(a_partner())
    stands(one := failed(1, NOON - HOUR))
    return one


def decide(browser: Browser, one: Notification, action: str, **fields: str) -> str:
    """Sends the form of the page as it is shown, and returns the text of the page that follows."""
    turn = value_of(browser.get(path_of(one)).body, "turn")
    answer = browser.post(path_of(one, action), **{"turn": turn, "reason": "their server is repaired", **fields})
    return browser.follow(answer).text


def test_the_story_is_shown(operator: Browser, one: Notification) -> None:
    page = operator.get(path_of(one))

    assert page.status == 200
    assert "Order order-1 failed" in page.text
    assert "Partner Example Travel 3528" in page.text
    assert "Attempt 5 · 2026-11-23 11:00:00 UTC · 40 ms · 203.0.113.7:443 · HTTP 200 · not acknowledged" in page.text
    assert actions(page.body) == [path_of(one, name) for name in ("redrive", "resolve", "cancel")]


def test_the_story_names_the_source_where_one_submitted_it(operator: Browser, one: Notification) -> None:
    source = "0f1e2d3c4b5a6978"
    stands(submitted := replace(failed(2, NOON - HOUR), source=source))

    page, other = operator.get(path_of(submitted)), operator.get(path_of(one))

    assert f"Source {source}" in page.text
    assert f'href="/console/sources/{source}"' in page.body
    assert "Source " not in other.text


def test_it_costs_two_reads(operator: Browser, one: Notification, aws: Aws) -> None:
    operator.get(path_of(one))
    meter = Meter(aws)

    operator.get(path_of(one))

    assert [call.resource for call in meter.calls if call.resource not in {"SessionTable", "KeyTable"}] == [
        "NotificationTable",
        "PartnerTable",
    ]


def test_the_ladder_is_the_partners_own(operator: Browser) -> None:
    registered(a_partner(ladder=LADDER), a_partner(3529))
    stands(own := a_notification(1, attempt=2), usual := a_notification(2, attempt=2, partner_id=3529))

    assert "attempt 2 of at most 5, round 1" in operator.get(path_of(own)).text
    assert "attempt 2 of at most 11, round 1" in operator.get(path_of(usual)).text


def test_a_notification_of_an_unregistered_partner_is_shown(operator: Browser) -> None:
    stands(one := failed(1, NOON - HOUR))

    assert "Partner not in the registry 3528" in operator.get(path_of(one)).text


@pytest.mark.parametrize(
    ("number", "status"), [("3528_b3JkZXItMQ_" + "0" * 32, 404), ("1", 400), ("%3Cb%3E", 400), ("3528_b3JkZXItMQ", 400)]
)
def test_what_is_not_there_is_said_on_a_page(operator: Browser, number: str, status: int) -> None:
    page = operator.get(f"/console/notifications/{number}")

    assert page.status == status
    assert "Not possible" in page.text
    assert elements(page.body, "b") == []


def test_a_redrive_begins_the_next_round_in_the_persons_name(operator: Browser, one: Notification, aws: Aws) -> None:
    text = decide(operator, one, "redrive")

    after = current(one.id)
    assert (after.state, after.round, after.turn) == (State.WAITING, 2, one.turn + 1)
    assert (after.history[-1].by, str(after.history[-1].reason)) == ("alice", "their server is repaired")
    assert aws.messages("DeliveryQueue") == [{"id": str(one.id), "turn": after.turn}]
    assert "The notification is redriven: round 2 has begun." in text
    assert "alice redrive failed → waiting their server is repaired" in text


@pytest.mark.parametrize(
    ("action", "state", "notice"),
    [
        ("resolve", State.RESOLVED, "The notification is resolved."),
        ("cancel", State.CANCELLED, "The notification is cancelled."),
    ],
)
def test_it_is_closed(operator: Browser, one: Notification, action: str, state: State, notice: str) -> None:
    text = decide(operator, one, action)

    assert current(one.id).state is state
    assert notice in text


def test_the_next_failed_one_of_the_partner_is_one_click_away(operator: Browser, one: Notification) -> None:
    stands(failed(2, NOON - MINUTE), failed(3, NOON - 2 * MINUTE), failed(4, NOON - 9 * HOUR, partner_id=3529))
    page = operator.follow(operator.post(path_of(one, "resolve"), turn=str(one.turn), reason="told by phone"))

    assert f'href="{path_of(failed(3, NOON).id)}">Next case: order order-3' in page.body


def test_after_a_held_one_comes_the_next_held_one(operator: Browser) -> None:
    stands(one := held(1, NOON - HOUR), other := held(2, NOON - MINUTE), failed(3, NOON - HOUR))
    page = operator.follow(operator.post(path_of(one, "cancel"), turn=str(one.turn), reason="the shop closed"))

    assert f'href="{path_of(other)}">Next case: order order-2' in page.body


def test_after_the_last_one_the_work_list_is_one_click_away(operator: Browser, one: Notification) -> None:
    page = operator.follow(operator.post(path_of(one, "resolve"), turn=str(one.turn), reason="told by phone"))

    assert '<a class="button" href="/console">Go to the work list</a>' in page.body


def test_a_notice_is_only_of_what_was_done(operator: Browser, one: Notification) -> None:
    assert "is redriven" not in operator.get(path_of(one) + "?done=redrive").text
    decide(operator, one, "resolve")
    assert "is redriven" not in operator.get(path_of(one) + "?done=redrive").text
    assert "is resolved." in operator.get(path_of(one) + "?done=resolve").text


def test_without_a_reason_nothing_is_changed(operator: Browser, one: Notification) -> None:
    page = operator.post(path_of(one, "cancel"), turn=str(one.turn), reason=" ")

    assert page.status == 400
    assert "`reason` must be 1 to 500 characters that say why" in page.text
    assert current(one.id) == one
    assert [*("open" in details for details in elements(page.body, "details"))] == [False, False, True]


@pytest.mark.parametrize("turn", ["", "x", "1e3", "9" * 5_000, "-1"])
def test_without_the_turn_that_was_seen_nothing_is_changed(operator: Browser, one: Notification, turn: str) -> None:
    page = operator.post(path_of(one, "redrive"), turn=turn, reason="they wrote")

    assert page.status == 400
    assert current(one.id) == one
    assert value_of(page.body, "reason") == "they wrote"


def test_of_two_people_one_wins_and_the_other_reads_who_and_when(
    operator: Browser, one: Notification, clock: time_machine.Traveller
) -> None:
    bob = Browser()
    bob.sign_in(name="bob")
    seen = value_of(operator.get(path_of(one)).body, "turn")
    decide(bob, one, "redrive", reason="bob was first")
    clock.shift(60)

    page = operator.post(path_of(one, "cancel"), turn=seen, reason="alice was second")

    assert page.status == 409
    assert f"somebody changed it since you saw it, it is at turn {one.turn + 1} and waiting now" in page.text
    assert "Last change: 2026-11-23 12:00:00 UTC , bob : redrive, bob was first" in page.text
    assert 'value="alice was second"' in page.body
    assert value_of(page.body, "turn") == str(one.turn + 1)
    assert current(one.id).state is State.WAITING


def test_what_was_typed_stays_where_the_other_person_closed_it(operator: Browser, one: Notification) -> None:
    bob = Browser()
    bob.sign_in(name="bob")
    decide(bob, one, "resolve", reason="bob was first")

    page = operator.post(path_of(one, "cancel"), turn=str(one.turn), reason="alice was second")

    assert page.status == 409
    assert "bob : resolve, bob was first What you typed: alice was second" in page.text


def test_an_action_that_the_state_does_not_allow_is_refused(operator: Browser) -> None:
    stands(one := held(1, NOON - HOUR))

    page = operator.post(path_of(one, "redrive"), turn=str(one.turn), reason="why not")

    assert page.status == 409
    assert "cannot redrive: the notification is held; allowed from there: resolve, cancel" in page.text
    assert "What you typed: why not" in page.text


def test_a_notification_that_is_gone_is_said_on_a_page(operator: Browser) -> None:
    page = operator.post(path_of(failed(1, NOON), "redrive"), turn="2", reason="they wrote")

    assert page.status == 404
    assert "there is no notification" in page.text


def test_an_unavailable_table_keeps_what_was_typed(operator: Browser, one: Notification, network: Network) -> None:
    with network.breaks("UpdateItem"):
        page = operator.post(path_of(one, "redrive"), turn=str(one.turn), reason="they repaired it")

    assert page.status == 503
    assert value_of(page.body, "reason") == "they repaired it"
    assert value_of(page.body, "turn") == str(one.turn)


def test_a_viewer_sees_no_form_and_no_whole_code(browser: Browser) -> None:
    browser.sign_in(Role.VIEWER)
    stands(one := failed(1, NOON - HOUR))

    page = browser.get(path_of(one) + "?show=whole")

    assert "411258698456" not in page.body
    assert page.text.count("••••••••8456") == 3
    assert actions(page.body) == []


def test_what_a_hostile_partner_answered_is_text(operator: Browser) -> None:
    outcome = an_outcome(verdict=Verdict.BAD_STATUS, status=500, excerpt=HOSTILE)
    plain = failed(1, NOON - HOUR)
    stands(one := replace(plain, attempts=(replace(plain.attempts[-1], outcome=outcome),)))

    page = operator.get(path_of(one))

    assert "<img src=x onerror=alert(1)>{{7*7}}\\u202egnp.exe\\x1b[31m javascript:alert(1)" in page.text
    assert elements(page.body, "img") == []


def test_the_page_is_in_the_readers_language(operator: Browser, one: Notification) -> None:
    operator.language = "zh-TW"
    page = operator.get(path_of(one))

    assert "訂單 order-1 失敗" in page.text
    assert "HTTP 200，但" in page.text
    assert "不會自動處理，須由人員決定。" in page.text


def test_a_changed_notification_is_read_anew(operator: Browser, one: Notification) -> None:
    notifications().save(one, after := replace(one, turn=one.turn + 1))

    assert value_of(operator.get(path_of(one)).body, "turn") == str(after.turn)
