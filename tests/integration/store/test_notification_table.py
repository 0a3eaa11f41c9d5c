"""NotificationTable: each step is one conditional write, and a conflict has the current value."""

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from herald.domain.clock import DAY, MINUTE, SECOND
from herald.domain.decisions.decisions import close, redrive
from herald.domain.notification import Lane, Notification, mark_alerted, receive, settle
from herald.domain.notification_id import NotificationId
from herald.domain.transitions import Action, State
from herald.store.dynamodb import TableUnavailable
from herald.store.notification_table import CLAIM_TIME, Busy, Claimed, NotificationConflict, NotificationTable, Stale
from tests.support.aws.aws_faults import Network
from tests.support.aws.aws_stack import Aws
from tests.support.factories import LADDER, NOON, PAYLOAD, REFUSED, a_notification, an_attempt, an_id

ONE = an_id()
LATER = NOON + MINUTE + 123  # not a whole second


@pytest.fixture
def table(aws: Aws) -> NotificationTable:
    return NotificationTable(aws.refs["NotificationTable"])


@pytest.fixture
def stored(table: NotificationTable) -> Notification:
    """A notification waiting for its first attempt."""
    assert table.add(a_notification(), NOON)
    return read(table)


def read(table: NotificationTable, one: NotificationId = ONE) -> Notification:
    found = table.get(one, NOON)
    assert found is not None
    return found


def claim(table: NotificationTable, claim_id: str = "c1", turn: int = 1, now: int = NOON) -> Notification:
    answer = table.claim(ONE, turn, claim_id, now)
    assert isinstance(answer, Claimed)
    return answer.notification


def failed_attempt(one: Notification, claim_id: str = "c1", now: int = NOON) -> Notification:
    return settle(one, an_attempt(one, claim_id, at=now), LADDER, now + 40, 90)


def again(one: Notification, now: int = LATER) -> Notification:
    return redrive(one, "alice", "they are repaired", now)


def cancel(one: Notification, now: int = LATER) -> Notification:
    return close(one, Action.CANCEL, "alice", "sold out", now, 90)


# ─────────────────────────────────────────────────── add and get ───────────────────────────────────────────────────


def test_a_notification_is_stored_as_it_is(table: NotificationTable) -> None:
    assert table.add(a_notification(), NOON)
    assert read(table) == a_notification()


def test_missing_notification_is_none(table: NotificationTable) -> None:
    assert table.get(ONE, NOON) is None


def test_second_submission_changes_nothing(table: NotificationTable, stored: Notification) -> None:
    assert not table.add(receive(ONE, PAYLOAD, LATER, at_once=True), LATER)
    assert read(table) == stored


def test_retried_put_counts_as_the_first(table: NotificationTable, network: Network) -> None:
    with network.repeats("PutItem"):
        assert table.add(a_notification(), NOON)


def test_twenty_submissions_at_once_store_one(table: NotificationTable) -> None:
    with ThreadPoolExecutor(20) as pool:
        added = list(pool.map(lambda n: table.add(a_notification(accepted_at=NOON + n), NOON), range(20)))
    assert added.count(True) == 1


def test_expired_one_is_hidden_and_overwritten(table: NotificationTable, stored: Notification) -> None:
    table.save(stored, cancel(stored, NOON))
    expired = NOON + 90 * DAY
    assert table.get(ONE, expired - SECOND) is not None
    assert not table.add(a_notification(at=expired - SECOND), expired - SECOND)
    assert table.get(ONE, expired) is None
    assert table.add(a_notification(at=expired), expired)


def test_waiting_one_is_never_overwritten(table: NotificationTable, stored: Notification) -> None:
    assert not table.add(a_notification(at=NOON + 1000 * DAY), NOON + 1000 * DAY)
    assert read(table) == stored


# ──────────────────────────────────────────────────── claim ────────────────────────────────────────────────────


