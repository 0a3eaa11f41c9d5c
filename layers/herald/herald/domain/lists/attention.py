"""The attention list: the failed and held notifications of each partner."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from herald.domain.notification_id import NotificationId
from herald.languages.reason import Reason


@dataclass(frozen=True, slots=True)
class AttentionEntry:
    """An entry of the list: the notification, its turn, since when it is failed or held (ms), and the reason."""

    id: NotificationId
    turn: int
    since: int
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class AttentionSummary:
    """The attention list of one partner: count, oldest and newest `since` (ms), and the most frequent reason.

    Reasons count as the same by their code; of those the newest stands for all.
    """

    count: int
    oldest: int
    newest: int
    reason: Reason
    complete: bool = True  # False: there are more, which are newer and not counted


def summarize(entries: Iterable[AttentionEntry]) -> AttentionSummary | None:
    """The summary of one partner's entries, oldest first; None without any."""
    counts: Counter[str] = Counter()
    newest_of: dict[str, Reason] = {}
    oldest, newest = None, 0
    for entry in entries:
        counts[entry.reason.group] += 1
        newest_of[entry.reason.group] = entry.reason
        oldest, newest = (entry.since if oldest is None else oldest), entry.since
    if oldest is None:
        return None
    reason = newest_of[counts.most_common(1)[0][0]]
    return AttentionSummary(count=counts.total(), oldest=oldest, newest=newest, reason=reason)
