"""One record fails: the others are settled, and its message comes back."""

import asyncio
from contextlib import ExitStack
from typing import Any

import pytest
import time_machine

from deliverer import app as deliverer
from herald.domain.clock import MINUTE, SECOND, now
from herald.domain.transitions import State
from tests.support.aws.aws_faults import Network
from tests.support.aws.aws_stack import Aws, Context, sqs_event
from tests.support.factories import a_notification, an_id, an_outcome
from tests.support.functions.deliverer import (
    AGAIN,
    ONE,
    Post,
    Poster,
    deliver,
    events,
    message,
    queued,
)
from tests.support.functions.dispatcher import current, poll, stands


@pytest.mark.parametrize("fault", [RuntimeError("a bug"), MemoryError(), asyncio.CancelledError()])
def test_whatever_goes_wrong_with_one_record_the_others_settle_and_it_comes_back(
    aws: Aws, poster: Poster, clock: time_machine.Traveller, fault: BaseException
) -> None:
    stands(*(more := [a_notification(n) for n in range(2, 6)]))
    queued(aws, *more)

    def answer(post: Post) -> Any:
        if post.notification == str(an_id(3)):
            raise fault
        return an_outcome(success=True, at=now())

    poster.answering = answer
    assert len(deliver(aws)) == 1
    assert {n for n in range(1, 6) if current(an_id(n)).state is State.DELIVERED} == {1, 2, 4, 5}
    poster.answering = Poster.answering
    clock.shift(AGAIN)
    assert deliver(aws) == []
    assert current(an_id(3)).state is State.DELIVERED


@pytest.mark.parametrize("body", ["", "no json", "{}", '{"id":"nonsense","turn":1}', '{"id":null,"turn":"x"}', "[]"])
def test_a_message_that_is_not_ours_comes_back_alone(body: str) -> None:
    answer = deliverer.handler(sqs_event(message(a_notification(1)), body), Context("DelivererFunction"))
    assert answer == {"batchItemFailures": [{"itemIdentifier": "message-1"}]}
    assert current(ONE).state is State.DELIVERED


def test_a_claim_whose_answer_is_lost_costs_a_visibility_timeout_and_no_attempt(
    aws: Aws, poster: Poster, network: Network, clock: time_machine.Traveller
) -> None:
    with network.loses_the_answer("UpdateItem"):
        assert len(deliver(aws)) == 1
    assert poster.posts == []
    clock.shift(AGAIN)
    assert deliver(aws) == []
    assert len(poster.posts) == 1
    assert current(ONE).logged == 1


def test_what_cannot_be_settled_is_attempted_once_more_under_the_same_id(
    aws: Aws, poster: Poster, network: Network, clock: time_machine.Traveller
) -> None:
    def break_off(_: Post) -> Any:
        broken.enter_context(network.breaks("UpdateItem"))
        return an_outcome(success=True, at=now())

    poster.answering = break_off
    with ExitStack() as broken:
        assert len(deliver(aws)) == 1
    poster.answering = Poster.answering
    clock.shift(AGAIN)
    assert deliver(aws) == []
    assert [(post.notification, post.place) for post in poster.posts] == [(str(ONE), (1, 1))] * 2
    assert current(ONE).state is State.DELIVERED


@pytest.mark.parametrize("success", [True, False])
@pytest.mark.parametrize("fault", ["breaks", "throttles", "loses_the_answer"])
@pytest.mark.parametrize("failures", [1, 3, 5])
def test_a_refused_settle_is_tried_again_and_tells_nobody_twice(
    aws: Aws, poster: Poster, network: Network, fault: str, failures: int, *, success: bool
) -> None:
    refused = ExitStack()

    def refuse_the_settle(_: Post) -> Any:
        refused.enter_context(getattr(network, fault)("UpdateItem"))
        return an_outcome(success=success, at=now())

    def end_after_some() -> None:
        if len(poster.pauses) == failures:
            refused.close()

    poster.answering, poster.during_pause = refuse_the_settle, end_after_some
    assert deliver(aws) == []
    assert poster.pauses == [0.2, 1, 3, 5, 8][:failures]
    assert len(poster.posts) == 1
    assert current(ONE).state is (State.DELIVERED if success else State.WAITING)
    assert current(ONE).logged == 1
    assert len(aws.messages("DeliveryQueue")) == (0 if success else 1)  # the next rung's message went out, once


def test_a_settle_is_not_tried_beyond_the_time_of_the_function(
    aws: Aws, poster: Poster, network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Context, "get_remaining_time_in_millis", lambda _: 9_000)

    def refuse_the_settle(_: Post) -> Any:
        refused.enter_context(network.breaks("UpdateItem"))
        return an_outcome(success=True, at=now())

    poster.answering = refuse_the_settle
    with ExitStack() as refused:
        assert len(deliver(aws)) == 1
    assert poster.pauses == [0.2, 1]  # a third one would leave less than a call may take, 7 s


def test_a_caller_without_a_context_sets_no_limit(poster: Poster) -> None:
    assert deliverer.handler(events(current(ONE)), None) == {"batchItemFailures": []}
    assert len(poster.posts) == 1


@pytest.mark.parametrize("receipts", [1, 2, 3])
def test_a_claim_that_the_table_refuses_comes_back_soon(
    aws: Aws, poster: Poster, network: Network, clock: time_machine.Traveller, receipts: int
) -> None:
    for nth in range(receipts):
        with network.breaks("UpdateItem"):
            assert len(deliver(aws)) == 1
        clock.shift(10 * 2**nth - 0.001)
        with pytest.raises(AssertionError, match="nothing is visible"):
            deliver(aws)
        clock.shift(0.002)
    assert deliver(aws) == []
    assert len(poster.posts) == 1


def test_a_next_message_that_the_queue_does_not_take_is_the_polls_to_send(
    aws: Aws, poster: Poster, network: Network, clock: time_machine.Traveller
) -> None:
    poster.refuses()
    with network.breaks("SendMessageBatch"):
        assert deliver(aws) == []
    assert aws.messages("DeliveryQueue") == []
    clock.shift((13 * MINUTE + SECOND) / SECOND)
    assert poll()["rescued"] == 1
    deliver(aws)
    assert [post.place for post in poster.posts] == [(1, 1), (1, 2)]
