"""From the work list to a redrive, and what comes in between, against AWS in memory."""

from collections.abc import Iterable

import pytest
import time_machine

from console.pages.work_list.selection import MOST, value_of
from customer_service.notifications import close_notification
from customer_service.schemas.requests import Decision
from herald.domain.api_key import Role
from herald.domain.clock import HOUR
from herald.domain.notification import Notification
from herald.domain.transitions import Action, State
from tests.support.aws.aws_faults import Network
from tests.support.aws.aws_stack import Aws
from tests.support.console.browser_requests import Answer, Browser
from tests.support.console.page_text import elements
from tests.support.factories import NOON, PARTNER_ID, a_partner
from tests.support.functions.dispatcher import current, failed, held, ids, registered, stands

LIST = f"/console/failed/{PARTNER_ID}"


def some_failed(count: int = 3) -> list[Notification]:
    """Of a registered partner, the newest last."""
    registered(a_partner(name="West Lake"))
    those = [failed(n, NOON - HOUR + n) for n in range(count)]
    stands(*those)
    return those


def boxes(answer: Answer) -> list[str]:
    """What the page's check boxes, or its hidden fields, would send as selected."""
    return [box["value"] for box in elements(answer.body, "input") if box.get("name") == "one[]"]


def links(answer: Answer) -> list[str]:
    return [link["href"] for link in elements(answer.body, "a")]


def send(browser: Browser, those: Iterable[str], **fields: str) -> Answer:
    """The form as the page sends it with its script, which counts."""
    values = [*those]
    typed = {"state": "failed", "cursor": "", "action": "redrive", "reason": "repaired", "counted": str(len(values))}
    return browser.post(LIST, *(("one[]", value) for value in values), **{**typed, **fields})


def states(those: Iterable[Notification]) -> list[State]:
    return [current(one.id).state for one in those]


def test_from_the_work_list_to_the_redrive(operator: Browser, aws: Aws) -> None:
    those = some_failed()
    work_list = operator.get("/console")
    assert "West Lake 3528 3 failed" in work_list.text
    assert LIST in links(work_list)

    answer = send(operator, boxes(operator.get(LIST))[:2])

    assert answer.location.startswith(f"{LIST}?done=redrive&count=2&signature=")
    assert "2 notifications are redriven: they are sent again now." in operator.follow(answer).text
    assert boxes(operator.follow(answer)) == [value_of(str(those[0].id), those[0].turn)]
    assert states(those) == [State.FAILED, State.WAITING, State.WAITING]
    assert ids(aws) == sorted(str(one.id) for one in those[1:])


def test_the_name_and_the_reason_stand_in_the_history(operator: Browser) -> None:
    [one] = some_failed(1)
    send(operator, boxes(operator.get(LIST)), reason="their server is repaired")

    entry = current(one.id).history[-1]
    assert (entry.by, str(entry.reason)) == ("alice", "their server is repaired")


@pytest.mark.parametrize(("action", "state"), [("resolve", State.RESOLVED), ("cancel", State.CANCELLED)])
def test_what_is_held_is_resolved_or_cancelled(operator: Browser, action: str, state: State) -> None:
    registered(a_partner())
    stands(one := held(1, NOON - HOUR))
    shown = operator.get(f"{LIST}?state=held")

    answer = send(operator, boxes(shown), state="held", action=action)

    assert answer.location.startswith(f"{LIST}?state=held&done={action}&count=1&signature=")
    assert states([one]) == [state]
    assert "Nothing of this partner is held" in operator.follow(answer).text


def test_whoever_has_not_seen_how_many_is_asked_first(operator: Browser) -> None:
    those = some_failed()
    asked = send(operator, boxes(operator.get(LIST)), counted="")
    assert (asked.status, states(those)) == (200, [State.FAILED] * 3)
    assert "Redrive 3 notifications?" in asked.text

    fields = [
        (one["name"], one["value"]) for one in elements(asked.body, "input") if one["name"] not in {"token", "back"}
    ]
    operator.post(LIST, *fields)

    assert states(those) == [State.WAITING] * 3


def test_of_two_people_one_wins_and_the_other_reads_who_and_when(operator: Browser) -> None:
    those = some_failed()
    seen = boxes(operator.get(LIST))
    close_notification(str(those[2].id), Action.RESOLVE, Decision(reason="settled by telephone"), "bob")

    answer = send(operator, seen, action="cancel")

    assert answer.status == 409
    assert "2 notifications are cancelled. 1 was not changed" in answer.text
    assert "somebody changed it since you saw it, it is at turn" in answer.text
    assert "Last decision: resolve, bob , 2026-11-23 12:00:00 UTC : settled by telephone" in answer.text
    assert states(those) == [State.CANCELLED, State.CANCELLED, State.RESOLVED]


def test_nothing_selected_changes_nothing(operator: Browser) -> None:
    some_failed()
    answer = send(operator, [])

    assert answer.status == 400
    assert "Select what is to be changed." in answer.text