@pytest.mark.usefixtures("stored")
def test_claim_lasts_a_minute_and_keeps_the_turn(table: NotificationTable) -> None:
    one = claim(table)
    assert (one.claim_id, one.claim_until, one.claims, one.turn) == ("c1", NOON + CLAIM_TIME, 1, 1)
    assert read(table) == one


@pytest.mark.usefixtures("stored")
def test_live_claim_refuses_others_until_its_end(table: NotificationTable) -> None:
    claim(table)
    assert table.claim(ONE, 1, "c2", NOON + CLAIM_TIME - 1) == Busy(NOON + CLAIM_TIME)
    assert claim(table, "c2", now=NOON + CLAIM_TIME).claims == 2


@pytest.mark.usefixtures("stored")
def test_one_of_twenty_simultaneous_claims_succeeds(table: NotificationTable) -> None:
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda n: table.claim(ONE, 1, f"c{n}", NOON), range(20)))
    assert sum(isinstance(answer, Claimed) for answer in answers) == 1
    assert sum(isinstance(answer, Busy) for answer in answers) == 19


@pytest.mark.usefixtures("stored")
def test_retried_claim_succeeds_and_counts_once(table: NotificationTable, network: Network) -> None:
    with network.repeats("UpdateItem"):
        assert claim(table).claims == 1


@pytest.mark.parametrize("turn", [0, 2])
@pytest.mark.usefixtures("stored")
def test_a_message_of_another_turn_is_stale(table: NotificationTable, turn: int) -> None:
    assert table.claim(ONE, turn, "c1", NOON) == Stale()


@pytest.mark.usefixtures("stored")
def test_message_of_another_turn_is_stale(table: NotificationTable) -> None:
    claim(table)
    assert table.claim(ONE, 0, "c2", NOON) == Stale()


def test_message_of_a_missing_one_is_stale(aws: Aws, table: NotificationTable) -> None:
    assert table.claim(ONE, 1, "c1", NOON) == Stale()
    assert aws.items("NotificationTable") == []


@pytest.mark.parametrize("state", [state for state in State if state is not State.WAITING])
def test_only_what_waits_can_be_claimed(table: NotificationTable, state: State) -> None:
    table.add(a_notification(state=state), NOON)
    assert table.claim(ONE, 1, "c1", NOON) == Stale()


def test_retried_claim_after_cancel_is_stale(table: NotificationTable, network: Network, stored: Notification) -> None:
    """The response was lost, and an operator cancelled before the retry: it must not be sent any more."""

    def cancel_between() -> None:
        table.save(stored, cancel(stored))

    with network.repeats("UpdateItem", between=cancel_between):
        assert table.claim(ONE, 1, "c1", NOON) == Stale()


def test_retried_claim_after_redrive_is_stale(table: NotificationTable, network: Network, stored: Notification) -> None:
    with network.repeats("UpdateItem", between=lambda: table.save(stored, again(stored))):
        assert table.claim(ONE, 1, "c1", NOON) == Stale()


# ──────────────────────────────────────────────────── save ────────────────────────────────────────────────────


@pytest.mark.usefixtures("stored")
def test_settled_attempt_is_stored_with_its_result(table: NotificationTable) -> None:
    before = claim(table)
    after = failed_attempt(before)
    table.save(before, after)
    assert read(table) == after


@pytest.mark.usefixtures("stored")
def test_cleared_attributes_are_removed(aws: Aws, table: NotificationTable) -> None:
    before = claim(table)
    table.save(before, settle(before, an_attempt(before, success=True), LADDER, NOON + 40, 90))
    (item,) = aws.items("NotificationTable")
    assert not {"lane", "due_at", "claim_id", "claim_until", "claims", "since", "attention"} & item.keys()


