"""What is true of every notification at any time, whatever has been done to it (DESIGN, section 3)."""

from herald.notification import LOG_LIMIT, Lane, Notification, State

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
    }
    return [rule for rule, holds in rules.items() if not holds]
