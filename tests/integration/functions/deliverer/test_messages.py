"""Messages that are repeated, stale or early: one POST for each turn (docs/architecture.md, "Crash table")."""

import asyncio
import threading
from contextlib import ExitStack
from typing import Any

import pytest
import time_machine

from herald.domain.attempt import Outcome
from herald.domain.clock import MINUTE, SECOND, now
from herald.domain.decisions.decisions import redrive
from herald.domain.transitions import Action, State
from herald.messaging.delivery_queue import DeliveryQueue
from herald.store.partner_table import PartnerTable
from tests.support.aws.aws_faults import Network
from tests.support.aws.aws_stack import Aws
from tests.support.factories import NOON, a_notification, an_outcome
from tests.support.functions.deliverer import AGAIN, ONE, Post, Poster, deliver, operator_does, queued
from tests.support.functions.dispatcher import current, notifications, stands


@pytest.fixture
def meeting(poster: Poster, monkeypatch: pytest.MonkeyPatch) -> None:
    """The partner answers when a message has met the claim of the other one."""
    released, release = threading.Event(), DeliveryQueue.release

    def noting(queue: DeliveryQueue, receipt_handle: str, seconds: int) -> None:
        release(queue, receipt_handle, seconds)
        released.set()

    async def answer(_: Post) -> Outcome:
        assert await asyncio.to_thread(released.wait, 10)
        return an_outcome(success=True, at=now())

    monkeypatch.setattr(DeliveryQueue, "release", noting)
    poster.answering = answer


@pytest.mark.usefixtures("meeting")
def test_a_message_that_is_delivered_twice_at_once_makes_one_post(aws: Aws, poster: Poster) -> None:
    queued(aws, a_notification(1))
    assert len(deliver(aws)) == 1  # the one that met the other's claim comes back
    assert len(poster.posts) == 1
    assert current(ONE).logged == 1


@pytest.mark.usefixtures("meeting")
def test_the_one_that_came_back_is_stale_when_the_claim_is_over(
    aws: Aws, poster: Poster, clock: time_machine.Traveller
) -> None:
    queued(aws, a_notification(1))
    deliver(aws)
    clock.shift(60.001)
    assert deliver(aws) == []
    assert aws.messages("DeliveryQueue") == []
    assert len(poster.posts) == 1


def test_a_stale_message_is_deleted_and_makes_no_post(aws: Aws, poster: Poster) -> None:
    notifications().save(before := a_notification(1), redrive(before, "alice", "they are repaired", NOON))
    assert deliver(aws) == []
    assert aws.messages("DeliveryQueue") == []
    assert poster.posts == []
    assert current(ONE).claims == 0


def test_a_message_of_a_notification_that_is_not_there_is_deleted_and_makes_none(aws: Aws, poster: Poster) -> None:
    aws.dynamodb.delete_item(
        TableName="NotificationTable", Key={"order_key": {"S": "3528:order-1"}, "digest": {"S": ONE.digest}}
    )
    assert deliver(aws) == []
    assert poster.posts == []
    assert aws.items("NotificationTable") == []


def test_a_live_claim_gives_the_message_back_until_the_second_it_ends(
    aws: Aws, poster: Poster, clock: time_machine.Traveller
) -> None:
    notifications().claim(ONE, 1, "somebody else", NOON)
    clock.shift(20)
    assert len(deliver(aws)) == 1
    assert poster.posts == []
    clock.shift(39)
    assert aws.records("DeliveryQueue") == []
    clock.shift(1.001)
    assert deliver(aws) == []
    assert len(poster.posts) == 1
    assert current(ONE).state is State.DELIVERED


def test_a_message_that_comes_early_is_given_back_until_it_is_due(
    aws: Aws, poster: Poster, clock: time_machine.Traveller
) -> None:
    """The clock of whoever reckoned its delay was ahead of ours."""
    stands(early := a_notification(2, due_at=NOON + 20 * SECOND))
    DeliveryQueue(aws.refs["DeliveryQueue"]).send([early.due], NOON + 20 * SECOND)
    assert len(deliver(aws)) == 1
    assert {post.notification for post in poster.posts} == {str(ONE)}
    clock.shift(19)
    assert aws.records("DeliveryQueue") == []
    clock.shift(1.001)
    assert deliver(aws) == []
    assert current(early.id).state is State.DELIVERED


@pytest.mark.parametrize(("action", "told"), [(Action.CANCEL, 0), (None, 1)])
def test_what_a_person_did_while_the_partner_was_looked_up_slowly_keeps_it_from_being_told(
    aws: Aws,
    poster: Poster,
    clock: time_machine.Traveller,
    monkeypatch: pytest.MonkeyPatch,
    action: Action | None,
    told: int,
) -> None:
    look_up = PartnerTable.get

    def slowly(self: PartnerTable, partner_id: int) -> Any:
        if action:
            operator_does(action)
        clock.shift(5)
        return look_up(self, partner_id)

    monkeypatch.setattr(PartnerTable, "get", slowly)
    assert deliver(aws) == []
    assert len(poster.posts) == told
    assert current(ONE).state is (State.CANCELLED if action else State.DELIVERED)


def test_a_claim_that_the_client_repeats_after_it_took_effect_makes_one_post(
    aws: Aws, poster: Poster, network: Network
) -> None:
    with network.repeats("UpdateItem"):
        assert deliver(aws) == []
    assert len(poster.posts) == 1
    assert (current(ONE).state, current(ONE).logged) == (State.DELIVERED, 1)


def test_a_settle_that_the_client_repeats_after_it_took_effect_logs_one_attempt(
    aws: Aws, poster: Poster, network: Network
) -> None:
    def lose_the_first_answer(_: Post) -> Any:
        lost.enter_context(network.repeats("UpdateItem"))
        return an_outcome(at=now())

    poster.answering = lose_the_first_answer
    with ExitStack() as lost:
        assert deliver(aws) == []
    one = current(ONE)
    assert (one.turn, one.attempt, one.logged) == (2, 2, 1)
    assert len([sent for sent in aws.messages("DeliveryQueue") if sent["turn"] == 2]) == 1


def test_the_fourth_claim_of_a_turn_makes_no_post_and_fails_by_our_fault(
    aws: Aws, poster: Poster, clock: time_machine.Traveller
) -> None:
    for n in range(3):
        notifications().claim(ONE, 1, f"crashed {n}", NOON + n * MINUTE)
    clock.shift(AGAIN)
    assert deliver(aws) == []
    assert poster.posts == []
    one = current(ONE)
    assert (one.state, one.attempt, one.claims) == (State.WAITING, 2, 0)
    assert str(one.attempts[-1].outcome.reason).startswith("our fault")
