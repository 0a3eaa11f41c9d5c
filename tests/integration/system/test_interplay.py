"""People, polls and deliverers at the same notification: one ladder at a time, and a person's word stands."""

from collections.abc import Iterator

import pytest
import time_machine

from deliverer import app as deliverer
from herald.domain.clock import MINUTE, SECOND, now
from herald.domain.notification import Lane
from herald.domain.review.address_review import resume, suspend
from herald.domain.transitions import State
from operator_api import app as operator_app
from tests.support.aws.aws_stack import Aws
from tests.support.factories import NOON, a_partner, an_id
from tests.support.functions.deliverer import Poster, deliver, employed_for_one
from tests.support.functions.dispatcher import current, partners, poll
from tests.support.http.gateway import Gateway

ONE = an_id(1)
WHY = {"reason": "they repaired their server"}
api = Gateway(operator_app.handler, "OperatorFunction")


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON / SECOND, tick=False) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def poster(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> Poster:
    """A partner that refuses, and one notification whose first attempt has failed: its retry waits in the queue."""
    poster = employed_for_one(aws, monkeypatch)
    poster.refuses()
    assert deliver(aws) == []
    return poster


def test_a_redrive_while_a_retry_waits_in_the_queue_leaves_one_ladder_going_on(
    aws: Aws, poster: Poster, clock: time_machine.Traveller
) -> None:
    api.done("POST", f"/notifications/{ONE}/redrive", WHY)
    deliver(aws)
    assert [post.place for post in poster.posts] == [(1, 1), (2, 1)]
    clock.shift(3 * 60 + 1)
    while aws.invoke(deliverer.handler, "DeliveryQueue"):
        pass  # the old round's retry is among them, and is stale
    assert [post.place for post in poster.posts] == [(1, 1), (2, 1), (2, 2)]
    one = current(ONE)
    assert (one.round, one.attempt, one.lane) == (2, 3, Lane.SENT)
    assert len(aws.messages("DeliveryQueue")) == 1


@pytest.mark.parametrize("action", ["cancel", "resolve"])
def test_what_a_person_closed_is_not_told_by_the_retry_that_waits_in_the_queue(
    aws: Aws, poster: Poster, clock: time_machine.Traveller, action: str
) -> None:
    api.done("POST", f"/notifications/{ONE}/{action}", WHY)
    clock.shift(3 * 60 + 1)
    assert deliver(aws) == []
    assert len(poster.posts) == 1
    assert aws.messages("DeliveryQueue") == []


@pytest.mark.parametrize(("action", "ends"), [("cancel", State.CANCELLED), ("resolve", State.RESOLVED)])
def test_a_success_that_comes_after_a_person_closed_it_is_logged_and_changes_nothing(
    aws: Aws, poster: Poster, clock: time_machine.Traveller, action: str, ends: State
) -> None:
    poster.meanwhile(lambda: api.done("POST", f"/notifications/{ONE}/{action}", WHY), success=True)
    clock.shift(3 * 60 + 1)
    assert deliver(aws) == []
    shown = api.done("GET", f"/notifications/{ONE}")
    assert shown["state"] == ends.value
    assert [attempt["verdict"] for attempt in shown["attempts"]] == ["not_success", "success"]
    assert shown["history"][-1]["action"] == action


def test_a_partner_that_is_suspended_in_the_middle_of_a_ladder_goes_on_with_it_when_it_is_resumed(
    aws: Aws, poster: Poster, clock: time_machine.Traveller
) -> None:
    suspended = suspend(a_partner(), "alice", "their server is moving", now())
    partners().save(a_partner(), suspended)
    clock.shift(3 * 60 + 1)
    deliver(aws)
    assert (current(ONE).state, current(ONE).attempt) == (State.HELD, 2)
    clock.shift(5 * MINUTE / SECOND)
    assert poll()["released"] == 0
    partners().save(suspended, resume(suspended, "alice", "moved", now()))
    assert poll()["released"] == 1
    deliver(aws)
    assert [post.place for post in poster.posts] == [(1, 1), (1, 2)]
    assert (current(ONE).state, current(ONE).attempt) == (State.WAITING, 3)


def test_of_two_operators_at_once_one_wins_and_the_other_is_told() -> None:
    turn = current(ONE).turn
    api.done("POST", f"/notifications/{ONE}/cancel", {**WHY, "turn": turn})
    told = api.refused(409, "POST", f"/notifications/{ONE}/redrive", {**WHY, "turn": turn})
    assert told == (
        f"somebody changed it since you saw it, it is at turn {turn + 1} and cancelled now: "
        "look at it again, then decide"
    )
