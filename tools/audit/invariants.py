"""What is true of every notification at any time, whatever has been done to it (docs/architecture.md, "States")."""

from herald.contract.envelope import EnvelopeRefused, EnvelopeTooLarge, Sender, parse_envelope
from herald.domain.attempt import Verdict
from herald.domain.clock import SECOND
from herald.domain.decisions.deletion import content_left
from herald.domain.notification import LOG_LIMIT, Lane, Notification
from herald.domain.transitions import State
from herald.languages.catalogue import N_
from herald.languages.message import Message
from herald.languages.words import STATES
from herald.store.attribute_values import Item
from herald.store.items.notification_item import acceptance_key, attention_key, lane_key, shard_of
from tools.common.formatting import duration

_QUEUED_LANES = {Lane.NEW, Lane.PARKED, Lane.SENT}
_FAILED_LANES = {Lane.ALERT, None}  # None: the alert is assured
_ATTENTION = {State.FAILED, State.HELD}
_CLOSED = {State.DELIVERED, State.RESOLVED, State.CANCELLED}


def broken_rules(one: Notification) -> list[Message]:
    """The rules that it breaks; none, hopefully."""
    lanes: set[Lane | None] = {None}
    if one.state is State.WAITING:
        lanes = {*_QUEUED_LANES}
    elif one.state is State.FAILED:
        lanes = _FAILED_LANES
    rules = (
        (one.lane in lanes, N_("{state:word} stands in lane {lane}")),
        ((one.lane is None) == (one.due_at is None), N_("a lane has a due time")),
        ((one.since is not None) == (one.state in _ATTENTION), N_("failed and held stand in the attention index")),
        ((one.since is None) == (one.reason is None), N_("the attention index tells why")),
        ((one.expires_at is not None) == (one.state in _CLOSED), N_("what is closed expires, and nothing else")),
        ((one.claim_id is None) == (one.claim_until is None), N_("a claim has an end")),
        (len(one.attempts) == _kept_attempts(one), N_("the log counts what it dropped")),
        (_logged_once(one), N_("an attempt is logged once")),
        (one.state is not State.DELIVERED or _acknowledged(one), N_("delivered was acknowledged")),
    )
    return [Message(rule, state=STATES[one.state.value], lane=one.lane) for holds, rule in rules if not holds]


def broken_keys(item: Item, one: Notification) -> list[Message]:
    """Where the item stands in its indexes against what it says of itself, and what it tells against its name."""
    lane = lane_key(one.lane, shard_of(one.id)) if one.lane else None
    attention = attention_key(one.state, one.id.partner_id) if one.since is not None else None
    acceptance = acceptance_key(one.id.partner_id, one.accepted_at, shard_of(one.id))
    found = {name: item.get(name) for name in ("lane", "attention", "accepted_on")}
    rules = (
        (found["lane"] == lane, N_("lane {lane} is one that a poll reads for it")),
        (found["attention"] == attention, N_("attention {attention} is that of its state")),
        # Versions without the index stored no such attribute; `herald reindex` adds it.
        (found["accepted_on"] in {None, acceptance}, N_("accepted_on {accepted_on} is that of its acceptance")),
        (_tells_of(one), N_("its payload is that of its id")),
    )
    return [Message(rule, **found) for holds, rule in rules if not holds]


def forgotten(one: Notification, now: int, bound: int) -> list[Message]:
    """What should have happened to it long ago, by more than `bound` ms."""
    late = now - (one.due_at if one.due_at is not None else now)
    if late <= bound:
        return []
    late_by = duration(late // SECOND * SECOND)
    if one.lane is Lane.ALERT:
        return [Message("nobody was told of it for {duration} after it was due", duration=late_by)]
    return [Message("no attempt was made for {duration} after it was due", duration=late_by)]


def _logged_once(one: Notification) -> bool:
    return len({attempt.claim_id for attempt in one.attempts}) == len(one.attempts)


def _kept_attempts(one: Notification) -> int:
    return min(one.logged, LOG_LIMIT) if one.deleted_at is None else 0


def _acknowledged(one: Notification) -> bool:
    return one.deleted_at is not None or any(attempt.outcome.verdict is Verdict.SUCCESS for attempt in one.attempts)


def _tells_of(one: Notification) -> bool:
    if one.deleted_at is not None:
        return one.payload == content_left(one.id, one.payload)
    try:
        sender = Sender(one.source, one.id.partner_id) if one.source else None
        return parse_envelope(one.payload, sender).id == one.id
    except (EnvelopeRefused, EnvelopeTooLarge):
        return False
