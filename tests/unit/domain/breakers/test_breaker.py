"""The breaker of a partner: what opens it, when it is probed, and how fast a recovery goes."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from herald.domain.attempt import Outcome, Verdict
from herald.domain.breakers.breaker import (
    LEAST_RATE,
    LONGEST_PROBE,
    OPENS_AFTER,
    OPENS_OVER,
    RATE_PER_SECOND,
    Breaker,
    BreakerState,
    Contact,
    contact_of,
    is_held_too_long,
    next_rate,
    opened,
    probe_wait,
    recovering,
)
from herald.domain.breakers.partner_breaker import (
    BREAKER_ENTRIES,
    ask_for_probe,
    close_breaker,
    close_breaker_by,
    open_breaker,
)
from herald.domain.clock import HOUR, MINUTE, SECOND
from herald.domain.partner import ReviewRefused
from herald.domain.review.address_review import approve, suspend
from tests.support.factories import LADDER, NOON, a_partner, an_outcome

ENOUGH = Breaker(
    outages=OPENS_AFTER,
    first_outage_at=NOON,
    last_outage_at=NOON + OPENS_OVER,
    outage_marks=frozenset({"0000", "1111"}),
)
OPEN = opened(ENOUGH, NOON)


def outcome(verdict: Verdict, status: int | None = None) -> Outcome:
    return an_outcome(verdict=verdict, status=status)


@pytest.mark.parametrize(
    "verdict", [Verdict.NOT_RESOLVED, Verdict.NOT_CONNECTED, Verdict.TLS, Verdict.TIMEOUT, Verdict.BROKEN_ANSWER]
)
def test_a_server_that_cannot_be_reached_or_breaks_off_is_an_outage(verdict: Verdict) -> None:
    assert contact_of(outcome(verdict)) is Contact.OUTAGE


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504, 599])
def test_a_server_that_is_too_busy_or_broken_is_an_outage(status: int) -> None:
    assert contact_of(outcome(Verdict.BAD_STATUS, status)) is Contact.OUTAGE


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 422, 499])
def test_a_refusal_that_was_read_is_an_answer(status: int) -> None:
    assert contact_of(outcome(Verdict.BAD_STATUS, status)) is Contact.ANSWER


@pytest.mark.parametrize("verdict", [Verdict.SUCCESS, Verdict.NOT_SUCCESS, Verdict.REDIRECT, Verdict.TOO_LARGE])
def test_whatever_else_was_read_is_an_answer(verdict: Verdict) -> None:
    assert contact_of(outcome(verdict, 200)) is Contact.ANSWER


@pytest.mark.parametrize("verdict", [Verdict.OUR_FAULT, Verdict.FORBIDDEN_ADDRESS])
def test_an_attempt_that_did_not_ask_the_server_says_nothing_about_it(verdict: Verdict) -> None:
    assert contact_of(outcome(verdict)) is Contact.NONE


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"outages": OPENS_AFTER - 1}, "one too few"),
        ({"last_outage_at": NOON + OPENS_OVER - 1}, "too short a time"),
        ({"outage_marks": frozenset({"0000"})}, "one notification only"),
        ({"opened_at": NOON}, "open already"),
    ],
)
def test_less_than_enough_outages_do_not_open_it(change: dict[str, object], why: str) -> None:
    assert ENOUGH.should_open
    assert not replace(ENOUGH, **change).should_open, why  # type: ignore[arg-type] # a value of each kind


def test_a_partner_that_answers_has_a_blank_breaker() -> None:
    assert a_partner().breaker.is_blank
    assert a_partner().breaker.state is BreakerState.CLOSED
    assert not ENOUGH.is_blank


def test_probes_come_every_half_minute_then_twice_as_late_up_to_five_minutes() -> None:
    assert [probe_wait(failed) // SECOND for failed in range(7)] == [30, 60, 120, 240, 300, 300, 300]
    assert probe_wait(10_000) == LONGEST_PROBE


def test_the_first_probe_is_due_half_a_minute_after_it_opened() -> None:
    assert not OPEN.probe_is_due(NOON + 30 * SECOND - 1)
    assert OPEN.probe_is_due(NOON + 30 * SECOND)


def test_no_probe_is_due_while_another_one_is_under_way() -> None:
    probing = replace(OPEN, probe_id="p1", probe_until=NOON + MINUTE)
    assert not probing.probe_is_due(NOON + 59 * SECOND)
    assert probing.probe_is_due(NOON + MINUTE)  # its deliverer has crashed


def test_what_is_held_back_in_a_second_outage_is_so_since_the_first_one_opened() -> None:
    again = opened(replace(recovering(OPEN, NOON + HOUR), outages=OPENS_AFTER), NOON + 2 * HOUR)
    assert (again.opened_at, again.held_since) == (NOON + 2 * HOUR, NOON)


def test_held_too_long_means_longer_than_the_whole_ladder_since_it_was_due() -> None:
    length = LADDER.length
    assert not is_held_too_long(OPEN, NOON + 5, length, NOON + 5 + length)
    assert is_held_too_long(OPEN, NOON + 5, length, NOON + 5 + length + 1)


def test_what_was_late_before_it_opened_is_held_since_it_opened() -> None:
    assert not is_held_too_long(OPEN, NOON - 100 * HOUR, LADDER.length, NOON + LADDER.length)
    assert is_held_too_long(OPEN, NOON - 100 * HOUR, LADDER.length, NOON + LADDER.length + 1)


def test_nothing_is_held_too_long_by_a_breaker_that_is_not_open() -> None:
    assert not is_held_too_long(recovering(OPEN, NOON + HOUR), NOON, LADDER.length, NOON + 100 * HOUR)


def test_a_recovery_doubles_its_rate_with_each_part_that_is_delivered() -> None:
    rates = [2.0]
    for _ in range(5):
        rates.append(next_rate(rates[-1], delivered=10, failed=0))
    assert rates == [2, 4, 8, 16, 20, 20]


def test_a_recovery_slows_down_while_its_attempts_fail() -> None:
    assert next_rate(20, delivered=0, failed=7) == 5
    assert next_rate(20, delivered=9, failed=1) == 10
    assert next_rate(20, delivered=99, failed=1) == 20
    assert next_rate(8, delivered=0, failed=0) == 8
    assert next_rate(4, delivered=9, failed=0, most=5) == 5


@given(
    st.lists(st.tuples(st.integers(0, 100), st.integers(0, 100)), max_size=30),
)
def test_the_rate_stays_within_its_bounds(results: list[tuple[int, int]]) -> None:
    rate = 2.0
    for delivered, failed in results:
        rate = next_rate(rate, delivered, failed)
        assert LEAST_RATE <= rate <= RATE_PER_SECOND


def test_opening_and_closing_stand_in_the_history() -> None:
    after = close_breaker(open_breaker(a_partner(breaker=ENOUGH), NOON), NOON + HOUR)
    assert [(entry.action, entry.by, str(entry.reason)) for entry in after.history] == [
        ("open breaker", "herald", "20 attempts in a row found its server unreachable or out of order"),
        ("close breaker", "herald", "its server answered"),
    ]
    assert after.version == a_partner().version + 2


def test_a_server_that_comes_and_goes_does_not_displace_what_people_did() -> None:
    partner = suspend(a_partner(breaker=ENOUGH), "alice", "they move", NOON)
    for _ in range(100):
        partner = close_breaker(open_breaker(replace(partner, breaker=ENOUGH), NOON), NOON)
    assert [entry.action for entry in partner.history].count("suspend") == 1
    assert len(partner.history) == 1 + BREAKER_ENTRIES


def test_a_suspended_partner_is_not_spared_because_it_gets_nothing_anyway() -> None:
    partner = open_breaker(a_partner(breaker=ENOUGH), NOON)
    assert partner.is_spared
    assert not suspend(partner, "alice", "they move", NOON).is_spared


def test_a_person_closes_what_is_open_and_nothing_else() -> None:
    partner = open_breaker(a_partner(breaker=ENOUGH), NOON)
    closed = close_breaker_by(partner, "alice", "they called", NOON + 1)
    assert closed.breaker.state is BreakerState.RECOVERING
    assert (closed.history[-1].by, str(closed.history[-1].reason)) == ("alice", "they called")
    with pytest.raises(ReviewRefused, match="the partner's breaker is recovering: it has to be open for this"):
        close_breaker_by(closed, "alice", "again", NOON + 2)


def test_a_person_asks_for_the_next_probe() -> None:
    partner = open_breaker(a_partner(breaker=ENOUGH), NOON)
    asked = ask_for_probe(partner, "alice", "they say it works", NOON + SECOND)
    assert asked.breaker.probe_is_due(NOON + SECOND)
    with pytest.raises(ReviewRefused, match="the partner's breaker is closed"):
        ask_for_probe(a_partner(), "alice", "why not", NOON)


def test_another_address_closes_the_breaker_of_the_one_before() -> None:
    partner = replace(open_breaker(a_partner(breaker=ENOUGH), NOON), proposed_url="https://new.example/")
    assert approve(partner, "alice", "moved", NOON, force=True).breaker.state is BreakerState.RECOVERING


def test_another_address_begins_with_no_outages() -> None:
    partner = a_partner(breaker=ENOUGH, proposed_url="https://new.example/")
    assert approve(partner, "alice", "moved", NOON, force=True).breaker.is_blank
