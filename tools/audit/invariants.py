"""What is true of every notification at any time, whatever has been done to it (docs/architecture.md, "States")."""

from herald.contract.envelope import EnvelopeRefused, EnvelopeTooLarge, parse_envelope
from herald.domain.attempt import Verdict
from herald.domain.clock import SECOND
from herald.domain.notification import LOG_LIMIT, Lane, Notification
from herald.domain.transitions import State
from herald.store.dynamodb import Item
from herald.store.items.notification_item import acceptance_key, attention_key, lane_key, shard_of
from tools.common.formatting import duration

_QUEUED_LANES = {Lane.NEW, Lane.PARKED, Lane.SENT}
_FAILED_LANES = {Lane.ALERT, None}  # None: the alert is assured
_ATTENTION = {State.FAILED, State.HELD}
_CLOSED = {State.DELIVERED, State.RESOLVED, State.CANCELLED}


def broken_rules(one: Notification) -> list[str]:
    """The rules that it breaks, by name; none, hopefully."""
    lanes: set[Lane | None] = {None}
    if one.state is State.WAITING:
        lanes = {*_QUEUED_LANES}
    elif one.state is State.FAILED:
        lanes = _FAILED_LANES
    rules = {
        f"{one.state.value} stands in lane {one.lane}": one.lane in lanes,
        "a lane has a due time": (one.lane is None) == (one.due_at is None),
        "failed and held stand in the attention index": (one.since is not None) == (one.state in _ATTENTION),
        "the attention index tells why": (one.since is None) == (one.reason is None),
        "what is closed expires, and nothing else": (one.expires_at is not None) == (one.state in _CLOSED),
        "a claim has an end": (one.claim_id is None) == (one.claim_until is None),
        "the log counts what it dropped": len(one.attempts) == min(one.logged, LOG_LIMIT),
        "an attempt is logged once": len({attempt.claim_id for attempt in one.attempts}) == len(one.attempts),
        "delivered was acknowledged": one.state is not State.DELIVERED or _acknowledged(one),
    }
    return [rule for rule, holds in rules.items() if not holds]


def broken_keys(item: Item, one: Notification) -> list[str]:
    """Where the item stands in its indexes against what it says of itself, and what it tells against its name."""
    lane = lane_key(one.lane, shard_of(one.id)) if one.lane else None
    attention = attention_key(one.state, one.id.partner_id) if one.since is not None else None
    acceptance = acceptance_key(one.id.partner_id, one.accepted_at, shard_of(one.id))
    rules = {
        f"lane {item.get('lane')} is one that a poll reads for it": item.get("lane") == lane,
        f"attention {item.get('attention')} is that of its state": item.get("attention") == attention,
        # Versions without the index stored no such attribute; `herald reindex` adds it.
        f"accepted_on {item.get('accepted_on')} is that of its acceptance": item.get("accepted_on")
        in {None, acceptance},
        "its payload is that of its id": _tells_of(one),
    }
    return [rule for rule, holds in rules.items() if not holds]


def forgotten(one: Notification, now: int, bound: int) -> list[str]:
    """What should have happened to it long ago, by more than `bound` ms."""
    late = now - (one.due_at if one.due_at is not None else now)
    if late <= bound:
        return []
    what = "nobody was told of it" if one.lane is Lane.ALERT else "no attempt was made"
    return [f"{what} for {duration(late // SECOND * SECOND)} after it was due"]


def _acknowledged(one: Notification) -> bool:
    return any(attempt.outcome.verdict is Verdict.SUCCESS for attempt in one.attempts)


def _tells_of(one: Notification) -> bool:
    try:
        return parse_envelope(one.payload).id == one.id
    except (EnvelopeRefused, EnvelopeTooLarge):
        return False