@pytest.mark.usefixtures("stored")
def test_only_what_differs_is_written(table: NotificationTable, network: Network) -> None:
    claimed = claim(table)
    table.save(claimed, failed_attempt(claimed))
    operation, said = network.seen[-1]
    assert operation == "UpdateItem"
    assert set(re.findall(r"#\w+", said["UpdateExpression"])) == {
        *("#attempts", "#logged", "#claim_id", "#claim_until"),
        *("#turn", "#attempt", "#claims", "#due_at", "#lane", "#reserved_at"),
    }


def test_stale_turn_conflicts_with_the_current_state(table: NotificationTable, stored: Notification) -> None:
    cancelled = cancel(stored)
    table.save(stored, cancelled)
    with pytest.raises(NotificationConflict) as refused:
        table.save(stored, again(stored))
    assert refused.value.current is not None
    assert refused.value.current.state is State.CANCELLED
    assert read(table).history == cancelled.history


def test_a_notification_that_is_gone_is_not_made_again(aws: Aws, table: NotificationTable) -> None:
    with pytest.raises(NotificationConflict) as refused:
        table.save(a_notification(), again(a_notification()))
    assert refused.value.current is None
    assert aws.items("NotificationTable") == []


@pytest.mark.parametrize("change", [again, cancel])
def test_retried_save_is_no_error(
    table: NotificationTable, stored: Notification, network: Network, change: Any
) -> None:
    with network.repeats("UpdateItem"):
        table.save(stored, change(stored))
    assert read(table).turn == 2


@pytest.mark.parametrize("success", [True, False])
@pytest.mark.usefixtures("stored")
def test_retried_settle_is_no_error(table: NotificationTable, network: Network, *, success: bool) -> None:
    before = claim(table)
    after = settle(before, an_attempt(before, success=success), LADDER, NOON + 40, 90)
    with network.repeats("UpdateItem"):
        table.save(before, after)
    assert read(table).logged == 1


def test_retried_save_after_a_claim_is_no_error(
    table: NotificationTable, stored: Notification, network: Network
) -> None:
    with network.repeats("UpdateItem", between=lambda: claim(table, "c2", turn=2, now=LATER)):
        table.save(stored, again(stored))
    assert read(table).claim_id == "c2"


@pytest.mark.parametrize("action", [Action.RESOLVE, Action.CANCEL])
@pytest.mark.parametrize("success", [True, False])
@pytest.mark.usefixtures("stored")
def test_retried_close_after_the_settle_of_an_attempt_is_no_error(
    table: NotificationTable, network: Network, action: Action, *, success: bool
) -> None:
    """The attempt was under way, and its outcome was saved between the two writes."""
    claimed = claim(table)

    def settle_attempt() -> None:
        current = read(table)
        table.save(current, settle(current, an_attempt(claimed, success=success), LADDER, NOON + 40, 90))

    closed = close(claimed, action, "alice", "told by telephone", LATER, 90)
    with network.repeats("UpdateItem", between=settle_attempt):
        table.save(claimed, closed)
    one = read(table)
    assert (one.state, one.history, one.logged) == (closed.state, closed.history, 1)


@pytest.mark.usefixtures("stored")
def test_retried_redrive_after_a_success_is_a_conflict_with_what_is_stored(
    table: NotificationTable, network: Network
) -> None:
    """It took effect, but has been overtaken: the notification needs no round any more."""
    claimed = claim(table)

    def settle_attempt() -> None:
        current = read(table)
        table.save(current, settle(current, an_attempt(claimed, success=True), LADDER, NOON + 40, 90))

    with (
        network.repeats("UpdateItem", between=settle_attempt),
        pytest.raises(NotificationConflict) as refused,
    ):
        table.save(claimed, again(claimed))
    assert refused.value.current is not None
    assert refused.value.current.state is State.DELIVERED


def test_the_same_decision_of_somebody_else_is_a_conflict(table: NotificationTable, stored: Notification) -> None:
    table.save(stored, close(stored, Action.CANCEL, "bob", "sold out", LATER, 90))
    with pytest.raises(NotificationConflict):
        table.save(stored, cancel(stored))


