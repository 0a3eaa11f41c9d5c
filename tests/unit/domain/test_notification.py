"""The states and transitions, against a second table and the invariants."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from herald.domain.attempt import Attempt
from herald.domain.clock import DAY, MINUTE, SECOND
from herald.domain.decisions.decisions import close, delete_content, redrive
from herald.domain.decisions.deletion import ContentDeleted
from herald.domain.ladder import DEFAULT_LADDER, Ladder
from herald.domain.notification import (
    HISTORY_LIMIT,
    LOG_LIMIT,
    Lane,
    Notification,
    bring_forward,
    hold,
    is_logged,
    mark_alerted,
    receive,
    release,
    settle,
)
from herald.domain.notification import exhaust as exhaust_unattempted
from herald.domain.transitions import Action, State, TransitionRefused
from herald.languages.reason import Reason
from tests.support.factories import LADDER, NOON, REFUSED, a_notification, an_attempt, an_id, an_outcome
from tools.audit.invariants import broken_rules

LATER = NOON + 5 * MINUTE
RETENTION_DAYS = 90
LAST = len(LADDER.waits) + 1  # the number of the last attempt

type Step = Callable[[Notification], Notification]


def fail(one: Notification, claim_id: str | None = None, number: int | None = None) -> Notification:
    """The attempt of the present claim has failed."""
    attempt = an_attempt(one, claim_id or one.claim_id or "", at=LATER)
    return settle(one, replace(attempt, number=number or one.attempt), LADDER, LATER + 40, RETENTION_DAYS)


def succeed(one: Notification, claim_id: str = "late") -> Notification:
    return settle(one, an_attempt(one, claim_id, success=True, at=LATER), LADDER, LATER + 40, RETENTION_DAYS)


def claimed(one: Notification, claim_id: str = "c1") -> Notification:
    return replace(one, claim_id=claim_id, claim_until=LATER + MINUTE, claims=one.claims + 1)


def resolve(one: Notification) -> Notification:
    return close(one, Action.RESOLVE, "alice", "settled by telephone", LATER, RETENTION_DAYS)


def cancel(one: Notification) -> Notification:
    return close(one, Action.CANCEL, "alice", "sold out", LATER, RETENTION_DAYS)


def exhaust(one: Notification) -> Notification:
    return fail(claimed(replace(one, attempt=LAST), claim_id="last"))


def in_state(state: State) -> Notification:
    """A notification that reached this state by transitions."""
    waiting = a_notification()
    ways: Mapping[State, Step] = {
        State.WAITING: lambda one: one,
        State.HELD: lambda one: hold(one, SUSPENDED, LATER),
        State.DELIVERED: lambda one: succeed(claimed(one), "c1"),
        State.FAILED: exhaust,
        State.RESOLVED: resolve,
        State.CANCELLED: cancel,
    }
    return ways[state](waiting)


SUSPENDED = Reason("held.suspended")

STEPS: Mapping[Action, Step] = {
    Action.DELIVER: succeed,
    Action.RETRY: lambda one: fail(claimed(one, "another")),
    Action.FORWARD: lambda one: bring_forward(one, LATER + SECOND, LATER),
    Action.EXHAUST: exhaust,
    Action.HOLD: lambda one: hold(one, SUSPENDED, LATER),
    Action.RELEASE: lambda one: release(one, LATER, LATER + SECOND),
    Action.REDRIVE: lambda one: redrive(one, "alice", "they are repaired", LATER),
    Action.RESOLVE: resolve,
    Action.CANCEL: cancel,
    Action.DELETE: lambda one: delete_content(one, "alice", "asked for", LATER, 90),
}
ALLOWED: Mapping[tuple[State, Action], State] = {
    (State.WAITING, Action.DELIVER): State.DELIVERED,
    (State.WAITING, Action.RETRY): State.WAITING,
    (State.WAITING, Action.FORWARD): State.WAITING,
    (State.WAITING, Action.EXHAUST): State.FAILED,
    (State.WAITING, Action.HOLD): State.HELD,
    (State.WAITING, Action.REDRIVE): State.WAITING,
    (State.WAITING, Action.RESOLVE): State.RESOLVED,
    (State.WAITING, Action.CANCEL): State.CANCELLED,
    (State.HELD, Action.RELEASE): State.WAITING,
    (State.HELD, Action.RESOLVE): State.RESOLVED,
    (State.HELD, Action.CANCEL): State.CANCELLED,
    (State.HELD, Action.DELIVER): State.DELIVERED,
    (State.DELIVERED, Action.REDRIVE): State.WAITING,
    (State.FAILED, Action.REDRIVE): State.WAITING,
    (State.FAILED, Action.RESOLVE): State.RESOLVED,
    (State.FAILED, Action.CANCEL): State.CANCELLED,
    (State.FAILED, Action.DELIVER): State.DELIVERED,
    (State.RESOLVED, Action.REDRIVE): State.WAITING,
    (State.CANCELLED, Action.REDRIVE): State.WAITING,
    (State.WAITING, Action.DELETE): State.CANCELLED,
    (State.HELD, Action.DELETE): State.CANCELLED,
    (State.DELIVERED, Action.DELETE): State.DELIVERED,
    (State.FAILED, Action.DELETE): State.CANCELLED,
    (State.RESOLVED, Action.DELETE): State.RESOLVED,
    (State.CANCELLED, Action.DELETE): State.CANCELLED,
}
SETTLED = (Action.DELIVER, Action.RETRY, Action.EXHAUST)  # the POST has been made: it is logged in any state
PAIRS = [(state, action) for state in State for action in Action]


@pytest.mark.parametrize(("state", "action"), [pair for pair in PAIRS if pair in ALLOWED])
def test_allowed_action_leads_to_the_tables_state(state: State, action: Action) -> None:
    before = replace(in_state(state), claims=2)
    after = STEPS[action](before)
    assert (after.state, after.turn, after.claims) == (ALLOWED[state, action], before.turn + 1, 0)
    assert broken_rules(after) == []


@pytest.mark.parametrize(
    ("state", "action"), [(state, action) for state, action in PAIRS if (state, action) not in ALLOWED]
)
def test_action_outside_the_table_changes_nothing(state: State, action: Action) -> None:
    before = in_state(state)
    if action in SETTLED:
        after = STEPS[action](before)
        assert after.logged == before.logged + 1
        unlogged = replace(after, attempts=before.attempts, logged=before.logged)
        assert replace(unlogged, attempt=before.attempt, claims=before.claims) == before
        return
    with pytest.raises(TransitionRefused, match=f"cannot {action.value}: the notification is {state.value}"):
        STEPS[action](before)


def test_a_refusal_says_what_is_allowed() -> None:
    with pytest.raises(TransitionRefused, match=r"the notification is held; allowed from there: resolve, cancel$"):
        redrive(in_state(State.HELD), "alice", "now", LATER)


def test_a_new_notification_waits_due_now_for_the_poll() -> None:
    one = receive(an_id(), "{}", NOON, at_once=False)
    assert (one.state, one.due_at, one.lane, one.turn, one.round, one.attempt) == (
        State.WAITING,
        NOON,
        Lane.NEW,
        1,
        1,
        1,
    )


def test_at_once_the_receiver_sends_the_message_itself() -> None:
    assert receive(an_id(), "{}", NOON, at_once=True).lane is Lane.SENT


def test_wait_begins_at_the_end_of_the_attempt() -> None:
    after = fail(claimed(a_notification()))
    assert after.due_at == LATER + 40 + 3 * MINUTE
    assert (after.attempt, after.round) == (2, 1)


def test_wait_beyond_the_sqs_delay_is_parked() -> None:
    lanes = []
    one = a_notification()
    for _ in LADDER.waits:
        one = fail(claimed(one, f"c{one.turn}"))
        lanes.append(one.lane)
    assert lanes == [Lane.SENT, Lane.SENT, Lane.SENT, Lane.PARKED]


@pytest.mark.parametrize(("over", "lane"), [(0, Lane.SENT), (1, Lane.PARKED)])
def test_900_seconds_are_the_longest_delay(over: int, lane: Lane) -> None:
    one = claimed(a_notification())
    attempt = an_attempt(one, at=LATER)
    settled_at = attempt.outcome.ended_at - over
    assert settle(one, attempt, Ladder.parse("15m"), settled_at, RETENTION_DAYS).lane is lane


def test_default_ladder_ends_after_ten_retries() -> None:
    one, due = a_notification(), []
    while one.state is State.WAITING:
        one = claimed(one, f"c{one.turn}")
        attempt = replace(an_attempt(one, f"c{one.turn}"), outcome=an_outcome(at=one.due_at or 0, duration_ms=0))
        due.append(((one.due_at or 0) - NOON) // MINUTE)
        one = settle(one, attempt, DEFAULT_LADDER, one.due_at or 0, RETENTION_DAYS)
    assert due == [0, 3, 9, 21, 45, 93, 189, 381, 765, 1533, 3069]
    assert (one.state, one.lane, one.attempt, one.logged) == (State.FAILED, Lane.ALERT, 11, 11)
    assert one.reason == REFUSED


def test_failed_one_is_due_until_its_alert_is_assured() -> None:
    failed = exhaust(a_notification())
    assert (failed.lane, failed.due_at) == (Lane.ALERT, LATER + 40)
    told = mark_alerted(failed)
    assert (told.lane, told.due_at, told.since, told.turn) == (None, None, failed.since, failed.turn)
    assert broken_rules(told) == []


def test_hold_keeps_round_and_rung() -> None:
    before = claimed(a_notification(attempt=3, round=2))
    held = hold(before, SUSPENDED, LATER)
    released = release(held, LATER, LATER + SECOND)
    assert (held.since, held.reason, held.claim_id) == (LATER, SUSPENDED, None)
    assert (released.round, released.attempt, released.logged) == (2, 3, 0)
    assert (released.due_at, released.lane) == (LATER + SECOND, Lane.SENT)


def test_what_is_brought_forward_keeps_round_and_rung() -> None:
    before = claimed(a_notification(attempt=3, round=2, due_at=LATER + 100 * MINUTE, lane=Lane.PARKED))
    after = bring_forward(before, LATER + SECOND, LATER)
    assert (after.round, after.attempt, after.logged, after.turn) == (2, 3, 0, before.turn + 1)
    assert (after.due_at, after.lane, after.claim_id) == (LATER + SECOND, Lane.SENT, before.claim_id)
    assert broken_rules(after) == []


def test_what_is_exhausted_without_an_attempt_says_why_in_its_history() -> None:
    why = Reason("breaker.exhausted", {"since": "2026-11-23T12:00:00.000Z"})
    after = exhaust_unattempted(a_notification(attempt=3), why, LATER)
    assert (after.state, after.lane, after.attempt, after.logged) == (State.FAILED, Lane.ALERT, 3, 0)
    assert (after.reason, after.since, after.history[-1].action) == (why, LATER, "exhaust")
    assert broken_rules(after) == []


@pytest.mark.parametrize("state", [state for state in State if state is not State.HELD])
def test_redrive_starts_the_next_round_now(state: State) -> None:
    before = replace(in_state(state), round=4, attempt=5)
    after = redrive(before, "alice", "they are repaired", LATER)
    assert (after.round, after.attempt, after.due_at, after.lane) == (5, 1, LATER, Lane.SENT)


@pytest.mark.parametrize("act", [STEPS[Action.REDRIVE], resolve, cancel])
def test_an_operator_never_touches_a_claim(act: Step) -> None:
    before = claimed(a_notification())
    after = act(before)
    assert (after.claim_id, after.claim_until) == (before.claim_id, before.claim_until)


def test_the_history_says_who_when_what_and_why() -> None:
    entry = resolve(a_notification()).history[-1]
    assert (entry.by, entry.at, entry.action, str(entry.reason)) == ("alice", LATER, "resolve", "settled by telephone")
    assert (entry.from_state, entry.to_state) == (State.WAITING, State.RESOLVED)


@pytest.mark.parametrize("state", [State.DELIVERED, State.RESOLVED, State.CANCELLED])
def test_closed_notification_expires_after_retention(state: State) -> None:
    expires_at = in_state(state).expires_at
    assert expires_at is not None
    assert LATER + 90 * DAY <= expires_at <= LATER + 90 * DAY + SECOND


@pytest.mark.parametrize("state", [State.WAITING, State.HELD, State.FAILED])
def test_a_late_success_delivers_what_is_still_open(state: State) -> None:
    assert succeed(in_state(state)).state is State.DELIVERED


@pytest.mark.parametrize("state", [State.RESOLVED, State.CANCELLED])
def test_late_success_keeps_an_operators_decision(state: State) -> None:
    before = in_state(state)
    after = succeed(before)
    assert (after.state, after.turn, after.logged) == (state, before.turn, before.logged + 1)


def test_failure_after_redrive_keeps_the_new_round() -> None:
    again = redrive(claimed(a_notification()), "alice", "they are repaired", LATER)
    attempt = replace(an_attempt(a_notification(), "c1", at=LATER))
    after = settle(again, attempt, LADDER, LATER + 40, RETENTION_DAYS)
    assert (after.turn, after.round, after.attempt, after.due_at) == (again.turn, 2, 1, again.due_at)
    assert (after.logged, after.claim_id) == (1, None)


def test_failure_of_an_expired_claim_keeps_the_rung() -> None:
    taken_over = claimed(a_notification(), "second")
    after = fail(taken_over, "first")
    assert (after.turn, after.attempt, after.logged, after.claim_id) == (1, 1, 1, "second")
    decided = fail(after, "second")
    assert (decided.turn, decided.attempt, decided.logged) == (2, 2, 2)


def test_log_keeps_forty_attempts_and_counts_all() -> None:
    one = a_notification()
    for n in range(LOG_LIMIT + 5):
        one = fail(one, f"late-{n}")
    assert (len(one.attempts), one.logged) == (40, 45)
    assert (one.attempts[0].claim_id, one.attempts[-1].claim_id) == ("late-5", "late-44")
    assert is_logged(one, "late-44")
    assert not is_logged(one, "late-4")


def test_the_history_keeps_the_last_hundred() -> None:
    one = a_notification()
    for n in range(HISTORY_LIMIT + 5):
        one = redrive(one, "alice", f"reason {n}", LATER)
    assert (len(one.history), str(one.history[0].reason), one.round) == (100, "reason 5", HISTORY_LIMIT + 6)


def test_only_what_stands_in_the_due_index_is_due() -> None:
    assert a_notification().due == (one := a_notification()).due
    assert (one.due.id, one.due.turn, one.due.due_at) == (one.id, 1, NOON)
    with pytest.raises(ValueError, match="is delivered: nothing is due"):
        _ = in_state(State.DELIVERED).due


def attempt_of(one: Notification, n: int, place: tuple[int, int], *, success: bool, own: bool) -> Notification:
    """The result of the n-th attempt: of the present claim and rung, or a late one of another claim."""
    round_, number = (one.round, one.attempt) if own else place
    outcome = an_outcome(success=success, at=LATER + n)
    attempt = Attempt(round=round_, number=number, claim_id=f"c{n}", outcome=outcome)
    before = claimed(one, f"c{n}") if own else one
    return settle(before, attempt, LADDER, LATER + n + 40, RETENTION_DAYS)


PLACES = st.tuples(st.integers(1, 3), st.integers(1, LAST))
ATTEMPTS = st.builds(partial, st.just(attempt_of), place=PLACES, success=st.booleans(), own=st.booleans())
OTHERS = st.sampled_from(
    [lambda one, _, step=step: step(one) for action, step in STEPS.items() if action not in SETTLED]
)


@given(st.lists(ATTEMPTS | OTHERS))
def test_no_sequence_of_actions_breaks_the_invariants(steps: list[Callable[[Notification, int], Notification]]) -> None:
    one = a_notification()
    for n, step in enumerate(steps):
        before = one
        try:
            one = step(replace(one, claims=n), n)
        except (TransitionRefused, ContentDeleted):
            continue
        assert broken_rules(one) == []
        assert one.turn in {before.turn, before.turn + 1}
        assert (one.claims == 0) or one.turn == before.turn
