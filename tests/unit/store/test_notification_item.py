"""A notification as an item: it reads back equal, and never exceeds an item's size."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from herald.domain.attempt import Attempt, Outcome, Verdict
from herald.domain.clock import SECOND
from herald.domain.decisions.decisions import close
from herald.domain.notification import HISTORY_LIMIT, LOG_LIMIT, SHARDS, HistoryEntry, Lane, Notification, hold
from herald.domain.notification_id import NotificationId
from herald.domain.transitions import Action, State
from herald.languages.reason import Reason
from herald.store.attribute_values import from_wire, to_wire
from herald.store.items.notification_item import from_item, shard_of, to_item
from tests.support.dynamodb_pricing import item_size
from tests.support.factories import NOON, REFUSED, a_notification, an_attempt, an_id, an_outcome
from tests.support.reasons.strategy import REASONS

MOMENTS = st.integers(1, 10**14)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
IDS = st.builds(
    NotificationId,
    st.integers(1, 10**12),
    st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=64),
    st.text("0123456789abcdef", min_size=32, max_size=32),
)
OUTCOMES = st.builds(
    Outcome,
    at=MOMENTS,
    duration_ms=st.integers(0, 15_000),
    address=st.none() | TEXTS,
    status=st.none() | st.integers(100, 599),
    verdict=st.sampled_from(Verdict),
    reason=REASONS,
    excerpt=TEXTS,
)
ATTEMPTS = st.builds(Attempt, round=st.integers(1), number=st.integers(1, 21), claim_id=TEXTS, outcome=OUTCOMES)
STATES = st.sampled_from(State)
HISTORY = st.builds(
    HistoryEntry, at=MOMENTS, by=TEXTS, action=TEXTS, reason=REASONS, from_state=STATES, to_state=STATES
)
WHOLE_SECONDS = st.integers(1, 10**11).map(lambda seconds: seconds * SECOND)
NOTIFICATIONS = st.builds(
    Notification,
    id=IDS,
    payload=TEXTS,
    accepted_at=MOMENTS,
    state=STATES,
    turn=st.integers(1, 10**6),
    round=st.integers(1, 10**6),
    attempt=st.integers(1, 21),
    due_at=st.none() | MOMENTS,
    lane=st.none() | st.sampled_from(Lane),
    since=st.none() | MOMENTS,
    reason=st.none() | REASONS,
    expires_at=st.none() | WHOLE_SECONDS,
    attempts=st.lists(ATTEMPTS, max_size=3).map(tuple),
    logged=st.integers(0, 10**6),
    history=st.lists(HISTORY, max_size=3).map(tuple),
    claim_id=st.none() | TEXTS,
    claim_until=st.none() | MOMENTS,
    claims=st.integers(0, 5),
)


@pytest.mark.any_reason
@given(NOTIFICATIONS)
def test_written_value_reads_back(one: Notification) -> None:
    assert from_item(from_wire(to_wire(to_item(one)))) == one


def test_empty_attributes_are_absent() -> None:
    assert set(to_item(a_notification())) == {
        *("order_key", "digest", "payload", "accepted_at", "state", "turn", "round", "attempt"),
        *("accepted_on", "due_at", "lane", "logged"),
    }


def test_it_stands_in_the_due_index_by_lane_and_shard() -> None:
    one = a_notification()
    assert to_item(one)["lane"] == f"new#{shard_of(one.id)}"


@pytest.mark.parametrize(
    ("one", "key"),
    [
        (hold(a_notification(), Reason("held.suspended"), NOON), "held#3528"),
        (a_notification(state=State.FAILED, since=NOON, reason=REFUSED), "failed#3528"),
    ],
)
def test_attention_key_has_state_and_partner(one: Notification, key: str) -> None:
    assert to_item(one)["attention"] == key


def test_it_expires_in_seconds_as_dynamodb_wants_it() -> None:
    closed = close(a_notification(), Action.CANCEL, "alice", "sold out", NOON + 123, 90)
    assert to_item(closed)["expires_at"] == NOON // SECOND + 90 * 24 * 60 * 60


def test_order_with_separator_reads_back() -> None:
    one = a_notification(id=NotificationId(7, "a:b", "0" * 32))
    assert from_item({**to_item(one), "turn": Decimal(1)}).id == one.id


def test_notifications_are_spread_evenly_on_the_shards() -> None:
    shards = [shard_of(an_id(n)) for n in range(8_000)]
    assert all(800 < shards.count(shard) < 1_200 for shard in range(SHARDS))


def test_largest_notification_is_below_400_kb() -> None:
    outcome = an_outcome(
        excerpt="\N{REPLACEMENT CHARACTER}" * 512, reason=Reason.sentence("理" * 300), address="[" + "f" * 45 + "]:443"
    )
    attempt = replace(an_attempt(a_notification(), "0" * 12), outcome=outcome)
    entry: dict[str, Any] = {"at": NOON, "by": "理" * 64, "action": "redrive", "reason": Reason.sentence("理" * 500)}
    change = HistoryEntry(**entry, from_state=State.DELIVERED, to_state=State.WAITING)
    largest = a_notification(
        payload="理" * (64 * 1024 // 3), attempts=(attempt,) * LOG_LIMIT, history=(change,) * HISTORY_LIMIT
    )
    assert item_size(to_wire(to_item(largest))) < 400 * 1000
