"""An attempt: what the partner answers decides the state, and a partner that may not receive gets no POST."""

from dataclasses import replace

import pytest
import time_machine

from deliverer import app as deliverer
from herald.domain.clock import HOUR, MINUTE, SECOND, now
from herald.domain.ladder import Ladder
from herald.domain.notification import Lane
from herald.domain.partner import Partner, update_partner
from herald.domain.review.address_review import resume, suspend
from herald.domain.transitions import State
from tests.support.aws.aws_stack import Aws, Context
from tests.support.factories import (
    NOON,
    PAYLOAD,
    REFUSED,
    SECRET,
    a_notification,
    a_partner,
    an_id,
    an_outcome,
)
from tests.support.functions.deliverer import ONE, Poster, deliver, events, queued
from tests.support.functions.dispatcher import current, partners, stands


def changed(after: Partner) -> None:
    """The partner that was registered is like this now."""
    partners().save(a_partner(), after)


def test_what_is_acknowledged_is_delivered_and_over(aws: Aws, poster: Poster) -> None:
    assert deliver(aws) == []
    one = current(ONE)
    assert (one.state, one.turn, one.lane, one.claim_id) == (State.DELIVERED, 2, None, None)
    assert one.expires_at == NOON + 90 * 24 * HOUR
    assert [attempt.outcome.delivered for attempt in one.attempts] == [True]
    assert aws.messages("DeliveryQueue") == []
    (post,) = poster.posts
    assert (post.body.decode(), post.place) == (PAYLOAD, (1, 1))
    assert post.url == a_partner().url


@pytest.mark.parametrize("internal", [True, False])
def test_an_attempt_is_made_with_the_mark_of_the_approved_address(aws: Aws, poster: Poster, *, internal: bool) -> None:
    changed(replace(a_partner(), internal=internal, proposed_internal=not internal, version=2))
    deliver(aws)
    assert [(post.url, post.internal) for post in poster.posts] == [(a_partner().url, internal)]


def test_what_is_refused_comes_again_after_the_first_wait_of_the_ladder(
    aws: Aws, poster: Poster, clock: time_machine.Traveller
) -> None:
    poster.refuses()
    assert deliver(aws) == []
    one = current(ONE)
    assert (one.state, one.turn, one.attempt, one.lane) == (State.WAITING, 2, 2, Lane.SENT)
    assert one.due_at == NOON + 40 + 3 * MINUTE  # from the end of the attempt, which took 40 ms
    clock.shift(3 * 60)
    assert aws.records("DeliveryQueue") == []
    clock.shift(1)
    deliver(aws)
    assert [post.place for post in poster.posts] == [(1, 1), (1, 2)]
    assert len({post.notification for post in poster.posts}) == 1


def test_a_wait_that_no_message_can_be_delayed_by_is_left_to_the_poll(aws: Aws, poster: Poster) -> None:
    poster.refuses()
    stands(later := a_notification(2, attempt=4, turn=4))
    deliverer.handler(events(later), Context("DelivererFunction"))
    assert (current(later.id).lane, current(later.id).due_at) == (Lane.PARKED, NOON + 40 + 24 * MINUTE)
    assert {sent["id"] for sent in aws.messages("DeliveryQueue")} == {str(ONE)}


def test_the_end_of_the_ladder_is_a_dead_letter(aws: Aws, poster: Poster) -> None:
    poster.refuses()
    stands(last := a_notification(2, attempt=5, turn=5))
    deliverer.handler(events(last), Context("DelivererFunction"))
    one = current(last.id)
    assert (one.state, one.lane, one.since) == (State.FAILED, Lane.ALERT, NOON)
    assert one.reason == REFUSED
    assert aws.messages("DeadLetterQueue") == [{"id": str(last.id), "turn": 6}]


def test_a_partners_own_ladder_stands_in_for_the_stacks(aws: Aws, poster: Poster) -> None:
    poster.refuses()
    changed(update_partner(a_partner(), {"ladder": Ladder.parse("7s")}, "alice", "asked for it", NOON))
    deliver(aws)
    assert current(ONE).due_at == NOON + 40 + 7 * SECOND


def test_the_posts_of_a_batch_are_on_the_wire_together(aws: Aws, poster: Poster) -> None:
    stands(*(more := [a_notification(n) for n in range(2, 11)]))
    queued(aws, *more)
    poster.wait_for_each_other(10)
    assert deliver(aws) == []
    assert {current(an_id(n)).state for n in range(1, 11)} == {State.DELIVERED}


def test_the_log_has_one_line_for_an_attempt_and_in_it_no_payload_no_secret_and_no_answer(
    aws: Aws, poster: Poster, caplog: pytest.LogCaptureFixture
) -> None:
    poster.answering = lambda _: an_outcome(at=now(), excerpt="what the partner answered")
    deliver(aws)
    [line] = [vars(record) for record in caplog.records if record.msg == "attempt"]
    told = {name: line[name] for name in ("notification", "partner_id", "round", "attempt", "verdict", "state")}
    assert told == {
        "notification": str(ONE),
        "partner_id": 3528,
        "round": 1,
        "attempt": 1,
        "verdict": "not_success",
        "state": "waiting",
    }
    assert not [secret for secret in (PAYLOAD, SECRET, "what the partner answered") if secret in repr(line)]


def test_what_is_due_for_a_suspended_partner_is_held_with_its_rung_and_makes_no_post(aws: Aws, poster: Poster) -> None:
    changed(suspend(a_partner(), "alice", "their server is moving", NOON))
    assert deliver(aws) == []
    one = current(ONE)
    assert (one.state, one.round, one.attempt, one.logged) == (State.HELD, 1, 1, 0)
    assert str(one.reason) == "the partner is suspended"
    assert poster.posts == []


def test_what_is_due_for_a_partner_that_is_not_in_the_registry_is_held(poster: Poster) -> None:
    stands(foreign := a_notification(2, partner_id=7))
    deliverer.handler(events(foreign), Context("DelivererFunction"))
    assert (current(foreign.id).state, str(current(foreign.id).reason)) == (
        State.HELD,
        "the partner is not in the registry",
    )
    assert poster.posts == []


def test_a_partner_that_was_approved_a_moment_ago_is_not_held_for_what_was_read_before(
    aws: Aws, poster: Poster, clock: time_machine.Traveller
) -> None:
    changed(suspended := suspend(a_partner(), "alice", "their server is moving", NOON))
    stands(other := a_notification(2))
    deliver(aws)
    clock.shift(1)
    partners().save(suspended, resume(suspended, "alice", "moved", now()))
    deliverer.handler(events(other), Context("DelivererFunction"))
    assert current(other.id).state is State.DELIVERED
    assert len(poster.posts) == 1
