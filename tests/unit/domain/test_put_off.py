"""When an attempt is due after a partner asked for a later one: not before its rung, at most two hours after it."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from herald.domain.attempt import Attempt
from herald.domain.clock import END_OF_TIME, HOUR, MINUTE, SECOND
from herald.domain.ladder import DEFAULT_LADDER
from herald.domain.notification import Lane, Notification, settle
from herald.domain.transitions import State
from tests.support.factories import NOON, a_notification, an_outcome

ENDED = NOON + 40  # `an_outcome` takes 40 ms


def after_a_failure(retry_after: int | None, number: int = 1, took: int = 40) -> Notification:
    """Settled at the end of attempt `number`, which asked for no other one before `retry_after`."""
    claimed = replace(a_notification(), attempt=number, claim_id="c1", claims=1)
    outcome = an_outcome(duration_ms=took, retry_after=retry_after)
    attempt = Attempt(round=1, number=number, claim_id="c1", outcome=outcome)
    return settle(claimed, attempt, DEFAULT_LADDER, NOON + took, 90)


@given(
    st.none() | st.integers(0, END_OF_TIME) | st.integers(NOON, NOON + 60 * HOUR),
    st.integers(1, len(DEFAULT_LADDER.waits)),
    st.integers(0, 15 * SECOND),
)
def test_the_next_attempt_is_never_before_its_rung_and_at_most_two_hours_beyond(
    asked: int | None, number: int, took: int
) -> None:
    rung = NOON + took + DEFAULT_LADDER.waits[number - 1]

    due_at = after_a_failure(asked, number, took).due_at

    assert due_at is not None
    assert rung <= due_at <= rung + 2 * HOUR
    if asked is None or asked <= rung:
        assert due_at == rung
    else:
        assert due_at == asked or (asked > rung + 2 * HOUR and due_at == rung + 2 * HOUR)


def test_a_notification_that_is_put_off_beyond_the_delay_of_a_message_is_parked() -> None:
    assert after_a_failure(ENDED + 5 * MINUTE).lane is Lane.SENT
    assert after_a_failure(ENDED + 16 * MINUTE).lane is Lane.PARKED


def test_the_last_attempt_fails_whatever_the_partner_asks_for() -> None:
    failed = after_a_failure(NOON + HOUR, number=len(DEFAULT_LADDER.waits) + 1)

    assert (failed.state, failed.due_at) == (State.FAILED, ENDED)
