"""A recovery whose list takes long, or whose partner has a rate: it ends, and nobody waits longer than necessary."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from herald.domain.attempt import Attempt
from herald.domain.breakers.breaker import BreakerState
from herald.domain.clock import HOUR, MINUTE, SECOND, now
from herald.domain.notification import Due, Lane, Notification
from herald.domain.transitions import State
from herald.store.indexes import due_index
from herald.store.indexes.due_index import DueIndex
from herald.store.limit_table import LimitTable
from herald.store.partner_attributes.breaker_store import BreakerStore
from jobs import dependencies as jobs
from jobs import recovery_list
from tests.support.aws.aws_stack import Aws
from tests.support.factories import NOON, PARTNER_ID, a_notification, an_id, an_outcome
from tests.support.functions.breakers import (
    a_partner_with,
    breaker,
    deliver_all,
    down,
    recovering_since,
    waiting,
    works,
)
from tests.support.functions.deliverer import Poster
from tests.support.functions.dispatcher import current, ids, registered, stands
from tests.support.request_counter import Meter

INVOCATION = 270 * SECOND


@pytest.fixture(autouse=True)
def pauses(aws: Aws, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the recovery pauses, time passes and the deliverer works."""

    def pause(seconds: float) -> None:
        for _ in range(round(seconds)):
            clock.shift(1)
            deliver_all(aws)

    monkeypatch.setattr("time.sleep", pause)
    jobs.recovery_worker.cache_clear()


def slow_pages(clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch, seconds: int) -> None:
    """Each page of the due index takes so long."""
    read = DueIndex.pages

    def pages(*place: Any) -> Iterator[list[Due]]:
        for page in read(*place):
            clock.shift(seconds)
            yield page

    monkeypatch.setattr(DueIndex, "pages", pages)


def recover(worker: str, ends_at: int | None = None) -> bool:
    return jobs.recovery_worker().recover(PARTNER_ID, worker, ends_at or now() + INVOCATION)


def posted(poster: Poster) -> list[str]:
    return [post.notification for post in poster.posts]


def drained(aws: Aws, clock: time_machine.Traveller) -> None:
    """What is still in the queue is delivered."""
    for _ in range(6):
        clock.shift(1)
        deliver_all(aws)


def later(n: int, due_at: int, **changes: Any) -> Notification:
    """One that failed while the server was down, and is due later."""
    attempts = (Attempt(round=1, number=1, claim_id="c", outcome=changes.pop("outcome", down(at=NOON - HOUR))),)
    rung = {"attempt": 7, "turn": 7, "lane": Lane.PARKED, "attempts": attempts, "logged": 1}
    return a_notification(n, at=NOON - 24 * HOUR + n, due_at=due_at, **{**rung, **changes})


