"""Sends what is due in one shard of a lane, from the saved position on."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import batched
from typing import Protocol

from dispatcher.due.lane_pass import LanePass
from dispatcher.run_window import PollProgress, RunWindow
from herald.domain.clock import now
from herald.domain.notification import Due, Lane
from herald.domain.notification_id import NotificationId
from herald.store.dispatch_table import Position

AT_ONCE = 10  # messages in one request: the delays are computed for each request, so that earlier ones make none late


class DueRowReader(Protocol):
    """The due index: `herald.store.indexes.due_index.DueIndex`."""

    def pages(
        self, lane: Lane, shard: int, since: int, until: int, after: NotificationId | None = None, /
    ) -> Iterable[list[Due]]:
        """The rows that are due from `since` to `until` (ms), of those due at `since` only the ones behind `after`."""


class PositionStore(Protocol):
    """The positions that polls save: `herald.store.dispatch_table.DispatchTable`."""

    def position(self, lane: Lane, shard: int, /) -> Position:
        """The position that was saved last."""

    def save_position(self, lane: Lane, shard: int, position: Position, /) -> None:
        """Saves the position for the next poll."""


class MessageQueue(Protocol):
    """The queue of the deliverer: `herald.messaging.delivery_queue.DeliveryQueue`."""

    def send(self, dues: Sequence[Due], now: int, /) -> int:
        """Sends a message for each, to be received when it is due. Returns how many were sent."""


@dataclass(frozen=True, slots=True)
class ShardRange:
    """What of a shard a poll sends: what is due until `until` (ms), from `overlap` (ms) before the saved position."""

    lane: Lane
    shard: int
    overlap: int
    until: int

    def from_position(self, found: Position) -> LanePass:
        """The pass over it that begins, or continues, at this position."""
        return LanePass(found, self.overlap, self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShardSender:
    """Sends shards. `is_open` says which partners' notifications are held back by a breaker.

    `may_go_on` is asked before each page.
    """

    index: DueRowReader
    cursors: PositionStore
    queue: MessageQueue
    window: RunWindow
    is_open: Callable[[int], bool]
    at_once: int  # messages in one call of the queue
    may_go_on: Callable[[], bool] = lambda: True

    def send(self, of: ShardRange, found: Position, pages: int | None = None) -> PollProgress:
        """Sends from the position `found` on, and saves the position after each page.

        Not finished when the time is up, when it may not go on, or after so many pages where there are more.
        """
        one, sent = of.from_position(found), 0
        for number, page in enumerate(self.index.pages(of.lane, of.shard, one.since, of.until, one.after)):
            if (page and pages is not None and number >= pages) or not self.may_go_on():
                return PollProgress(sent, finished=False)
            progress = self._send_page(of, one, page)
            sent += progress.sent
            if not progress.finished:
                return PollProgress(sent, finished=False)
        self.cursors.save_position(of.lane, of.shard, one.finished())
        return PollProgress(sent)

    def _send_page(self, of: ShardRange, one: LanePass, page: list[Due]) -> PollProgress:
        wanted = [due for due in page if not self.is_open(due.id.partner_id)]
        sent = self.deliver(wanted)
        passed = page if sent == len(wanted) else wanted[:sent]  # with what is held back by an open breaker
        if passed:
            self.cursors.save_position(of.lane, of.shard, one.behind(passed[-1]))
        return PollProgress(sent, finished=sent == len(wanted))

    def deliver(self, dues: list[Due]) -> int:
        """Sends them while there is time. Returns how many were sent."""
        sent = 0
        for some in batched(dues, self.at_once, strict=False):
            if not self.window.time_left():
                break
            sent += self.queue.send(some, now())
        return sent
