"""The limits of one partner: what they forbid is put off without an attempt, a claim or a rung, and not forgotten."""

import asyncio
from typing import Any

import pytest
import time_machine

from deliverer import app as deliverer
from deliverer.partner_limits import LEFT
from deliverer.receipt import MOST_RECEIPTS
from herald.domain.attempt import Outcome
from herald.domain.clock import MINUTE, SECOND, now
from herald.domain.transitions import Action, State
from herald.messaging.delivery_queue import DeliveryQueue
from herald.store.dynamodb import LONGEST_CALL, TableUnavailable
from herald.store.limit_table import LimitTable
from tests.support.aws.aws_faults import Network
from tests.support.aws.aws_stack import Aws, Context
from tests.support.emitted_metrics import emitted
from tests.support.factories import NOON, an_outcome
from tests.support.functions.deliverer import AGAIN, ONE, Post, Poster, deliver, limited, operator_does, several
from tests.support.functions.dispatcher import current, partners, poll

# ── What goes out ──


def test_a_timeout_and_headers_of_its_own_go_with_each_post(aws: Aws, poster: Poster) -> None:
    limited(timeout=3, headers={"X-Api-Key": "secret", "Authorization": "Bearer x"})

    deliver(aws)

    (post,) = poster.posts
    assert post.deadline_seconds == 3
    assert (post.headers["X-Api-Key"], post.headers["Authorization"]) == ("secret", "Bearer x")


def test_a_stored_header_never_replaces_one_of_herald(aws: Aws, poster: Poster) -> None:
    limited(headers={"webhook-id": "forged", "herald-round": "9"})  # as no request of the API can set them

    deliver(aws)

    assert poster.posts[0].notification == str(ONE)
    assert poster.posts[0].place == (1, 1)


