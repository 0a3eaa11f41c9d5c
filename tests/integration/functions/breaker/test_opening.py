"""What opens the breaker of a partner, and what a healthy partner pays for it: nothing."""

import pytest
import time_machine

from herald.domain.attempt import Verdict
from herald.domain.breakers.breaker import OPENS_AFTER, BreakerState
from herald.domain.breakers.partner_breaker import open_breaker
from herald.domain.clock import SECOND, now
from herald.domain.transitions import State
from herald.languages.reason import Reason
from herald.store.limit_table import LimitTable
from herald.store.partner_attributes.breaker_store import BreakerStore
from herald.store.partner_table import PartnerTable
from tests.support.aws.aws_faults import Network
from tests.support.aws.aws_stack import Aws
from tests.support.emitted_metrics import emitted
from tests.support.factories import NOON, a_partner, an_id, an_outcome
from tests.support.functions.breakers import (
    breaker,
    deliver_all,
    down,
    is_down,
    sent,
    the_partner,
    waiting,
)
from tests.support.functions.deliverer import Poster
from tests.support.functions.dispatcher import current, registered
from tests.support.request_counter import Meter


def attempts(aws: Aws, clock: time_machine.Traveller, count: int, over: int = 40, first: int = 1) -> None:
    """So many notifications are attempted, from now until `over` seconds later."""
    for place, one in enumerate(waiting(count, first=first)):
        clock.move_to((NOON + place * over * SECOND / (count - 1)) / SECOND + 0.001)
        sent(aws, one)
        deliver_all(aws)


def test_twenty_outages_in_a_row_over_half_a_minute_open_it(
    aws: Aws, poster: Poster, clock: time_machine.Traveller, capsys: pytest.CaptureFixture[str]
) -> None:
    registered(a_partner())
    is_down(poster)
    attempts(aws, clock, OPENS_AFTER)
    assert breaker().state is BreakerState.OPEN
    assert (breaker().opened_at, breaker().probe_at) == (now(), now() + 30 * SECOND)
    assert breaker().unanswered_since is not None
    assert the_partner().history[-1].action == "open breaker"
    assert sum(emitted(capsys.readouterr().out).get("BreakersOpened", [])) == 1


def test_a_deliverer_that_did_not_know_of_it_learns_of_it_by_its_first_outage(
    aws: Aws, poster: Poster, clock: time_machine.Traveller
) -> None:
    registered(a_partner())
    sent(aws, *waiting(1))
    deliver_all(aws)  # this deliverer has read the partner
    is_down(poster)
    before = BreakerStore(aws.refs["PartnerTable"]).count_outage(an_id(9), now() - 40 * SECOND, now())
    assert before is not None
    PartnerTable(aws.refs["PartnerTable"]).save(before, open_breaker(before, now()))  # by another one
    clock.shift(1)
    sent(aws, *waiting(1, first=2))
    deliver_all(aws)
    assert len(poster.posts) == 2
    sent(aws, *waiting(1, first=3))
    deliver_all(aws)
    assert len(poster.posts) == 2


def test_nineteen_outages_do_not_open_it(aws: Aws, poster: Poster, clock: time_machine.Traveller) -> None:
    registered(a_partner())
    is_down(poster)
    attempts(aws, clock, OPENS_AFTER - 1)
    assert breaker().state is BreakerState.CLOSED
    assert breaker().outages == OPENS_AFTER - 1


def test_outages_within_a_few_seconds_do_not_open_it(aws: Aws, poster: Poster, clock: time_machine.Traveller) -> None:
    registered(a_partner())
    is_down(poster)
    attempts(aws, clock, OPENS_AFTER + 5, over=20)
    assert breaker().state is BreakerState.CLOSED


def test_after_twenty_outages_one_attempt_at_a_time_is_made_until_it_opens_or_an_answer_comes(
    aws: Aws, poster: Poster, clock: time_machine.Traveller
) -> None:
    registered(a_partner())
    is_down(poster)
    attempts(aws, clock, OPENS_AFTER, over=10)
    other = LimitTable(aws.refs["LimitTable"]).take_slot(3528, 1, "another deliverer's", now())
    late = waiting(3, first=50)
    sent(aws, *late)

    deliver_all(aws)
    assert len(poster.posts) == OPENS_AFTER
    assert all(current(one.id).logged == 0 and current(one.id).state is State.WAITING for one in late)

    LimitTable(aws.refs["LimitTable"]).free_slot(3528, other or 0, "another deliverer's")
    poster.answering = lambda _: an_outcome(at=now())
    clock.shift(4)
    deliver_all(aws)
    assert len(poster.posts) > OPENS_AFTER
    assert breaker().is_blank
    clock.shift(20)  # each was put off for some seconds
    deliver_all(aws)
    assert len(poster.posts) == OPENS_AFTER + 3


def test_a_server_that_refuses_at_once_gets_an_attempt_a_second_after_twenty_outages(
    aws: Aws, poster: Poster, clock: time_machine.Traveller
) -> None:
    registered(a_partner())
    is_down(poster)
    attempts(aws, clock, OPENS_AFTER, over=1)
    sent(aws, *waiting(50, first=50))
    for _ in range(10):
        deliver_all(aws)
        clock.shift(1)
    assert breaker().state is BreakerState.CLOSED
    assert 3 <= len(poster.posts) - OPENS_AFTER <= 10


