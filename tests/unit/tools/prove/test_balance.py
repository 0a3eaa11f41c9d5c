"""accepted = told + closed by people + failed, with a violation planted for each rule."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from herald.domain.attempt import Verdict
from herald.domain.breakers.breaker import held_too_long
from herald.domain.clock import SECOND
from herald.domain.notification import Lane, Notification, exhaust
from herald.domain.transitions import State
from tests.support.factories import NOON, PARTNER_ID
from tests.unit.tools.prove.soak import ONE, WAITS, a_decision, a_post, evidence, logged, stored
from tools.prove.books.balance import balance, broken_by
from tools.prove.books.evidence import Evidence, Violation

WHOLE_LADDER = tuple(a_post(number) for number in (1, 2, 3))
SUM = "accepted = told + closed by people + failed"


def rules(judged: Evidence) -> list[str]:
    return [violation.rule for violation in balance(judged).violations]


def test_a_told_one_is_told() -> None:
    books = balance(evidence(a_post(told=True), end=stored(State.DELIVERED)))
    assert (books.accepted, books.told, books.closed, books.failed, books.lost) == (1, 1, 0, 0, 0)
    assert books.violations == ()


def test_what_only_another_partner_was_told_is_lost() -> None:
    books = balance(evidence(a_post(told=True, partner_id=PARTNER_ID + 1), end=stored(State.DELIVERED)))
    assert (books.told, books.lost) == (0, 1)
    assert {one.rule for one in books.violations} == {SUM, "only its own partner is told"}


def test_one_that_people_closed_is_closed() -> None:
    books = balance(evidence(end=stored(State.CANCELLED), decisions=[a_decision("cancel", NOON)]))
    assert (books.accepted, books.told, books.closed, books.failed, books.lost) == (1, 0, 1, 0, 0)
    assert books.violations == ()


def test_one_whose_whole_ladder_was_climbed_has_failed() -> None:
    books = balance(evidence(*WHOLE_LADDER, end=stored(State.FAILED)))
    assert (books.accepted, books.told, books.closed, books.failed, books.lost) == (1, 0, 0, 1, 0)
    assert books.violations == ()


@pytest.mark.parametrize("state", [State.WAITING, State.HELD])
def test_one_that_is_still_on_its_way_is_lost(state: State) -> None:
    books = balance(evidence(a_post(), end=stored(state)))
    assert books.lost == 1
    assert [str(one) for one in books.violations] == [f"{SUM}: it is still {state.value} ({ONE})"]


def test_one_that_is_not_stored_is_lost() -> None:
    judged = replace(evidence(end=stored(State.DELIVERED)), stored={})
    assert (balance(judged).lost, rules(judged)) == (1, [SUM])


def test_delivered_without_the_partners_success_is_found() -> None:
    judged = evidence(a_post(told=False), end=stored(State.DELIVERED))
    assert (balance(judged).lost, rules(judged)) == (1, [SUM])


def test_other_bytes_in_the_table_are_found() -> None:
    assert rules(evidence(a_post(told=True), end=stored(State.DELIVERED, payload="{}"))) == [SUM]


def test_closed_without_anybody_who_asked_is_found() -> None:
    assert rules(evidence(end=stored(State.RESOLVED))) == [SUM]
    assert rules(evidence(end=stored(State.RESOLVED), decisions=[a_decision("cancel", NOON)])) != []


def test_closed_by_a_job_over_its_partner_is_closed() -> None:
    assert rules(evidence(end=stored(State.RESOLVED), decisions=[a_decision("resolve", NOON, id=None)])) == []


def test_failed_before_the_end_of_its_ladder_is_found() -> None:
    assert rules(evidence(*WHOLE_LADDER[:2], end=stored(State.FAILED))) == [SUM]


def test_attempts_that_herald_could_not_make_are_no_missing_posts() -> None:
    attempts = logged(*(NOON + wait * SECOND for wait in WAITS))
    last = replace(attempts[-1], outcome=replace(attempts[-1].outcome, verdict=Verdict.OUR_FAULT))
    assert rules(evidence(*WHOLE_LADDER[:2], end=stored(State.FAILED, attempts=(*attempts[:-1], last)))) == []


def test_one_that_an_open_breaker_held_back_for_longer_than_its_ladder_has_failed() -> None:
    waiting = stored(State.WAITING, due_at=NOON, lane=Lane.SENT)
    failed = replace(exhaust(waiting, held_too_long(NOON), NOON), lane=None, due_at=None)
    assert rules(evidence(end=failed, breaker_opened_at={PARTNER_ID: NOON})) == []
    assert rules(evidence(end=failed)) == [SUM]


@pytest.mark.parametrize(
    ("end", "found"),
    [
        (stored(State.CANCELLED), []),
        (stored(State.WAITING), [SUM, "what people closed stays closed"]),
        (stored(State.DELIVERED), ["what people closed stays closed"]),
    ],
)
def test_what_people_closed_stays_closed(end: Notification, found: list[str]) -> None:
    post = a_post(told=True)
    assert rules(evidence(post, end=end, decisions=[a_decision("cancel", NOON + SECOND)])) == found


def test_what_a_person_redrives_after_a_close_is_open_again() -> None:
    decisions = [a_decision("cancel", NOON), a_decision("redrive", NOON + SECOND)]
    post = a_post(at=NOON + 9 * SECOND, round=2, told=True)
    assert rules(evidence(post, end=stored(State.DELIVERED), decisions=decisions)) == []


def test_a_redrive_without_an_answer_may_take_effect_after_a_later_close() -> None:
    decisions = [a_decision("redrive", NOON, answered_at=None), a_decision("cancel", NOON + SECOND)]
    post = a_post(at=NOON + 9 * SECOND, round=2, told=True)
    assert rules(evidence(post, end=stored(State.DELIVERED), decisions=decisions)) == []


def test_a_close_without_an_answer_binds_nobody() -> None:
    decisions = [a_decision("cancel", NOON, answered_at=None)]
    assert rules(evidence(a_post(told=True), end=stored(State.DELIVERED), decisions=decisions)) == []


@given(
    state=st.sampled_from(State),
    climbed=st.integers(0, 3),
    told=st.booleans(),
    asked=st.lists(st.sampled_from(("resolve", "cancel", "redrive")), max_size=3),
)
def test_every_accepted_one_is_told_closed_failed_or_lost_and_a_lost_one_breaks_a_rule(
    state: State,
    climbed: int,
    told: bool,  # noqa: FBT001 - hypothesis calls it by name
    asked: list[str],
) -> None:
    posts = [replace(post, told=told) for post in WHOLE_LADDER[:climbed]]
    decisions = [a_decision(action, NOON + place) for place, action in enumerate(asked)]
    books = balance(evidence(*posts, end=stored(state), decisions=decisions))
    assert books.told + books.closed + books.failed + books.lost == books.accepted == 1
    assert books.lost == sum(violation.rule == SUM for violation in books.violations)
    assert not books.told or (told and climbed)


def test_poison_and_damages_are_found() -> None:
    judged = evidence(a_post(told=True), end=stored(State.DELIVERED))
    judged = replace(
        judged, poison={"PoisonQueue": 2, "JobPoisonQueue": 0}, damages=[(None, "it ended with 3"), (ONE, "it is odd")]
    )
    assert rules(judged) == ["queues of poison are empty", *["herald audit is clean"] * 2]
    assert broken_by(balance(judged)) == [ONE]


def test_each_notification_that_broke_rules_is_named_once() -> None:
    judged = evidence(a_post(at=NOON + 9 * SECOND), end=stored(State.WAITING), decisions=[a_decision("cancel", NOON)])
    books = balance(judged)
    assert len(books.violations) > 1
    assert broken_by(books) == [ONE]
    assert str(Violation("a rule", None, "how")) == "a rule: how"
