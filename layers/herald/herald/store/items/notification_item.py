"""A notification as an item of NotificationTable, and back. Empty attributes are absent: capacity is billed by size."""

from typing import Any

from herald.domain.attempt import Attempt
from herald.domain.clock import SECOND
from herald.domain.lists.notification_search import utc_day
from herald.domain.notification import SHARDS, HistoryEntry, Lane, Notification
from herald.domain.notification_id import NotificationId
from herald.domain.transitions import State
from herald.store.attribute_values import Item
from herald.store.dynamodb import drop_none, optional_int
from herald.store.items.outcome_item import outcome_from_item, outcome_to_item
from herald.store.items.reason_text import reason_from_text, reason_to_text


def to_item(notification: Notification) -> Item:
    """Attributes have the names of `Notification`, except the index keys; `expires_at` is in seconds (TTL's unit)."""
    one = notification
    item: dict[str, Any] = {
        **key_of(one.id),
        "payload": one.payload,
        "accepted_at": one.accepted_at,
        "accepted_on": acceptance_key(one.id.partner_id, one.accepted_at, shard_of(one.id)),
        "state": one.state.value,
        "turn": one.turn,
        "round": one.round,
        "attempt": one.attempt,
        "due_at": one.due_at,
        "lane": lane_key(one.lane, shard_of(one.id)) if one.lane else None,
        "reserved_at": one.reserved_at,
        "since": one.since,
        "attention": attention_key(one.state, one.id.partner_id) if one.since else None,
        "reason": reason_to_text(one.reason) if one.reason else None,
        "expires_at": one.expires_at // SECOND if one.expires_at else None,
        "attempts": [_attempt_to_item(attempt) for attempt in one.attempts] or None,
        "logged": one.logged,
        "history": [_entry_to_item(entry) for entry in one.history] or None,
        "claim_id": one.claim_id,
        "claim_until": one.claim_until,
        "claims": one.claims or None,
        "deleted_at": one.deleted_at,
        "source": one.source,
    }
    return drop_none(item)


def from_item(item: Item) -> Notification:
    """The notification that `to_item` wrote; numbers may be `Decimal`, as DynamoDB returns them."""
    lane = item.get("lane")
    expires_at = optional_int(item, "expires_at")
    return Notification(
        id=NotificationId.from_keys(item["order_key"], item["digest"]),
        payload=item["payload"],
        accepted_at=int(item["accepted_at"]),
        state=State(item["state"]),
        turn=int(item["turn"]),
        round=int(item["round"]),
        attempt=int(item["attempt"]),
        due_at=optional_int(item, "due_at"),
        lane=Lane(lane.partition("#")[0]) if lane else None,
        reserved_at=optional_int(item, "reserved_at"),
        since=optional_int(item, "since"),
        reason=reason_from_text(item["reason"]) if "reason" in item else None,
        expires_at=expires_at * SECOND if expires_at else None,
        attempts=tuple(_attempt_from_item(attempt) for attempt in item.get("attempts", ())),
        logged=int(item["logged"]),
        history=tuple(_entry_from_item(entry) for entry in item.get("history", ())),
        claim_id=item.get("claim_id"),
        claim_until=optional_int(item, "claim_until"),
        claims=int(item.get("claims", 0)),
        deleted_at=optional_int(item, "deleted_at"),
        source=item.get("source"),
    )


def key_of(notification_id: NotificationId) -> dict[str, str]:
    """The primary key of the item."""
    return {"order_key": notification_id.order_key, "digest": notification_id.digest}


def shard_of(notification_id: NotificationId) -> int:
    """The shard of this notification in each lane. Shards are evenly filled, because digests are evenly distributed."""
    return int(notification_id.digest[:8], 16) % SHARDS


def lane_key(lane: Lane, shard: int) -> str:
    """The hash key of the due index."""
    return f"{lane.value}#{shard}"


def attention_key(state: State, partner_id: int) -> str:
    """The hash key of the attention index."""
    return f"{state.value}#{partner_id}"


def acceptance_key(partner_id: int, accepted_at: int, shard: int) -> str:
    """The hash key of the index `acceptance`: partner, UTC day and shard. It never changes."""
    return f"{partner_id}#{utc_day(accepted_at)}#{shard}"


def _attempt_to_item(attempt: Attempt) -> Item:
    place = {"round": attempt.round, "number": attempt.number, "claim_id": attempt.claim_id}
    return {**place, **outcome_to_item(attempt.outcome)}


def _attempt_from_item(item: Item) -> Attempt:
    return Attempt(
        round=int(item["round"]),
        number=int(item["number"]),
        claim_id=item["claim_id"],
        outcome=outcome_from_item(item),
    )


def _entry_to_item(entry: HistoryEntry) -> Item:
    item = {
        "at": entry.at,
        "by": entry.by,
        "action": entry.action,
        "reason": reason_to_text(entry.reason),
        "from_state": entry.from_state.value,
        "to_state": entry.to_state.value,
        "job": entry.job,
    }
    return drop_none(item)


def _entry_from_item(item: Item) -> HistoryEntry:
    return HistoryEntry(
        at=int(item["at"]),
        by=item["by"],
        action=item["action"],
        reason=reason_from_text(item["reason"]),
        from_state=State(item["from_state"]),
        to_state=State(item["to_state"]),
        job=item.get("job"),
    )
