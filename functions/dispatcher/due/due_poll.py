"""Sends a message for everything that is due, or will be before the next poll. It changes no notification.

Each step stops when the time is up; the next poll continues from the saved position.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import takewhile
from typing import Protocol

from dispatcher.breakers.held_partners import HeldPartners
from dispatcher.due.few_per_partner import few_per_partner
from dispatcher.due.shard_pass import AT_ONCE, DueRowReader, MessageQueue, PositionStore, ShardRange, ShardSender
from dispatcher.run_window import PollProgress, RunWindow, run_in_parallel
from dispatcher.sharing.sharing import PAGES_ALONE, NoSharing
from herald.domain.clock import MINUTE
from herald.domain.notification import LONGEST_DELAY, SHARDS, Due, Lane

INDEX_LAG = MINUTE  # what is `new` may appear in the index this much later than its due time
RESCUE_AFTER = 10 * MINUTE  # overdue by more, and not because the queue is deep: its message was lost
DEEP = 1_000  # visible messages; what is overdue then is probably in the queue, or behind one partner's messages
_FROM_THE_BEGINNING = 0
_RESCUED = (Lane.NEW, Lane.PARKED, Lane.SENT)


class DueMessageQueue(MessageQueue, Protocol):
    """The queue of the deliverer: `herald.messaging.delivery_queue.DeliveryQueue`."""

    def depth(self) -> int:
        """How many messages are visible."""


class AlertMessageQueue(Protocol):
    """The queue of dead letters: `herald.messaging.dead_letter_queue.DeadLetterQueue`."""

    def depth(self) -> int:
        """How many messages are visible."""

    def send(self, failed: Sequence[Due], /) -> int:
        """Sends a dead letter for each. Returns how many were sent."""


class ShardSharing(Protocol):
    """Further invocations: `dispatcher.sharing.sharing.Sharing`."""

    def send(self, of: ShardRange, window: RunWindow, left_out: frozenset[int], /) -> PollProgress | None:
        """What another invocation sent of it; None where none did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll:
    """One poll."""

    index: DueRowReader
    cursors: PositionStore
    queue: DueMessageQueue
    dead_letters: AlertMessageQueue
    window: RunWindow
    held: HeldPartners = field(default_factory=HeldPartners)
    sharing: ShardSharing = field(default_factory=NoSharing)
    # Up to where earlier polls have sent. Beyond that the rescue would repeat what this poll has just sent.
    _settled: dict[tuple[Lane, int], int] = field(default_factory=dict, init=False)

    def send_parked(self) -> PollProgress:
        """Sends what falls due before the horizon, each with its exact delay.

        It was parked more than 15 minutes ahead, usually long before any horizon reached it. Only where the horizon
        is so far ahead that the index may show it later does a poll read again what the last one has read.
        """
        horizon = self.window.horizon - self.window.began_at
        overlap = max(0, horizon + INDEX_LAG - LONGEST_DELAY)
        return _each_shard(partial(self._advance, Lane.PARKED, overlap=overlap, until=self.window.horizon))

    def send_new(self) -> PollProgress:
        """Sends what was accepted since the last poll."""
        return _each_shard(partial(self._advance, Lane.NEW, overlap=INDEX_LAG, until=self.window.began_at))

    def send_alerts(self) -> PollProgress:
        """Sends a dead letter for each failure without a pending alert, unless the queue is deep."""
        if self.dead_letters.depth() >= DEEP:
            return PollProgress()
        return _each_shard(self._send_alerts)

    def rescue(self) -> PollProgress:
        """Sends again what is overdue: its message was lost. While the queue is deep, only a few of each partner's.

        What a breaker holds back is overdue for another reason.
        """
        deep = self.queue.depth() >= DEEP
        return sum((_each_shard(partial(self._rescue, lane, deep=deep)) for lane in _RESCUED), PollProgress())

    def _rescue(self, lane: Lane, shard: int, *, deep: bool) -> PollProgress:
        overdue = self.window.began_at - RESCUE_AFTER
        until = min(overdue, self._settled.get((lane, shard), overdue))
        overdue_pages = self.index.pages(lane, shard, _FROM_THE_BEGINNING, until)
        pages = ([due for due in page if not self.held.is_left_alone(due.id.partner_id)] for page in overdue_pages)
        return self._send([few_per_partner(self._in_time(pages))] if deep else pages, self._sender.deliver)

    def _in_time(self, pages: Iterable[list[Due]]) -> Iterator[list[Due]]:
        return takewhile(lambda _: self.window.time_left(), pages)

    def _send_alerts(self, shard: int) -> PollProgress:
        return self._send(
            self.index.pages(Lane.ALERT, shard, _FROM_THE_BEGINNING, self.window.began_at), self.dead_letters.send
        )

    def _send(self, pages: Iterable[list[Due]], send: Callable[[list[Due]], int]) -> PollProgress:
        sent = 0
        for page in pages:
            if page and not self.window.time_left():
                return PollProgress(sent, finished=False)
            sent_of_page = send(page) if page else 0
            sent += sent_of_page
            if sent_of_page < len(page):
                return PollProgress(sent, finished=False)
        return PollProgress(sent)

    def _advance(self, lane: Lane, shard: int, *, overlap: int, until: int) -> PollProgress:
        """Sends a lane's shard: the first pages itself; the rest is another invocation's, where one takes it."""
        of, found = ShardRange(lane, shard, overlap, until), self.cursors.position(lane, shard)
        self._settled[lane, shard] = of.from_position(found).settled
        progress = self._sender.send(of, found, PAGES_ALONE)
        if progress.finished or not self.window.time_left():
            return progress
        rest = self.sharing.send(of, self.window, self.held.open)
        if rest is None:
            rest = self._sender.send(of, self.cursors.position(lane, shard))
        return PollProgress(progress.sent) + rest

    @property
    def _sender(self) -> ShardSender:
        return ShardSender(
            index=self.index,
            cursors=self.cursors,
            queue=self.queue,
            window=self.window,
            is_open=self.held.is_open,
            at_once=AT_ONCE,
        )


def _each_shard(step: Callable[[int], PollProgress]) -> PollProgress:
    return run_in_parallel(step, range(SHARDS))
