"""The attention list: the failed and held notifications of each partner."""

from collections.abc import Iterable
from dataclasses import dataclass, field

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


@dataclass(slots=True)
class _Group:
    """The entries with one reason so far: how many, the first and the last moment (ms), the reason at the last one."""

    count: int
    oldest: int
    newest: int
    reason: Reason

    def add(self, entry: AttentionEntry) -> None:
        """Counts one more."""
        self.count += 1
        self.oldest = min(self.oldest, entry.since)
        if entry.since >= self.newest:
            self.newest, self.reason = entry.since, entry.reason


@dataclass(slots=True)
class AttentionTally:
    """Counts the entries of one partner, in any order."""

    _groups: dict[str, _Group] = field(default_factory=dict)

    def add(self, entry: AttentionEntry) -> None:
        """Counts one more."""
        group = self._groups.get(entry.reason.group)
        if group is None:
            self._groups[entry.reason.group] = _Group(1, entry.since, entry.since, entry.reason)
        else:
            group.add(entry)

    @property
    def summary(self) -> AttentionSummary | None:
        """The summary of what was counted; None of nothing. Of reasons as frequent as each other the oldest is told."""
        groups = self._groups.values()
        if not groups:
            return None
        return AttentionSummary(
            count=sum(one.count for one in groups),
            oldest=min(one.oldest for one in groups),
            newest=max(one.newest for one in groups),
            reason=max(groups, key=lambda one: (one.count, -one.oldest)).reason,
        )


def summarize(entries: Iterable[AttentionEntry]) -> AttentionSummary | None:
    """The summary of one partner's entries; None without any."""
    tally = AttentionTally()
    for entry in entries:
        tally.add(entry)
    return tally.summary