def test_a_refused_reason_is_kept_with_what_was_selected(operator: Browser) -> None:
    those = some_failed()
    answer = send(operator, boxes(operator.get(LIST))[:1], reason="x" * 501)

    assert answer.status == 400
    assert "`reason` must be 1 to 500 characters that say why" in answer.text
    assert "x" * 501 in answer.body
    assert [("checked" in box) for box in elements(answer.body, "input") if box.get("name") == "one[]"] == [
        True,
        False,
        False,
    ]
    assert states(those) == [State.FAILED] * 3


@pytest.mark.parametrize("values", [["6.3528_x"], ["6.9_dGVzdDE1ODU4NQ_5f2c1d0e9b8a7f6e5d4c3b2a19087f6e"], [""]])
def test_what_the_page_does_not_send_is_refused(operator: Browser, values: list[str]) -> None:
    some_failed()

    assert send(operator, values).status == 400
    assert send(operator, boxes(operator.get(LIST)), action="release").status == 400


def test_a_page_whose_table_does_not_answer_does_not_ask_to_sign_in(operator: Browser, network: Network) -> None:
    some_failed(1)
    with network.breaks("Query"):
        answer = operator.get(LIST)

    assert answer.status == 503
    assert "Go to the work list" in answer.text
    assert "Sign in" not in answer.text


def test_a_table_that_does_not_answer_keeps_the_form(operator: Browser, network: Network) -> None:
    those = some_failed()
    seen = boxes(operator.get(LIST))

    with network.breaks("UpdateItem"):
        answer = send(operator, seen, reason="their server is repaired")

    assert answer.status == 503
    assert "their server is repaired" in answer.text
    assert boxes(answer) == seen
    assert states(those) == [State.FAILED] * 3


def test_many_come_by_pages(operator: Browser) -> None:
    some_failed(MOST + 1)
    first = operator.get(LIST)
    [onward] = [href for href in links(first) if "cursor=" in href]

    assert (len(boxes(first)), len(boxes(operator.get(onward)))) == (MOST, 1)
    assert send(operator, boxes(first), cursor="abc", counted="").status == 200
    assert operator.get(f"{LIST}?cursor=abc").status == 400


def test_after_a_decision_the_same_page_is_shown(operator: Browser) -> None:
    those = some_failed(MOST + 2)
    [onward] = [href for href in links(operator.get(LIST)) if "cursor=" in href]
    second = operator.get(onward)

    answer = send(operator, boxes(second)[:1], cursor=onward.partition("cursor=")[2])

    assert boxes(operator.follow(answer)) == [value_of(str(those[0].id), those[0].turn)]


def test_one_page_of_a_partner_takes_few_requests(operator: Browser, aws: Aws) -> None:
    from tests.support.request_counter import Meter  # noqa: PLC0415 - it imports the functions' clients

    some_failed(MOST + 1)
    meter = Meter(aws)
    operator.get(LIST)

    reads = [call.operation for call in meter.calls if call.resource in {"NotificationTable", "PartnerTable"}]
    assert sorted(reads) == ["BatchGetItem", "GetItem", "Query", "Query", "Query"]


def test_a_viewer_reads(browser: Browser) -> None:
    those = some_failed()
    browser.sign_in(Role.VIEWER)
    answer = browser.get(LIST)

    assert (answer.status, boxes(answer)) == (200, [])
    assert send(browser, [value_of(str(one.id), one.turn) for one in those]).status == 403
    assert states(those) == [State.FAILED] * 3


@pytest.mark.parametrize(
    "path", ["/console/failed/x", "/console/failed/0", "/console/failed/9", "/console/failed/9/all"]
)
def test_a_partner_that_there_is_not(operator: Browser, path: str) -> None:
    assert operator.get(path).status == 404


@pytest.mark.parametrize(
    "query",
    [
        "?page=x",
        "?page=-1",
        "?page=999999999",
        "?done=redrive&count=<b>",
        "?count=3&done=x",
        "?done=redrive&count=500",
        "?done=redrive&count=500&signature=0000",
    ],
)
def test_a_query_that_the_console_did_not_write_changes_nothing(operator: Browser, query: str) -> None:
    some_failed()

    assert operator.get(f"/console{query}").text == operator.get("/console").text
    assert operator.get(f"{LIST}{query}").text == operator.get(LIST).text


@pytest.mark.parametrize(
    ("old", "new"), [("count=2", "count=500"), ("done=redrive", "done=resolve"), ("/3528?", "/3529?"), ("&sig", "&x")]
)
def test_an_address_that_was_changed_announces_nothing(operator: Browser, old: str, new: str) -> None:
    some_failed()
    registered(a_partner(3529))
    location = send(operator, boxes(operator.get(LIST))[:2]).location
    assert old in location

    assert 'class="notice"' in operator.get(location).body
    assert 'class="notice"' not in operator.get(location.replace(old, new)).body


def test_the_address_of_one_session_announces_nothing_in_another(operator: Browser) -> None:
    some_failed()
    location = send(operator, boxes(operator.get(LIST))[:2]).location
    other = Browser()
    other.sign_in(name="bob")

    assert 'class="notice"' not in other.get(location).body


def test_the_work_list_is_in_the_language_of_the_reader(operator: Browser, clock: time_machine.Traveller) -> None:
    some_failed()
    clock.shift(1)
    operator.language = "zh-TW"

    assert "失敗 3 筆" in operator.get("/console").text
