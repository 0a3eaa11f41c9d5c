"""A partner answers again: what waits for it is brought forward, the oldest first, at a rate, and after any crash."""

from dataclasses import replace
from typing import Any

import pytest
import time_machine

from herald.domain.attempt import Attempt
from herald.domain.breakers.breaker import BreakerState
from herald.domain.clock import HOUR, MINUTE, SECOND, now
from herald.domain.notification import Lane, Notification
from herald.domain.transitions import State
from jobs import dependencies
from tests.support.aws.aws_stack import Aws
from tests.support.emitted_metrics import emitted
from tests.support.factories import NOON, PARTNER_ID, a_notification, a_partner, an_id, an_outcome
from tests.support.functions.breakers import (
    a_partner_with,
    breaker,
    deliver_all,
    down,
    is_down,
    open_breaker_of,
    recover_all,
    recovering_since,
    sent,
    the_partner,
    waiting,
    works,
)
from tests.support.functions.deliverer import Poster
from tests.support.functions.dispatcher import current, ids, notifications, partners, poll, registered, stands


@pytest.fixture(autouse=True)
def pauses(aws: Aws, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """While the recovery pauses, time passes and the deliverer works."""
    paused: list[float] = []

    def pause(seconds: float) -> None:
        paused.append(seconds)
        for _ in range(round(seconds)):
            clock.shift(1)
            deliver_all(aws)

    monkeypatch.setattr("time.sleep", pause)
    return paused


def recovery(aws: Aws, clock: time_machine.Traveller) -> None:
    """All of it, and what is still in the queue after it."""
    clock.shift(2)
    recover_all(aws)
    for _ in range(6):
        clock.shift(1)
        deliver_all(aws)


def closed(aws: Aws, at: int = NOON) -> None:
    """The breaker has just closed, and the deliverer has sent for the recovery."""
    registered(a_partner_with(recovering_since(at)))
    aws.sqs.send_message(QueueUrl=aws.refs["JobQueue"], MessageBody=f'{{"recovery":{PARTNER_ID}}}')


def on_a_rung(n: int, due_at: int, **changes: Any) -> Notification:
    """One that failed while the server was down, and is due much later."""
    attempts = (Attempt(round=1, number=1, claim_id="c", outcome=down(at=NOON - HOUR)),)
    later = {"attempt": 7, "turn": 7, "lane": Lane.PARKED, "attempts": attempts, "logged": 1}
    return a_notification(n, at=NOON - 24 * HOUR + n, due_at=due_at, **{**later, **changes})


def test_what_was_held_back_is_sent_the_oldest_first_each_once(
    aws: Aws, poster: Poster, clock: time_machine.Traveller
) -> None:
    closed(aws)
    those = waiting(60)
    works(poster)
    recovery(aws, clock)
    assert len(poster.posts) == 60
    posted = [post.notification for post in poster.posts]
    places = {one: place for place, one in enumerate(posted)}
    # What is sent for one second, or travels in one batch, is in no order.
    assert all(abs(places[str(one.id)] - place) < 10 for place, one in enumerate(those))
    assert {current(one.id).state for one in those} == {State.DELIVERED}
    assert breaker().is_blank


def test_what_stands_on_a_high_rung_is_brought_forward_and_keeps_its_rung(
    aws: Aws, poster: Poster, clock: time_machine.Traveller
) -> None:
    closed(aws)
    stands(*(on_a_rung(n, NOON + 6 * HOUR) for n in range(1, 4)))
    works(poster)
    recovery(aws, clock)
    assert [post.place for post in poster.posts] == [(1, 7)] * 3
    assert {current(an_id(n)).state for n in (1, 2, 3)} == {State.DELIVERED}


def test_the_oldest_goes_first_whatever_its_rung(aws: Aws, poster: Poster, clock: time_machine.Traveller) -> None:
    closed(aws)
    stands(on_a_rung(99, NOON + 12 * HOUR))
    waiting(20)
    works(poster)
    recovery(aws, clock)
    assert str(an_id(99)) in {post.notification for post in poster.posts[:3]}  # of one batch, in no order


def test_it_begins_slowly_and_doubles_its_rate_up_to_twenty_a_second(
    aws: Aws, poster: Poster, clock: time_machine.Traveller, capsys: pytest.CaptureFixture[str]
) -> None:
    closed(aws)
    waiting(300)
    works(poster)
    recovery(aws, clock)
    assert emitted(capsys.readouterr().out)["BroughtForward"] == [10, 20, 40, 80, 100, 50]


def test_two_thousand_are_delivered_within_their_time_at_the_rate_and_a_minute() -> None:
    rate, left, seconds = 2.0, 2_000.0, 0
    while left > 0:
        left, seconds, rate = left - 5 * rate, seconds + 5, min(20, rate * 2)
    assert seconds + 2 <= 2_000 / 20 + 60


def test_it_slows_down_while_a_broken_server_answers_nonsense(
    aws: Aws, poster: Poster, clock: time_machine.Traveller, capsys: pytest.CaptureFixture[str]
) -> None:
    closed(aws)
    waiting(40)
    poster.answering = lambda _: an_outcome(at=now())
    recovery(aws, clock)
    assert emitted(capsys.readouterr().out)["BroughtForward"][:5] == [10, 5, 5, 5, 5]
    assert {current(an_id(n)).attempt for n in range(1, 41)} == {2}  # one rung each, and no more


def test_a_server_that_fails_again_opens_it_again_before_much_is_attempted(
    aws: Aws, poster: Poster, clock: time_machine.Traveller
) -> None:
    closed(aws)
    waiting(500)
    is_down(poster)
    recovery(aws, clock)
    assert breaker().state is BreakerState.OPEN
    assert len(poster.posts) <= 60
    assert breaker().held_since == NOON - HOUR  # as it was when it first opened
    untouched = [n for n in range(1, 501) if current(an_id(n)).turn == 1]
    assert len(untouched) >= 440


def test_a_partner_that_answers_once_and_fails_again_is_spared_again(
    aws: Aws, poster: Poster, clock: time_machine.Traveller
) -> None:
    registered(a_partner_with(open_breaker_of(since=NOON)))
    those = waiting(200)
    poster.answering = lambda _: an_outcome(success=True, at=now()) if len(poster.posts) == 1 else down()
    clock.shift(30)
    sent(aws, those[0])
    deliver_all(aws)
    assert breaker().state is BreakerState.RECOVERING
    recovery(aws, clock)
    assert breaker().state is BreakerState.OPEN
    assert len(poster.posts) <= 60


def test_a_server_that_flaps_is_not_sent_everything_at_once(
    aws: Aws, poster: Poster, clock: time_machine.Traveller, capsys: pytest.CaptureFixture[str]
) -> None:
    closed(aws)
    waiting(100)
    poster.answering = lambda _: an_outcome(success=True, at=now()) if now() // SECOND % 2 else down()
    recovery(aws, clock)
    assert max(emitted(capsys.readouterr().out)["BroughtForward"]) <= 20
    assert sum(current(an_id(n)).state is State.DELIVERED for n in range(1, 101)) > 30


def test_what_was_attempted_since_the_breaker_closed_climbs_its_ladder(
    aws: Aws, poster: Poster, clock: time_machine.Traveller
) -> None:
    closed(aws, at=NOON - MINUTE)
    attempts = (Attempt(round=1, number=1, claim_id="c", outcome=an_outcome(at=NOON - SECOND)),)
    stands(on_a_rung(1, NOON + HOUR, attempts=attempts))
    works(poster)
    recovery(aws, clock)
    assert poster.posts == []
    assert current(an_id(1)).due_at == NOON + HOUR


def test_what_has_its_message_in_the_queue_gets_no_second_one(aws: Aws, clock: time_machine.Traveller) -> None:
    closed(aws)
    waiting(5, first=10)
    stands(a_notification(1, at=NOON, due_at=NOON + 3 * SECOND, lane=Lane.SENT))  # its turn would be at 4.5 s
    clock.shift(2)
    recover_all(aws)
    assert ids(aws) == sorted(str(an_id(n)) for n in range(10, 15))


def test_a_worker_that_stops_is_replaced_by_the_next_poll_and_sends_nothing_twice(
    aws: Aws, poster: Poster, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed(aws)
    waiting(60)
    works(poster)

    def stop(_seconds: float) -> None:
        for _ in range(5):
            clock.shift(1)
            deliver_all(aws)
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr("time.sleep", stop)
        dependencies.recovery_worker.cache_clear()
        clock.shift(2)
        with pytest.raises(SystemExit):
            recover_all(aws)
    dependencies.recovery_worker.cache_clear()
    assert 0 < len(poster.posts) < 60
    assert poll()["breakers"] == 0  # its lease lasts for a minute
    clock.shift(61)
    assert poll()["breakers"] == 1
    recovery(aws, clock)
    assert len(poster.posts) == 60
    assert breaker().is_blank


def test_a_message_that_was_lost_is_sent_by_the_poll(aws: Aws, poster: Poster, clock: time_machine.Traveller) -> None:
    registered(a_partner_with(recovering_since(NOON)))
    waiting(3)
    works(poster)
    clock.shift(60)
    assert poll()["breakers"] == 1
    recovery(aws, clock)
    assert len(poster.posts) == 3


def test_two_workers_are_never_at_one_recovery(aws: Aws, poster: Poster, clock: time_machine.Traveller) -> None:
    closed(aws)
    closed_again = f'{{"recovery":{PARTNER_ID}}}'
    aws.sqs.send_message(QueueUrl=aws.refs["JobQueue"], MessageBody=closed_again)
    waiting(30)
    works(poster)
    store = dependencies.recovery_worker().breakers
    assert store.take_recovery(PARTNER_ID, "other", now(), now() + MINUTE) is not None
    recovery(aws, clock)
    assert poster.posts == []


def test_the_recovery_of_a_partner_that_answers_does_nothing(aws: Aws) -> None:
    registered(a_partner())
    aws.sqs.send_message(QueueUrl=aws.refs["JobQueue"], MessageBody=f'{{"recovery":{PARTNER_ID}}}')
    assert recover_all(aws) == 1
    assert breaker().is_blank


def test_an_invocation_without_time_leaves_the_rest_to_the_next_one(
    aws: Aws, poster: Poster, clock: time_machine.Traveller
) -> None:
    closed(aws)
    waiting(60)
    works(poster)
    worker = dependencies.recovery_worker()
    assert worker.recover(PARTNER_ID, "first", now() + 6 * SECOND)
    assert 0 < len(poster.posts) < 60
    assert not worker.recover(PARTNER_ID, "second", now() + HOUR)
    for _ in range(6):
        clock.shift(1)
        deliver_all(aws)
    assert len(poster.posts) == 60


def test_what_an_operator_cancels_meanwhile_is_not_sent(
    aws: Aws, poster: Poster, clock: time_machine.Traveller
) -> None:
    closed(aws)
    (one,) = waiting(1)
    notifications().save(one, replace(one, state=State.CANCELLED, turn=2, due_at=None, lane=None))
    works(poster)
    recovery(aws, clock)
    assert poster.posts == []


def test_a_recovery_leaves_other_partners_alone(aws: Aws, poster: Poster, clock: time_machine.Traveller) -> None:
    closed(aws)
    partners().add(a_partner(77))
    stands(replace(on_a_rung(1, NOON + HOUR), id=an_id(1, 77)))
    works(poster)
    recovery(aws, clock)
    assert poster.posts == []
    assert the_partner().breaker.is_blank