@pytest.mark.parametrize("change", [again, cancel])
def test_operators_save_keeps_a_new_claim(table: NotificationTable, stored: Notification, change: Any) -> None:
    claimed = claim(table)
    table.save(stored, change(stored))
    one = read(table)
    assert (one.claim_id, one.claim_until) == ("c1", claimed.claim_until)


def test_next_turn_counts_claims_from_zero(table: NotificationTable, stored: Notification) -> None:
    claim(table)
    table.save(stored, again(stored, now=NOON + 1))
    assert table.claim(ONE, 2, "c2", NOON + 1) == Busy(NOON + CLAIM_TIME)
    assert claim(table, "c2", turn=2, now=NOON + CLAIM_TIME).claims == 1


def test_claim_before_the_due_time_is_refused(table: NotificationTable) -> None:
    assert table.add(a_notification(due_at=LATER), NOON)
    assert table.claim(ONE, 1, "c1", LATER - 1) == Busy(LATER)
    assert read(table).claims == 0
    claim(table, now=LATER)


@pytest.mark.usefixtures("stored")
def test_simultaneous_logs_are_not_overwritten(table: NotificationTable) -> None:
    first = claim(table)
    second = claim(table, "c2", now=NOON + CLAIM_TIME)
    with pytest.raises(NotificationConflict) as late:
        table.save(first, failed_attempt(first, "c1"))
    assert late.value.current is not None
    table.save(late.value.current, failed_attempt(late.value.current, "c1"))
    with pytest.raises(NotificationConflict) as refused:
        table.save(second, failed_attempt(second, "c2"))
    assert refused.value.current is not None
    table.save(refused.value.current, failed_attempt(refused.value.current, "c2"))
    one = read(table)
    assert [attempt.claim_id for attempt in one.attempts] == ["c1", "c2"]
    assert (one.turn, one.attempt) == (2, 2)


def test_assured_alert_keeps_a_redriven_one_due(
    table: NotificationTable,
) -> None:
    """In the same millisecond the redrive's `due_at` equals the one that the alert has just removed."""
    failed = a_notification(state=State.FAILED, lane=Lane.ALERT, due_at=LATER, since=LATER, reason=REFUSED)
    table.add(failed, NOON)
    redriven = again(failed, LATER)
    table.save(failed, mark_alerted(failed))
    table.save(failed, redriven)
    assert read(table) == redriven


def test_alert_of_a_redriven_one_conflicts(table: NotificationTable) -> None:
    failed = a_notification(state=State.FAILED, lane=Lane.ALERT, since=NOON, reason=REFUSED)
    table.add(failed, NOON)
    table.save(failed, again(failed))
    with pytest.raises(NotificationConflict):
        table.save(failed, mark_alerted(failed))
    assert read(table).lane is Lane.SENT


# ──────────────────────────────────────────────── out of reach ────────────────────────────────────────────────


def test_a_table_that_cannot_be_reached_is_unavailable(
    table: NotificationTable, stored: Notification, network: Network
) -> None:
    with network.breaks("PutItem"), pytest.raises(TableUnavailable, match="ConnectionClosedError"):
        table.add(a_notification(2), NOON)
    with network.breaks("GetItem"), pytest.raises(TableUnavailable):
        table.get(ONE, NOON)
    with network.breaks("UpdateItem"), pytest.raises(TableUnavailable):
        table.claim(ONE, 1, "c1", NOON)
    with network.breaks("UpdateItem"), pytest.raises(TableUnavailable):
        table.save(stored, again(stored))
    assert read(table) == stored


def test_throttled_table_is_unavailable_after_two_tries(table: NotificationTable, network: Network) -> None:
    with network.throttles("GetItem"), pytest.raises(TableUnavailable, match="ThrottlingException"):
        table.get(ONE, NOON)
    assert network.operations().count("GetItem") == 2