def test_values_of_headers_are_in_no_log(
    aws: Aws, poster: Poster, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    limited(headers={"X-Api-Key": "k-5f2c-secret"})
    poster.refuses()

    deliver(aws)

    logged = [str(vars(record)) for record in caplog.records]
    assert any("not_success" in line for line in logged)
    assert "k-5f2c-secret" not in "".join([*logged, *capsys.readouterr(), repr(partners().get(3528))])


def test_a_partner_without_limits_costs_no_request_more(aws: Aws, poster: Poster, network: Network) -> None:
    deliver(aws)

    assert network.operations().count("UpdateItem") == 2  # claim and settle
    assert aws.items("LimitTable") == []
    assert len(poster.posts) == 1


# ── The concurrency ──


def test_as_many_posts_as_the_concurrency_run_at_once_and_no_more(aws: Aws, poster: Poster) -> None:
    limited(concurrency=3)
    several(aws, 9)
    at_once: list[str] = []
    barrier = asyncio.Barrier(3)

    async def answer(post: Post) -> Outcome:
        at_once.append(post.notification)
        assert len(at_once) <= 3
        async with asyncio.timeout(10):
            await barrier.wait()  # until three are under way
        at_once.remove(post.notification)
        return an_outcome(success=True, at=now())

    poster.answering = answer

    assert deliver(aws) == []

    assert len(poster.posts) == 9
    [item] = aws.items("LimitTable")
    assert set(item) == {"partner_id"}  # every slot is free again


def test_without_a_free_slot_the_message_comes_back_without_a_claim(
    aws: Aws, poster: Poster, clock: time_machine.Traveller
) -> None:
    limited(concurrency=1)
    LimitTable("LimitTable").take_slot(3528, 1, "another", NOON)

    assert len(deliver(aws)) == 1

    one = current(ONE)
    assert poster.posts == []
    assert (one.state, one.turn, one.attempt) == (State.WAITING, 1, 1)
    assert (one.logged, one.claim_id, one.claims) == (0, None, 0)
    assert SECOND <= (one.due_at or 0) - NOON <= 3 * SECOND
    LimitTable("LimitTable").free_slot(3528, 0, "another")
    clock.shift(4)
    assert deliver(aws) == []
    assert current(ONE).state is State.DELIVERED


def test_a_message_that_was_received_often_is_replaced_and_never_becomes_poison(
    aws: Aws, poster: Poster, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    limited(concurrency=1)
    received: list[int] = []
    deliver_one = deliverer.deliver

    async def counted(record: dict[str, Any], ends_at: int) -> bool:
        received.append(int(record["attributes"]["ApproximateReceiveCount"]))
        return await deliver_one(record, ends_at)

    monkeypatch.setattr(deliverer, "deliver", counted)
    for _ in range(25):
        LimitTable("LimitTable").take_slot(3528, 1, "another", now())
        aws.invoke(deliverer.handler, "DeliveryQueue")
        clock.shift(50)  # of the 60 s for which the slot is taken

    assert poster.posts == []
    assert len(received) > 2 * MOST_RECEIPTS
    assert max(received) == MOST_RECEIPTS
    assert aws.messages("PoisonQueue") == []
    assert (current(ONE).turn, current(ONE).claims) == (1, 0)


def test_a_slot_is_freed_also_where_the_post_raises(aws: Aws, poster: Poster) -> None:
    limited(concurrency=1)

    def answer(_: Post) -> Outcome:
        raise RuntimeError

    poster.answering = answer

    assert len(deliver(aws)) == 1
    [item] = aws.items("LimitTable")
    assert set(item) == {"partner_id"}


@pytest.mark.parametrize("limits", [{"rate_per_second": 5}, {"concurrency": 1}])
def test_a_function_without_time_for_the_whole_attempt_leaves_it_to_the_next(
    aws: Aws, poster: Poster, limits: dict[str, int]
) -> None:
    limited(**limits)
    [record] = aws.records("DeliveryQueue")

    answer = deliverer.handler({"Records": [record]}, Context(timeout=LEFT + LONGEST_CALL - 1))

    assert len(answer["batchItemFailures"]) == 1
    assert poster.posts == []
    assert (current(ONE).due_at, current(ONE).claims) == (NOON + SECOND, 0)
    assert not any(name.startswith("slot") for item in aws.items("LimitTable") for name in item)


def test_while_the_limits_cannot_be_read_nothing_is_sent_and_no_rung_is_used(
    aws: Aws, poster: Poster, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unavailable(*_: object) -> int | None:
        raise TableUnavailable("ThrottlingException")

    limited(rate_per_second=5, concurrency=1)
    monkeypatch.setattr(LimitTable, "reserve", unavailable)

    deliver(aws)

    one = current(ONE)
    assert len(aws.stored("DeliveryQueue")) == 1  # the same message or, beyond a minute, another one
    assert poster.posts == []
    assert (one.logged, one.claims, one.turn) == (0, 0, 1)
    assert 30 * SECOND <= (one.due_at or 0) - NOON <= 90 * SECOND


def test_what_an_operator_changed_meanwhile_is_not_put_off(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    limited(concurrency=1)

    def cancelled_meanwhile(*_: object) -> int | None:
        operator_does(Action.CANCEL)
        return None

    monkeypatch.setattr(LimitTable, "take_slot", cancelled_meanwhile)

    assert deliver(aws) == []

    assert current(ONE).state is State.CANCELLED


def test_a_metric_counts_what_was_put_off(aws: Aws, capsys: pytest.CaptureFixture[str]) -> None:
    limited(concurrency=1)
    LimitTable("LimitTable").take_slot(3528, 1, "another", NOON)

    deliver(aws)

    assert emitted(capsys.readouterr().out)["PutOff"] == [1]


def test_a_poll_does_not_take_what_was_put_off_for_overdue(
    aws: Aws, poster: Poster, clock: time_machine.Traveller
) -> None:
    limited(rate_per_second=1)
    LimitTable("LimitTable").reserve(3528, 1, NOON + 14 * MINUTE)
    deliver(aws)
    clock.shift(12 * 60)

    assert poll()["rescued"] == 0
    assert poster.posts == []


def test_a_deliverer_that_stops_before_it_releases_the_message_costs_the_visibility_timeout(
    aws: Aws, poster: Poster, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stops(*_: object) -> None:
        raise RuntimeError

    limited(rate_per_second=1)
    LimitTable("LimitTable").reserve(3528, 1, NOON + 5 * SECOND)
    with monkeypatch.context() as patch:
        patch.setattr(DeliveryQueue, "release", stops)
        assert len(deliver(aws)) == 1
    assert (current(ONE).due_at, current(ONE).claim_id) == (NOON + 5 * SECOND, None)
    clock.shift(AGAIN)

    assert deliver(aws) == []

    assert len(poster.posts) == 1
    assert current(ONE).state is State.DELIVERED