def test_with_the_breaker_off_outages_that_were_counted_before_hold_nothing_back(
    aws: Aws, poster: Poster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BREAKER", "Off")
    registered(a_partner())
    for n in range(OPENS_AFTER):
        BreakerStore(aws.refs["PartnerTable"]).count_outage(an_id(n), now(), now())
    LimitTable(aws.refs["LimitTable"]).take_slot(3528, 1, "another deliverer's", now())
    sent(aws, *waiting(1, first=50))

    deliver_all(aws)
    assert len(poster.posts) == 1


def test_one_notification_that_the_server_cannot_process_does_not_open_it(
    aws: Aws, poster: Poster, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LADDER", " ".join(["3s"] * 20))
    registered(a_partner())
    poster.answering = lambda _: an_outcome(at=now(), verdict=Verdict.BAD_STATUS, status=500, reason=SERVER_ERROR)
    sent(aws, *waiting(1))
    for _ in range(21):
        deliver_all(aws)
        clock.shift(4)
    assert breaker().outages == 21
    assert breaker().state is BreakerState.CLOSED


@pytest.mark.parametrize("success", [True, False])
def test_an_answer_begins_the_count_again_whatever_it_is(
    aws: Aws, poster: Poster, clock: time_machine.Traveller, *, success: bool
) -> None:
    registered(a_partner())
    is_down(poster)
    attempts(aws, clock, OPENS_AFTER - 1)
    poster.answering = lambda _: an_outcome(success=success, at=now())
    sent(aws, *waiting(1, first=50))
    deliver_all(aws)
    assert breaker().is_blank
    is_down(poster)
    sent(aws, *waiting(1, first=51))
    deliver_all(aws)
    assert breaker().outages == 1


def test_an_attempt_that_did_not_ask_the_server_neither_counts_nor_forgets(
    aws: Aws, poster: Poster, clock: time_machine.Traveller
) -> None:
    registered(a_partner())
    is_down(poster)
    attempts(aws, clock, 2)
    poster.answering = lambda _: an_outcome(at=now(), verdict=Verdict.OUR_FAULT, status=None)
    sent(aws, *waiting(1, first=50))
    deliver_all(aws)
    assert breaker().outages == 2


def test_a_healthy_partner_costs_not_one_write_unit_more(aws: Aws, poster: Poster) -> None:
    registered(a_partner())
    meter = Meter(aws)
    sent(aws, *waiting(20))
    deliver_all(aws)
    assert len(poster.posts) == 20
    assert meter.write_units("PartnerTable") == {}
    assert meter.write_units("NotificationTable") == {"table": 20 + 20 + 20, "due": 40, "acceptance": 20}
    assert meter.read_units("PartnerTable") <= 10  # the first batch, whose records are delivered in parallel


def test_a_healthy_partner_whose_answers_are_refusals_costs_nothing_more_either(aws: Aws, poster: Poster) -> None:
    registered(a_partner())
    poster.refuses()
    meter = Meter(aws)
    sent(aws, *waiting(20))
    deliver_all(aws)
    assert meter.write_units("PartnerTable") == {}


def test_an_outage_costs_one_write_and_the_answer_after_it_one_more(aws: Aws, poster: Poster) -> None:
    registered(a_partner())
    is_down(poster)
    meter = Meter(aws)
    sent(aws, *waiting(1))
    deliver_all(aws)
    assert sum(meter.write_units("PartnerTable").values()) == 1
    poster.answering = lambda _: an_outcome(success=True, at=now())
    sent(aws, *waiting(5, first=10))
    deliver_all(aws)
    assert sum(meter.write_units("PartnerTable").values()) >= 2
    assert breaker().is_blank


@pytest.mark.parametrize("operation", ["UpdateItem"])
def test_a_partners_item_that_is_throttled_fails_no_delivery(
    aws: Aws, poster: Poster, network: Network, operation: str
) -> None:
    registered(a_partner())
    (one,) = waiting(1)
    sent(aws, one)

    def throttled(_: object) -> object:
        network._faults[operation] = only_partners
        return down()

    def only_partners(process: object) -> object:
        if network.seen[-1][1].get("TableName") != "PartnerTable":
            return process()  # type: ignore[operator] # the request itself
        return 400, {"Content-Type": "application/x-amz-json-1.0"}, '{"__type": "x#ThrottlingException"}'

    poster.answering = throttled  # type: ignore[assignment] # an outcome, as it must be
    deliver_all(aws)
    assert current(an_id(1)).attempt == 2
    assert breaker().is_blank


def test_with_breaker_off_nothing_is_counted_and_an_open_one_is_passed_over(
    aws: Aws, poster: Poster, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BREAKER", "Off")
    registered(a_partner())
    is_down(poster)
    attempts(aws, clock, OPENS_AFTER + 5)
    assert breaker().is_blank
    assert {current(an_id(n)).state for n in range(1, 26)} == {State.WAITING}
    assert len(poster.posts) == OPENS_AFTER + 5


SERVER_ERROR = Reason("bad_status.500", {"status": 500})
