"""One poll: what is due, or will be before the next one, gets its message. It reads the due index and changes no item.

Each step stops when the time is up; the next poll goes on from where the cursor stands.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from itertools import batched

from progress import Progress, Span, side_by_side

from herald.clock import MINUTE, now
from herald.dead_letter_queue import DeadLetterQueue
from herald.delivery_queue import DeliveryQueue
from herald.dispatch_table import DispatchTable
from herald.due_index import DueIndex
from herald.notification import LONGEST_DELAY, SHARDS, Due, Lane

INDEX_LAG = MINUTE  # what is `new` may appear in the index this much later than its due time says
RESCUE_AFTER = 10 * MINUTE  # overdue by more, and not because the queue is deep: its message was lost
DEEP = 1_000  # visible messages; what is overdue then is most likely waiting in the queue
_EVER = 0
_AT_ONCE = 10  # messages, one request: each reckons its delays anew, so that none comes late by those before it
_RESCUED = (Lane.NEW, Lane.PARKED, Lane.SENT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll:
    """What it takes to poll."""

    index: DueIndex
    cursors: DispatchTable
    queue: DeliveryQueue
    dead_letters: DeadLetterQueue
    span: Span
    # Where the cursors stood when the poll began. Beyond them the rescue would repeat what this poll has just sent.
    _stood: dict[tuple[Lane, int], int] = field(default_factory=dict, init=False)

    def send_parked(self) -> Progress:
        """Sends what falls due before the horizon, each with its exact delay.

        It was parked more than 15 minutes ahead, usually long before any horizon reached it. Only where the horizon
        lies so far ahead that the index may show it later than that does a poll look back over the one before.
        """
        horizon = self.span.horizon - self.span.began_at
        overlap = max(0, horizon + INDEX_LAG - LONGEST_DELAY)
        return _each_shard(partial(self._advance, Lane.PARKED, overlap=overlap, until=self.span.horizon))

    def send_new(self) -> Progress:
        """Sends what was received since the last poll."""
        return _each_shard(partial(self._advance, Lane.NEW, overlap=INDEX_LAG, until=self.span.began_at))

    def send_alerts(self) -> Progress:
        """Sends a dead letter for whatever has failed and is not yet sure to be told, unless that many wait already."""
        if self.dead_letters.depth() >= DEEP:
            return Progress()
        return _each_shard(partial(self._send_all, Lane.ALERT, until=self.span.began_at, send=self.dead_letters.send))

    def rescue(self) -> Progress:
        """Sends again whatever is overdue although the queue is not deep: its message was lost."""
        if self.queue.depth() >= DEEP:
            return Progress()
        return sum((_each_shard(partial(self._rescue, lane)) for lane in _RESCUED), Progress())

    def _rescue(self, lane: Lane, shard: int) -> Progress:
        overdue = self.span.began_at - RESCUE_AFTER
        until = min(overdue, self._stood.get((lane, shard), overdue))
        return self._send_all(lane, shard, until=until, send=self._deliver)

    def _send_all(self, lane: Lane, shard: int, *, until: int, send: Callable[[list[Due]], int]) -> Progress:
        return self._send(self.index.pages(lane, shard, _EVER, until), send)

    def _advance(self, lane: Lane, shard: int, *, overlap: int, until: int) -> Progress:
        """Sends a lane's shard from where the last poll stopped, and notes page by page how far it came."""
        # The cursor may be ahead: `DispatchEvery` became shorter, or a clock was wrong. It must not stay there.
        stood = min(self.cursors.sent_until(lane, shard), until)
        self._stood[lane, shard] = stood

        def deliver(page: list[Due]) -> int:
            sent = self._deliver(page)
            self.cursors.remember(lane, shard, max(stood, page[-1].due_at))
            return sent

        progress = self._send(self.index.pages(lane, shard, stood - overlap, until), deliver)
        if progress.finished:
            self.cursors.remember(lane, shard, until)
        return progress

    def _send(self, pages: Iterable[list[Due]], send: Callable[[list[Due]], int]) -> Progress:
        sent = 0
        for page in pages:
            if page and not self.span.time_left():
                return Progress(sent, finished=False)
            sent += send(page) if page else 0
        return Progress(sent)

    def _deliver(self, dues: list[Due]) -> int:
        return sum(self.queue.send(some, now()) for some in batched(dues, _AT_ONCE, strict=False))


def _each_shard(step: Callable[[int], Progress]) -> Progress:
    return side_by_side(step, range(SHARDS))
