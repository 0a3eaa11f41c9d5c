"""The rules about POSTs, with a violation planted for each."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from herald.domain.clock import MINUTE, SECOND
from herald.domain.transitions import State
from tests.support.factories import NOON, PARTNER_ID
from tests.unit.tools.prove.soak import LADDER, ONE, a_decision, a_post, evidence, logged, stored
from tools.prove.books.evidence import Evidence, Post
from tools.prove.books.post_rules import (
    AFTER_A_CLOSE,
    changed_bodies,
    logged_waits,
    long_ladders,
    posts_after_a_close,
    posts_to_others,
    repetitions,
    short_waits,
    short_waits_in_the_log,
    unexplained_repetitions,
    waits,
    wrong_signatures,
)

END = stored(State.DELIVERED)
TWICE = (a_post(), a_post(at=NOON + 60 * SECOND))


def test_a_repetition_without_a_kill_is_found() -> None:
    assert len(repetitions(evidence(*TWICE, end=END))) == 1
    assert [one.id for one in unexplained_repetitions(evidence(*TWICE, end=END))] == [ONE]


@pytest.mark.parametrize("cause", [{"kills": [NOON + SECOND]}, {"write_faults": {ONE: [NOON + SECOND]}}])
def test_a_repetition_after_a_kill_or_a_fault_is_allowed(cause: dict[str, Any]) -> None:
    assert list(unexplained_repetitions(evidence(*TWICE, end=END, **cause))) == []


@pytest.mark.parametrize(
    "cause",
    [
        {"kills": [NOON - 5 * SECOND]},
        {"kills": [NOON + 61 * SECOND]},
        {"write_faults": {"another": [NOON + SECOND]}},
    ],
)
def test_a_kill_at_another_time_and_a_fault_of_another_one_explain_nothing(cause: dict[str, Any]) -> None:
    assert len(list(unexplained_repetitions(evidence(*TWICE, end=END, **cause)))) == 1


def test_one_kill_allows_one_repetition() -> None:
    thrice = (*TWICE, a_post(at=NOON + 120 * SECOND))
    assert len(list(unexplained_repetitions(evidence(*thrice, end=END, kills=[NOON + SECOND])))) == 1


def test_attempts_of_other_rounds_and_rungs_are_no_repetitions() -> None:
    posts = (a_post(1), a_post(2), a_post(1, at=NOON + 99 * SECOND, round=2))
    assert repetitions(evidence(*posts, end=END)) == []


def test_one_resend_on_a_new_connection_is_allowed_where_the_server_closed_without_an_answer() -> None:
    first, again, third = (a_post(at=NOON + ms, closed=True) for ms in (0, 2, 4))
    assert list(unexplained_repetitions(evidence(first, again, end=END))) == []
    assert len(list(unexplained_repetitions(evidence(first, again, third, end=END)))) == 1
    assert len(list(unexplained_repetitions(evidence(replace(first, closed=False), again, end=END)))) == 1
    late = replace(again, at=NOON + 2_001)
    assert len(list(unexplained_repetitions(evidence(first, late, end=END)))) == 1


def closed(*posts: Post, **changes: Any) -> Evidence:
    return evidence(*posts, end=stored(State.CANCELLED), decisions=[a_decision("cancel", NOON, **changes)])


def test_a_post_after_a_close_was_answered_is_found() -> None:
    late = a_post(at=NOON + AFTER_A_CLOSE + 1)
    assert [one.id for one in posts_after_a_close(closed(late))] == [ONE]


def test_a_post_that_was_under_way_at_a_close_is_allowed() -> None:
    assert list(posts_after_a_close(closed(a_post(at=NOON + AFTER_A_CLOSE)))) == []


def test_a_close_without_an_answer_and_one_of_a_job_forbid_nothing() -> None:
    late = a_post(at=NOON + AFTER_A_CLOSE + 1)
    assert list(posts_after_a_close(closed(late, answered_at=None))) == []
    assert list(posts_after_a_close(closed(late, id=None))) == []


def test_a_post_between_a_close_and_its_redrive_is_found_and_one_after_it_is_not() -> None:
    decisions = [a_decision("cancel", NOON), a_decision("redrive", NOON + 60 * SECOND)]
    between, after = a_post(at=NOON + 30 * SECOND), a_post(at=NOON + 61 * SECOND, round=2)
    assert list(posts_after_a_close(evidence(after, end=END, decisions=decisions))) == []
    assert len(list(posts_after_a_close(evidence(between, after, end=END, decisions=decisions)))) == 1


def test_a_wait_shorter_than_its_rung_is_found() -> None:
    posts = (a_post(1), a_post(2, at=NOON + 9 * SECOND))
    assert [one.id for one in short_waits(evidence(*posts, end=END))] == [ONE]
    assert list(short_waits(evidence(*posts, end=END, clocks_apart=SECOND))) == []


def test_a_wait_runs_from_the_end_of_the_answer() -> None:
    slow = a_post(1, ended_at=NOON + 2 * SECOND)
    assert len(list(short_waits(evidence(slow, a_post(2, at=NOON + 11 * SECOND), end=END)))) == 1
    assert list(short_waits(evidence(slow, a_post(2, at=NOON + 12 * SECOND), end=END))) == []


def test_a_wait_runs_from_the_last_post_of_an_attempt() -> None:
    posts = (a_post(1), a_post(1, at=NOON + 50 * SECOND), a_post(2, at=NOON + 55 * SECOND))
    assert [(before.at, rung) for before, _, rung in waits(evidence(*posts, end=END))] == [
        (NOON + 50 * SECOND, 10 * SECOND)
    ]


def test_waits_after_an_opened_breaker_and_across_the_jump_are_not_compared() -> None:
    posts = evidence(a_post(1), a_post(2, at=NOON + SECOND), end=END)
    assert len(list(waits(posts))) == 1
    assert list(waits(replace(posts, breaker_opened_at={PARTNER_ID: NOON}))) == []
    assert list(waits(replace(posts, jumped_at=NOON + 1))) == []


def test_a_short_wait_in_the_log_is_found_to_the_millisecond() -> None:
    short, right = NOON + 10 * SECOND - 1, NOON + 10 * SECOND
    assert len(list(short_waits_in_the_log(evidence(end=replace(END, attempts=logged(NOON, short)))))) == 1
    assert list(short_waits_in_the_log(evidence(end=replace(END, attempts=logged(NOON, right))))) == []


def test_the_log_of_a_partner_whose_breaker_has_opened_is_not_compared() -> None:
    judged = evidence(end=replace(END, attempts=logged(NOON, NOON + 1)), breaker_opened_at={PARTNER_ID: NOON})
    assert list(logged_waits(judged)) == []


def test_an_attempt_beyond_the_ladder_is_found() -> None:
    assert [one.id for one in long_ladders(evidence(a_post(1), replace(a_post(3), number=4), end=END))] == [ONE]
    assert list(long_ladders(evidence(a_post(3), end=END))) == []


def test_other_bytes_than_were_accepted_are_found() -> None:
    assert [one.id for one in changed_bodies(evidence(a_post(body=b"{ }"), end=END))] == [ONE]
    assert list(changed_bodies(evidence(a_post(), end=END))) == []


def test_a_post_to_another_partner_is_found() -> None:
    other = PARTNER_ID + 1
    assert [one.id for one in posts_to_others(evidence(a_post(), a_post(partner_id=other), end=END))] == [ONE]
    assert list(posts_to_others(evidence(a_post(), end=END))) == []


@pytest.mark.parametrize("signed_at", [None, NOON - 6 * SECOND, NOON + 6 * SECOND])
def test_a_wrong_signature_is_found(signed_at: int | None) -> None:
    judged = evidence(a_post(at=NOON, signed_at=signed_at), end=END, clocks_apart=2 * SECOND)
    assert [one.id for one in wrong_signatures(judged)] == [ONE]


@pytest.mark.parametrize("signed_at", [NOON - 5 * SECOND, NOON, NOON + 5 * SECOND])
def test_a_signature_by_a_clock_that_is_not_right_is_allowed(signed_at: int) -> None:
    judged = evidence(a_post(at=NOON, signed_at=signed_at), end=END, clocks_apart=2 * SECOND)
    assert list(wrong_signatures(judged)) == []


def test_a_signature_is_of_the_future_only_after_the_clocks_went_forward() -> None:
    ahead = a_post(at=NOON, signed_at=NOON + 11 * MINUTE)
    assert list(wrong_signatures(evidence(ahead, end=END, jumped_at=NOON))) == []
    assert len(list(wrong_signatures(evidence(ahead, end=END, jumped_at=NOON + MINUTE)))) == 1


@given(late=st.lists(st.integers(0, 5_000), min_size=2, max_size=2), took=st.integers(0, 2_000))
def test_no_climb_that_keeps_its_waits_is_found(late: list[int], took: int) -> None:
    moment, posts = NOON, [a_post(1, ended_at=NOON + took)]
    for number, (wait, more) in enumerate(zip(LADDER.waits, late, strict=True), start=2):
        moment += took + wait + more
        posts.append(a_post(number, at=moment, ended_at=moment + took))
    judged = evidence(*posts, end=stored(State.FAILED))
    assert [*short_waits(judged), *long_ladders(judged), *unexplained_repetitions(judged)] == []
