"""The attention list: what is failed or held, by partner."""

from dataclasses import dataclass

from herald.domain.notification_id import NotificationId


@dataclass(frozen=True, slots=True)
class AttentionEntry:
    """A row of the index: which notification, at which turn, failed or held since when (ms) and why."""

    id: NotificationId
    turn: int
    since: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AttentionSummary:
    """What is failed or held for one partner: how many, from when to when (ms), and the commonest reason."""

    count: int
    oldest: int
    newest: int
    reason: str
    complete: bool = True  # False: there are more than were counted, and newer ones
