"""The attention list: the failed and held notifications of each partner."""

from dataclasses import dataclass

from herald.domain.notification_id import NotificationId


@dataclass(frozen=True, slots=True)
class AttentionEntry:
    """An entry of the list: the notification, its turn, since when it is failed or held (ms), and the reason."""

    id: NotificationId
    turn: int
    since: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AttentionSummary:
    """The attention list of one partner: count, oldest and newest `since` (ms), and the most frequent reason."""

    count: int
    oldest: int
    newest: int
    reason: str
    complete: bool = True  # False: there are more, which are newer and not counted
