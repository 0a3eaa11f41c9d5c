"""One POST for each turn, whatever becomes of messages, claims, partners and people meanwhile (DESIGN, section 3)."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
import time_machine

from deliverer import app as deliverer
from herald.domain.clock import HOUR, MINUTE, SECOND, now
from herald.domain.ladder import Ladder
from herald.domain.notification import Lane, Notification, close, redrive
from herald.domain.partner import Partner, resume, suspend, update_partner
from herald.domain.transitions import Action, State
from herald.messaging.delivery_queue import DeliveryQueue
from herald.store.partner_table import PartnerTable
from tests.support.aws.aws_faults import Network
from tests.support.aws.aws_stack import Aws, Context, sqs_event
from tests.support.factories import LADDER, NOON, PAYLOAD, SECRET, a_notification, a_partner, an_id, an_outcome
from tests.support.functions.deliverer import Post, Poster, deliver, employed, queued
from tests.support.functions.dispatcher import current, notifications, partners, poll, registered, stands
from tests.support.paths import EVENTS

ONE = an_id(1)
AGAIN = 180.001  # seconds: a moment after the visibility timeout


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON / SECOND, tick=False) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def poster(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> Poster:
    monkeypatch.setenv("LADDER", str(LADDER))
    poster = employed(monkeypatch)
    registered(a_partner())
    stands(a_notification(1))
    queued(aws, a_notification(1))
    return poster


def message(notification: Notification) -> str:
    return json.dumps({"id": str(notification.id), "turn": notification.turn})


def events(*those: Notification) -> dict[str, Any]:
    return sqs_event(*map(message, those))


# ────────────────────────────────────────────── An ordinary attempt ──────────────────────────────────────────────


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
    assert one.reason == "HTTP 200, but the body was `no`"
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


# ─────────────────────────────────── Messages that are repeated, stale or too early ───────────────────────────────────


def test_a_message_that_is_delivered_twice_at_once_makes_one_post(aws: Aws, poster: Poster) -> None:
    queued(aws, a_notification(1))
    assert len(deliver(aws)) == 1  # the one that met the other's claim comes back
    assert len(poster.posts) == 1
    assert current(ONE).logged == 1


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
    assert one.attempts[-1].outcome.reason.startswith("our fault")


# ───────────────────────────────────────── People who act meanwhile ─────────────────────────────────────────


def operator_does(action: Action) -> None:
    before = current(ONE)
    if action is Action.REDRIVE:
        after = redrive(before, "alice", "they are repaired", now())
    else:
        after = close(before, action, "alice", "told by telephone", now(), 90)
    notifications().save(before, after)


@pytest.mark.parametrize(
    ("action", "success", "ends"),
    [
        (Action.CANCEL, True, State.CANCELLED),
        (Action.CANCEL, False, State.CANCELLED),
        (Action.RESOLVE, True, State.RESOLVED),
        (Action.RESOLVE, False, State.RESOLVED),
        (Action.REDRIVE, True, State.DELIVERED),
        (Action.REDRIVE, False, State.WAITING),
    ],
)
def test_what_a_person_changed_while_the_post_was_on_the_wire_stays_so_but_for_a_success(
    aws: Aws,
    poster: Poster,
    action: Action,
    success: bool,  # noqa: FBT001 - pytest passes it by name
    ends: State,
) -> None:
    poster.meanwhile(lambda: operator_does(action), success=success)
    assert deliver(aws) == []
    one = current(ONE)
    assert one.state is ends
    assert [(attempt.round, attempt.number) for attempt in one.attempts] == [(1, 1)]
    assert one.history[-1].action == action.value
    assert len(poster.posts) == 1
    assert aws.messages("DeliveryQueue") == []  # the redrive's own message is the operator's to send


def test_a_failure_of_the_old_round_does_not_move_the_new_one_up_the_ladder(aws: Aws, poster: Poster) -> None:
    poster.meanwhile(lambda: operator_does(Action.REDRIVE), success=False)
    deliver(aws)
    one = current(ONE)
    assert (one.round, one.attempt, one.due_at, one.lane) == (2, 1, NOON, Lane.SENT)


def test_a_late_success_delivers_what_has_failed_meanwhile(poster: Poster, clock: time_machine.Traveller) -> None:
    """Its claim ended while it was still at it; another one took over and exhausted the ladder."""
    last = a_notification(2, attempt=5, turn=5)
    stands(last)

    async def outlive_the_claim(post: Post) -> Any:
        if post.notification != str(last.id) or len(poster.posts) > 1:
            return an_outcome(at=now())
        clock.shift(61)
        await deliverer.deliver(events(last)["Records"][0])
        assert current(last.id).state is State.FAILED
        return an_outcome(success=True, at=now())

    poster.answering = outlive_the_claim
    deliverer.handler(events(last), Context("DelivererFunction"))
    one = current(last.id)
    assert (one.state, one.logged, one.lane) == (State.DELIVERED, 2, None)


# ─────────────────────────────────────────── Partners that may not receive ───────────────────────────────────────────


def test_what_is_due_for_a_suspended_partner_is_held_with_its_rung_and_makes_no_post(aws: Aws, poster: Poster) -> None:
    changed(suspend(a_partner(), "alice", "their server is moving", NOON))
    assert deliver(aws) == []
    one = current(ONE)
    assert (one.state, one.round, one.attempt, one.logged) == (State.HELD, 1, 1, 0)
    assert one.reason == "the partner is suspended"
    assert poster.posts == []


def test_what_is_due_for_a_partner_that_is_not_in_the_registry_is_held(poster: Poster) -> None:
    stands(foreign := a_notification(2, partner_id=7))
    deliverer.handler(events(foreign), Context("DelivererFunction"))
    assert (current(foreign.id).state, current(foreign.id).reason) == (
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


# ─────────────────────────────────────────── One record that goes wrong ───────────────────────────────────────────


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
@pytest.mark.parametrize("mishap", ["breaks", "throttles", "loses_the_answer"])
@pytest.mark.parametrize("failures", [1, 3, 5])
def test_a_refused_settle_is_tried_again_and_tells_nobody_twice(
    aws: Aws, poster: Poster, network: Network, mishap: str, failures: int, *, success: bool
) -> None:
    refused = ExitStack()

    def refuse_the_settle(_: Post) -> Any:
        refused.enter_context(getattr(network, mishap)("UpdateItem"))
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


# ────────────────────────────────────────────────── Event files ──────────────────────────────────────────────────

CASES = {
    # file: (how many come back, how many POSTs, the states of order-1 and order-2 afterwards)
    "due": (0, 1, State.DELIVERED, State.WAITING),
    "batch": (0, 2, State.DELIVERED, State.DELIVERED),
    "twice": (1, 1, State.DELIVERED, State.WAITING),
    "stale": (0, 0, State.WAITING, State.WAITING),
    "not_ours": (1, 1, State.DELIVERED, State.WAITING),
}


def test_every_event_of_the_deliverer_has_its_answer_here() -> None:
    assert {path.stem.removeprefix("deliverer_") for path in EVENTS.glob("deliverer_*.json")} == set(CASES)


@pytest.mark.parametrize("case", CASES)
def test_an_event_of_the_folder_events_delivers(poster: Poster, case: str) -> None:
    stands(a_notification(2))
    come_back, posts, first, second = CASES[case]
    answer = deliverer.handler(
        json.loads((EVENTS / f"deliverer_{case}.json").read_text(encoding="utf-8")), Context("DelivererFunction")
    )
    assert (len(answer["batchItemFailures"]), len(poster.posts)) == (come_back, posts)
    assert (current(ONE).state, current(an_id(2)).state) == (first, second)


def changed(after: Partner) -> None:
    """The partner that was registered is like this now."""
    partners().save(a_partner(), after)