def test_a_list_that_takes_longer_than_an_invocation_is_sent_all_the_same(
    aws: Aws, poster: Poster, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    registered(a_partner_with(recovering_since(NOON)))
    waiting(40)
    works(poster)
    monkeypatch.setattr(due_index, "_PAGE", 2)
    slow_pages(clock, monkeypatch, 20)  # some 40 of them
    sent = [0]
    while recover(f"w{len(sent)}"):
        sent.append(len(poster.posts))
        assert sent[-1] > sent[-2]
    assert len(sent) <= 6
    drained(aws, clock)
    assert {current(an_id(n)).state for n in range(1, 41)} == {State.DELIVERED}
    assert len(poster.posts) == 40
    assert breaker().is_blank


def test_nobody_else_takes_the_recovery_while_its_worker_lists(
    poster: Poster,  # noqa: ARG001 - it stands for the deliverer's
    clock: time_machine.Traveller,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    registered(a_partner_with(recovering_since(NOON)))
    slow_pages(clock, monkeypatch, 20)
    waiting(1)
    read, refused = DueIndex.pages, []

    def pages(*place: Any) -> Iterator[list[Due]]:
        for page in read(*place):
            other = BreakerStore("PartnerTable").take_recovery(PARTNER_ID, "other", now(), now() + MINUTE)
            refused.append(other is None)
            yield page

    monkeypatch.setattr(DueIndex, "pages", pages)
    assert not recover("first", NOON + HOUR)
    assert refused == [True] * 24


def test_a_worker_that_loses_its_recovery_while_it_lists_sends_nothing(
    aws: Aws, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    registered(a_partner_with(recovering_since(NOON)))
    waiting(3)
    slow_pages(clock, monkeypatch, 61)  # longer than the lease
    store, read = BreakerStore("PartnerTable"), DueIndex.pages

    def pages(*place: Any) -> Iterator[list[Due]]:
        for page in read(*place):
            store.take_recovery(PARTNER_ID, "other", now(), now() + MINUTE)
            yield page

    monkeypatch.setattr(DueIndex, "pages", pages)
    assert not recover("first", NOON + HOUR)
    assert ids(aws) == []
    assert breaker().state is BreakerState.RECOVERING


def test_fifty_thousand_are_listed_with_some_hundred_requests(aws: Aws) -> None:
    """A request for each lane and shard, for each further 500 of a shard, and for each 100 that are not `new`."""
    waiting(250)
    stands(*(later(n, NOON + HOUR) for n in range(1_000, 1_250)))
    meter = Meter(aws)
    listed = jobs.recovery_worker().waiting.oldest_first(PARTNER_ID, None, NOON + HOUR, lambda: None)
    assert listed.ids == [an_id(n) for n in (*range(1_000, 1_250), *range(1, 251))]
    assert listed.is_all
    assert meter.requests("dynamodb") == {"Query": 24, "BatchGetItem": 3}
    # So 50,000 take 24 + 50,000 / 500 queries, and where none is `new`, 50,000 / 100 reads, eight at a time.
    assert (24 + 50_000 // 500, 50_000 // 100) == (124, 500)


def test_a_long_list_is_read_in_parts_and_sent_the_oldest_first_each_once(
    aws: Aws, poster: Poster, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recovery_list, "MOST_LISTED", 7)
    registered(a_partner_with(recovering_since(NOON)))
    those = waiting(30)
    works(poster)
    assert not recover("first")
    drained(aws, clock)
    places = {one: place for place, one in enumerate(posted(poster))}
    assert len(places) == len(poster.posts) == 30
    assert all(abs(places[str(one.id)] - place) < 10 for place, one in enumerate(those))  # of one batch, in no order


def test_what_is_passed_over_is_read_a_hundred_at_a_time(aws: Aws, poster: Poster) -> None:
    registered(a_partner_with(recovering_since(NOON)))
    stands(*(later(n, NOON + HOUR, outcome=an_outcome(at=NOON + SECOND)) for n in range(1, 301)))
    stands(a_notification(999, at=NOON))
    works(poster)
    meter = Meter(aws)
    assert not recover("first")
    assert ids(aws) == [str(an_id(999))]
    assert meter.requests("dynamodb")["BatchGetItem"] <= 3 + 5  # the list, and a short one before those of a hundred


def test_a_partner_with_a_rate_gets_what_waits_at_its_rate_whatever_was_reserved_before(
    aws: Aws, poster: Poster, clock: time_machine.Traveller
) -> None:
    registered(a_partner_with(recovering_since(NOON), rate_per_second=5))
    limits = LimitTable("LimitTable")
    for n in range(1, 101):  # moments that the deliverers reserved before it opened
        reserved = limits.reserve(PARTNER_ID, 1, NOON + 800 * SECOND)
        assert reserved is not None
        stands(later(n, reserved - SECOND, reserved_at=reserved, lane=Lane.SENT))
    works(poster)
    assert not recover("first")
    drained(aws, clock)
    assert len(poster.posts) == 100
    assert now() - NOON <= 40 * SECOND
    assert {current(an_id(n)).reserved_at for n in range(1, 101)} == {None}


def test_the_moments_are_freed_once_for_each_recovery(aws: Aws, poster: Poster) -> None:  # noqa: ARG001 - the deliverer's
    registered(a_partner_with(recovering_since(NOON), rate_per_second=5))
    limits = LimitTable("LimitTable")
    far = NOON + 800 * SECOND
    limits.reserve(PARTNER_ID, 1, far)
    waiting(60)
    assert recover("first", NOON)
    limits.reserve(PARTNER_ID, 1, far)
    assert not recover("second")
    assert int(aws.items("LimitTable")[0]["next_at"]) > far


def test_what_the_partner_asked_for_by_retry_after_is_kept(aws: Aws, clock: time_machine.Traveller) -> None:
    registered(a_partner_with(recovering_since(NOON)))
    soon, late = NOON + MINUTE, NOON + HOUR
    stands(
        later(1, NOON + 6 * HOUR, outcome=down(at=NOON - MINUTE, status=503, retry_after=soon)),
        later(2, NOON + 6 * HOUR, outcome=down(at=NOON - MINUTE, status=503, retry_after=late)),
        later(3, late, outcome=down(at=NOON - MINUTE, status=503, retry_after=late + HOUR)),  # beyond what is kept
    )
    clock.shift(2)
    assert not recover("first")
    assert [current(an_id(n)).due_at for n in (1, 2, 3)] == [soon, late, late]
    assert [current(an_id(n)).lane for n in (1, 2)] == [Lane.SENT, Lane.PARKED]  # a poll sends what is parked
    assert ids(aws) == [str(an_id(1))]
