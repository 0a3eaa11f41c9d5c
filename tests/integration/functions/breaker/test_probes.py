"""While a breaker is open: what is due is held back without a write, and one notification at a time is the probe."""

from dataclasses import replace

import pytest
import time_machine

from deliverer import dependencies
from herald.domain.breakers.breaker import RESERVE, BreakerState
from herald.domain.clock import HOUR, MINUTE, SECOND, now
from herald.domain.decisions.decisions import redrive
from herald.domain.review.address_review import resume, suspend
from herald.domain.transitions import State
from operator_api import app as operator_app
from tests.support.aws.aws_stack import Aws
from tests.support.factories import LADDER, NOON, an_id, an_outcome
from tests.support.functions.breakers import (
    a_partner_with,
    breaker,
    deliver_all,
    is_down,
    open_breaker_of,
    recovering_since,
    sent,
    the_partner,
    waiting,
    works,
)
from tests.support.functions.deliverer import Poster
from tests.support.functions.dispatcher import current, ids, notifications, partners, poll, registered
from tests.support.http.gateway import Gateway
from tests.support.request_counter import Meter

api = Gateway(operator_app.handler, "OperatorFunction")
WHY = {"reason": "they say that it works"}


def opened(*, since: int = NOON, **changes: object) -> None:
    registered(a_partner_with(open_breaker_of(since=since, **changes)))  # type: ignore[arg-type] # attributes of it


def test_what_is_due_is_held_back_without_a_write_to_it(aws: Aws, poster: Poster) -> None:
    opened()
    those = waiting(30)
    sent(aws, *those)
    meter = Meter(aws)
    deliver_all(aws)
    assert poster.posts == []
    assert meter.write_units("NotificationTable") == {}
    assert len(meter.writes()) <= RESERVE + 10  # the reserve, and what of a batch finds it full at the same time
    assert [current(one.id) for one in those] == those
    assert len(breaker().reserve) == RESERVE


def test_the_message_of_the_next_probe_is_the_only_one_in_the_queue(aws: Aws, poster: Poster) -> None:
    opened()
    sent(aws, *waiting(30))
    deliver_all(aws)
    assert ids(aws) == [str(breaker().reserve[0].id)]
    assert poster.posts == []


