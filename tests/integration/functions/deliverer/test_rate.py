"""The rate of one partner: what comes too early is put off without an attempt, a claim or a rung, and not forgotten."""

from collections import Counter

import pytest
import time_machine

from deliverer import app as deliverer
from deliverer.putting_off import LONGEST_IN_FLIGHT
from herald.domain.attempt import Outcome
from herald.domain.clock import MINUTE, SECOND, now
from herald.domain.notification import Lane
from herald.domain.transitions import State
from herald.messaging.delivery_queue import DeliveryMessage, DeliveryQueue
from herald.store.limit_table import HORIZON, LimitTable
from tests.support.aws.aws_stack import Aws
from tests.support.factories import NOON, an_outcome
from tests.support.functions.deliverer import ONE, Post, Poster, deliver, limited, several
from tests.support.functions.dispatcher import current, poll


def test_a_batch_is_spaced_within_the_function_where_that_takes_less_than_a_second(aws: Aws, poster: Poster) -> None:
    limited(rate_per_second=10)
    several(aws, 10)

    assert deliver(aws) == []

    assert len(poster.posts) == 10
    assert sorted(poster.pauses) == [pytest.approx(n / 10) for n in range(1, 10)]


def test_beyond_a_second_an_attempt_is_put_off_until_shortly_before_its_moment(aws: Aws, poster: Poster) -> None:
    limited(rate_per_second=1)
    LimitTable("LimitTable").reserve(3528, 1, NOON + 30 * SECOND)  # so the next free moment is 31 s ahead

    assert len(deliver(aws)) == 1

    one = current(ONE)
    assert poster.posts == []
    assert (one.due_at, one.reserved_at, one.lane) == (NOON + 30 * SECOND, NOON + 31 * SECOND, Lane.SENT)
    assert (one.state, one.turn, one.attempt, one.logged) == (State.WAITING, 1, 1, 0)
    assert (one.claim_id, one.claim_until, one.claims) == (None, None, 0)


@pytest.mark.parametrize(("wait", "delay"), [(61, 60), (62, 61), (600, 599)])
def test_a_message_that_waits_for_long_is_replaced_by_a_delayed_one_which_is_not_in_flight(
    aws: Aws, poster: Poster, wait: int, delay: int
) -> None:
    limited(rate_per_second=1)
    LimitTable("LimitTable").reserve(3528, 1, NOON + (wait - 1) * SECOND)

    put_off = deliver(aws)

    replaced = delay > LONGEST_IN_FLIGHT // SECOND
    assert len(put_off) == (not replaced)  # what is not replaced stays in the queue, in flight
    messages = aws.stored("DeliveryQueue")
    assert [message["delay_seconds"] for message in messages] == ([delay] if replaced else [0])
    assert poster.posts == []


@pytest.mark.parametrize("asked", [True, False])
def test_the_message_in_its_place_says_as_it_did_whether_a_person_asked(
    aws: Aws, poster: Poster, *, asked: bool
) -> None:
    limited(rate_per_second=1)
    LimitTable("LimitTable").reserve(3528, 1, NOON + 599 * SECOND)
    aws.sqs.purge_queue(QueueUrl=aws.refs["DeliveryQueue"])
    DeliveryQueue(aws.refs["DeliveryQueue"]).send([current(ONE).due], now(), asked=asked)

    assert deliver(aws) == []

    [message] = aws.stored("DeliveryQueue")
    assert DeliveryMessage.parse(message["body"]).asked == asked
    assert poster.posts == []


def test_at_its_moment_it_is_attempted_without_another_moment(
    aws: Aws, poster: Poster, clock: time_machine.Traveller
) -> None:
    limited(rate_per_second=1)
    LimitTable("LimitTable").reserve(3528, 1, NOON + 30 * SECOND)
    deliver(aws)
    clock.shift(29.9)
    assert aws.records("DeliveryQueue") == []
    clock.shift(0.3)

    assert deliver(aws) == []

    assert [post.place for post in poster.posts] == [(1, 1)]
    assert poster.pauses == [pytest.approx(0.8)]
    assert current(ONE).reserved_at is None
    [item] = aws.items("LimitTable")
    assert item["next_at"] == NOON + 32 * SECOND


def test_a_moment_that_was_missed_by_far_is_reserved_anew(
    aws: Aws, poster: Poster, clock: time_machine.Traveller
) -> None:
    limited(rate_per_second=1)
    LimitTable("LimitTable").reserve(3528, 1, NOON + 30 * SECOND)
    deliver(aws)
    clock.shift(60)

    deliver(aws)

    assert len(poster.posts) == 1
    [item] = aws.items("LimitTable")
    assert item["next_at"] == NOON + 61 * SECOND


def test_what_no_message_can_be_delayed_for_is_parked_and_sent_by_the_poll(
    aws: Aws, poster: Poster, clock: time_machine.Traveller
) -> None:
    limited(rate_per_second=1)
    LimitTable("LimitTable").reserve(3528, 1, NOON + 30 * MINUTE)

    assert deliver(aws) == []  # its message is deleted

    assert current(ONE).lane is Lane.PARKED
    assert aws.messages("DeliveryQueue") == []
    clock.shift(29 * 60)
    poll()
    clock.shift(61)
    deliver(aws)
    assert len(poster.posts) == 1


def test_what_finds_no_moment_within_an_hour_comes_again_later_without_one(aws: Aws, poster: Poster) -> None:
    limited(rate_per_second=1)
    LimitTable("LimitTable").reserve(3528, 1, NOON + HORIZON)

    deliver(aws)

    one = current(ONE)
    assert poster.posts == []
    assert one.reserved_at is None
    assert HORIZON <= (one.due_at or 0) - NOON <= 2 * HORIZON


def test_a_backlog_keeps_the_rate_and_each_notification_takes_one_moment(
    aws: Aws, poster: Poster, clock: time_machine.Traveller
) -> None:
    limited(rate_per_second=5)
    several(aws, 60)
    at: list[int] = []

    def answer(_: Post) -> Outcome:
        at.append(now())
        return an_outcome(success=True, at=now())

    poster.answering = answer
    put_off = 0
    for _ in range(20):
        while (answered := aws.invoke(deliverer.handler, "DeliveryQueue")) is not None:
            put_off += len(answered["batchItemFailures"])
        clock.shift(1)

    assert len(at) == 60
    assert max(Counter(moment // SECOND for moment in at).values()) <= 6  # the last one waits here for the next second
    assert put_off == 60 - 6
    [item] = aws.items("LimitTable")
    assert item["next_at"] == NOON + 60 * 200
