"""One pass over a shard of a lane, in the due index. Pure.

A pass may take several polls, each of which continues exactly behind the last.
What the index shows late, behind the place that a pass has reached, is found by the overlap at the beginning of the
next pass. A poll that continues an unfinished pass has no overlap: otherwise, with more due at one moment than one poll
can send, every poll would send the same first ones again.
"""

from dataclasses import dataclass

from herald.domain.notification import Due
from herald.domain.notification_id import NotificationId
from herald.store.dispatch_table import Position


@dataclass(frozen=True, slots=True)
class LanePass:
    """What one poll does of a pass: from where the last poll stopped (`found`) up to `until` (ms since the epoch).

    `overlap` (ms) is how long before `until` a row may be due that the index does not show yet.
    """

    found: Position
    overlap: int
    until: int

    @property
    def after(self) -> NotificationId | None:
        """The last row that was sent, if this poll continues an unfinished pass."""
        # The position may be ahead: `DispatchEvery` became shorter, or a clock was wrong. It must not stay there.
        return self.found.after if self.found.sent_until <= self.until else None

    @property
    def since(self) -> int:
        """From which due time on this poll reads; of what is due then, only what is behind `after` if there is one."""
        position = min(self.found.sent_until, self.until)
        return position if self.after else position - self.overlap

    @property
    def settled(self) -> int:
        """Up to which due time (included) everything was sent by polls before this one, none of it by this one."""
        position = min(self.found.sent_until, self.until)
        return position - 1 if self.after else position

    def behind(self, row: Due) -> Position:
        """The position once this row has been sent."""
        again = self._again
        if again is None and row.due_at > self.until - self.overlap:
            again = self.until
        return Position(row.due_at, row.id, again)

    def finished(self) -> Position:
        """The position once everything up to `until` has been sent."""
        return Position(self.until if self._again is None else min(self._again, self.until))

    @property
    def _again(self) -> int | None:
        return self.found.pass_until if self.after else None