def test_probes_come_after_half_a_minute_and_twice_as_late_each_time(
    aws: Aws, poster: Poster, clock: time_machine.Traveller
) -> None:
    opened()
    is_down(poster)
    sent(aws, *waiting(12))
    probed = []
    for _ in range(16 * 60):
        before = len(poster.posts)
        deliver_all(aws)
        if len(poster.posts) > before:
            probed.append((now() - NOON) // SECOND)
        clock.shift(1)
    waits = [later - earlier for earlier, later in zip([0, *probed], probed, strict=False)]
    assert waits == [30, 60, 120, 240, 300]
    assert len({post.notification for post in poster.posts}) == 5


def test_a_probe_counts_its_rung_and_what_is_held_back_counts_none(
    aws: Aws, poster: Poster, clock: time_machine.Traveller
) -> None:
    opened()
    is_down(poster)
    those = waiting(5)
    sent(aws, *those)
    deliver_all(aws)
    clock.shift(30)
    deliver_all(aws)
    assert sorted(current(one.id).attempt for one in those) == [1, 1, 1, 1, 2]
    assert (breaker().probes, breaker().probe_at) == (1, now() + MINUTE)


def test_two_deliverers_at_once_make_one_probe(aws: Aws, poster: Poster, clock: time_machine.Traveller) -> None:
    opened()
    is_down(poster)
    those = waiting(2)
    clock.shift(30)
    sent(aws, *those)
    deliver_all(aws)
    assert len(poster.posts) == 1


@pytest.mark.parametrize("success", [True, False])
def test_the_first_answer_of_any_kind_closes_it_and_sends_for_the_recovery(
    aws: Aws, poster: Poster, clock: time_machine.Traveller, *, success: bool
) -> None:
    opened()
    poster.answering = lambda _: an_outcome(success=success, at=now())
    clock.shift(30)
    sent(aws, *waiting(1))
    deliver_all(aws)
    assert breaker().state is BreakerState.RECOVERING
    assert breaker().held_since == NOON
    assert the_partner().history[-1].action == "close breaker"
    assert aws.messages("JobQueue") == [{"recovery": 3528}]


def test_an_attempt_that_was_under_way_when_it_opened_closes_it_by_its_answer(aws: Aws, poster: Poster) -> None:
    registered(a_partner_with(open_breaker_of(since=NOON)))
    partners_of_deliverer = dependencies.delivery().gate.partners
    partners_of_deliverer.cache(replace(the_partner(), breaker=a_partner_with(recovering_since(NOON)).breaker), now())
    works(poster)
    sent(aws, *waiting(1))
    deliver_all(aws)
    assert len(poster.posts) == 1


def test_a_prober_that_stops_leaves_a_probe_that_ends_after_a_minute(
    aws: Aws, poster: Poster, clock: time_machine.Traveller
) -> None:
    opened(probe_id="stopped", probe_until=NOON + MINUTE, probe_at=NOON)
    is_down(poster)
    those = waiting(2)
    clock.shift(59)
    sent(aws, those[0])
    deliver_all(aws)
    assert poster.posts == []
    clock.shift(1)
    sent(aws, those[1])
    deliver_all(aws)
    assert len(poster.posts) == 1


def test_a_probe_for_what_has_changed_meanwhile_is_the_next_ones_at_once(
    aws: Aws, poster: Poster, clock: time_machine.Traveller
) -> None:
    first, second = waiting(2)
    opened(reserve=(first, second))
    notifications().save(first, redrive(first, "alice", "again", now()))
    clock.shift(30)
    sent(aws, first)
    deliver_all(aws)
    assert [post.notification for post in poster.posts] == [str(second.id)]


def test_a_redrive_by_a_person_is_the_probe_at_once(aws: Aws, poster: Poster) -> None:
    opened()
    works(poster)
    waiting(3)
    api.done("POST", f"/notifications/{an_id(2)}/redrive", WHY)
    deliver_all(aws)
    assert [post.notification for post in poster.posts] == [str(an_id(2))]
    assert breaker().state is BreakerState.RECOVERING


def test_a_redrive_by_a_person_waits_for_the_probe_that_is_under_way(
    aws: Aws, poster: Poster, clock: time_machine.Traveller
) -> None:
    opened(probe_id="p1", probe_until=NOON + MINUTE)
    sent(aws, *waiting(1), asked=True)
    deliver_all(aws)
    assert poster.posts == []
    assert len(aws.messages("DeliveryQueue")) == 1
    clock.shift(61)
    deliver_all(aws)
    assert len(poster.posts) == 1


def test_a_suspended_partner_with_an_open_breaker_has_its_notifications_held_as_ever(
    aws: Aws, poster: Poster, clock: time_machine.Traveller
) -> None:
    opened()
    partners().save(the_partner(), suspend(the_partner(), "alice", "they move", now()))
    sent(aws, *waiting(2))
    deliver_all(aws)
    assert {current(an_id(n)).state for n in (1, 2)} == {State.HELD}
    assert poster.posts == []
    partners().save(the_partner(), resume(the_partner(), "alice", "moved", now()))
    clock.shift(2)  # the deliverer caches a partner with an open breaker for a second
    assert poll()["released"] == 2  # they are the next probes: nothing else is left
    clock.shift(1)
    deliver_all(aws)
    assert poster.posts == []
    assert len(breaker().reserve) == 2


def test_a_clock_that_is_behind_gives_the_probe_back_until_it_is_due(
    aws: Aws, poster: Poster, clock: time_machine.Traveller
) -> None:
    (one,) = waiting(1)
    opened(reserve=(one,))
    clock.shift(25)
    sent(aws, one)
    deliver_all(aws)
    assert poster.posts == []
    clock.shift(6)
    deliver_all(aws)
    assert len(poster.posts) == 1


def test_the_poll_sends_no_messages_for_what_is_held_back(aws: Aws) -> None:
    those = waiting(20)
    opened(since=now(), reserve=tuple(those[:4]))
    poll()
    assert aws.messages("DeliveryQueue") == []


@pytest.mark.usefixtures("aws")
def test_the_rescue_leaves_alone_what_is_held_back_or_waits_for_a_recovery(clock: time_machine.Traveller) -> None:
    those = waiting(20)
    opened(since=now(), reserve=tuple(those[:4]), probe_at=NOON + 2 * HOUR)
    clock.shift(3_600)
    assert poll()["rescued"] == 0
    partners().save(the_partner(), replace(the_partner(), version=9, breaker=recovering_since(NOON)))
    assert poll()["rescued"] == 0


def test_the_poll_sends_the_oldest_where_a_probe_is_overdue(aws: Aws, clock: time_machine.Traveller) -> None:
    waiting(20)
    opened(probe_at=NOON)
    clock.shift(60)
    assert poll()["breakers"] == RESERVE
    assert set(ids(aws)) == {str(an_id(n)) for n in range(1, RESERVE + 1)}
    assert breaker().waiting == 20


def test_a_poll_that_is_late_costs_a_probe_its_time_and_nothing_else(
    aws: Aws, poster: Poster, clock: time_machine.Traveller
) -> None:
    opened()
    works(poster)
    waiting(3)
    clock.shift(1_800)
    poll()
    deliver_all(aws)
    assert breaker().state is BreakerState.RECOVERING


def test_the_first_poll_after_it_opened_fills_a_short_reserve(aws: Aws, poster: Poster) -> None:
    waiting(20)
    opened(since=now())
    poll()
    deliver_all(aws)
    assert len(breaker().reserve) == RESERVE
    assert poster.posts == []


def test_what_was_held_back_for_longer_than_its_ladder_fails_with_a_reason_and_a_dead_letter(
    aws: Aws, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LADDER", str(LADDER))
    (one,) = waiting(1, at=NOON)
    opened(since=NOON)
    length = 45 * MINUTE  # 3 + 6 + 12 + 24
    clock.move_to((NOON + 1 + length) / SECOND)
    poll()
    assert current(one.id).state is State.WAITING
    clock.shift(1)
    poll()
    failed = current(one.id)
    assert (failed.state, failed.attempt, failed.logged) == (State.FAILED, 1, 0)
    assert failed.reason is not None
    assert failed.reason.code == "breaker.exhausted"
    assert {"id": str(one.id), "turn": 2} in aws.messages("DeadLetterQueue")  # besides those about the open breaker


def test_with_breaker_off_the_polls_send_what_was_held_back(
    aws: Aws, poster: Poster, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BREAKER", "Off")
    waiting(5)
    opened(since=now())
    clock.shift(3_600)
    poll()
    deliver_all(aws)
    assert len(poster.posts) == 5


def test_an_operator_asks_for_a_probe(aws: Aws, poster: Poster) -> None:
    (one,) = waiting(1)
    opened(since=now(), reserve=(one,))
    answer = api.done("POST", "/partners/3528/probe", WHY)
    assert answer["breaker"]["state"] == "open"
    assert answer["history"][-1]["action"] == "probe"
    deliver_all(aws)
    assert [post.notification for post in poster.posts] == [str(one.id)]


def test_an_operator_closes_a_breaker(aws: Aws) -> None:
    opened(since=now())
    answer = api.done("POST", "/partners/3528/close-breaker", WHY)
    assert answer["breaker"]["state"] == "recovering"
    assert aws.messages("JobQueue") == [{"recovery": 3528}]
    assert "the partner's breaker is recovering" in api.refused(409, "POST", "/partners/3528/close-breaker", WHY)


def test_the_partner_tells_of_its_breaker(aws: Aws) -> None:  # noqa: ARG001 - the tables
    opened(probes=3, waiting=4112)
    assert api.done("GET", "/partners/3528")["breaker"] == {
        "state": "open",
        "outages": 20,
        "unansweredSince": "2026-11-23T11:59:30.000Z",
        "openedAt": "2026-11-23T12:00:00.000Z",
        "nextProbeAt": "2026-11-23T12:00:30.000Z",
        "probeEverySeconds": 240,
        "waiting": 4112,
    }
