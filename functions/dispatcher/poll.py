"""One poll: what is due, or will be before the next one, gets its message. It reads the due index and changes no item.

Each step stops when the time is up; the next poll goes on from where the cursor stands.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

from herald.clock import MINUTE, SECOND, now
from herald.dead_letter_queue import DeadLetterQueue
from herald.delivery_queue import DeliveryQueue
from herald.dispatch_table import DispatchTable
from herald.due_index import DueIndex
from herald.notification import SHARDS, Due, Lane

SCHEDULER_JITTER = 90 * SECOND  # EventBridge Scheduler starts anywhere within its minute; and half a minute to work in
INDEX_LAG = MINUTE  # what is `new` may appear in the index this much later than its due time says
RESCUE_AFTER = 10 * MINUTE  # overdue by more, and not because the queue is deep: its message was lost
DEEP = 1_000  # visible messages; what is overdue then is most likely waiting in the queue
_EVER = 0
_RESCUED = (Lane.NEW, Lane.PARKED, Lane.SENT)


@dataclass(frozen=True, slots=True)
class Progress:
    """What a step of the poll came to: how many messages, and whether the time sufficed for all of them."""

    sent: int = 0
    finished: bool = True

    def __add__(self, other: "Progress") -> "Progress":
        return Progress(self.sent + other.sent, self.finished and other.finished)


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll:
    """What it takes to poll, and when it began (ms since the epoch)."""

    index: DueIndex
    cursors: DispatchTable
    queue: DeliveryQueue
    dead_letters: DeadLetterQueue
    dispatch_every: int  # ms
    began_at: int
    time_left: Callable[[], bool]

    @property
    def horizon(self) -> int:
        """The moment up to which this poll sends what is parked, because the next one may come too late for it."""
        return self.began_at + self.dispatch_every + SCHEDULER_JITTER

    def send_parked(self) -> Progress:
        """Sends what falls due before the horizon, each with its exact delay.

        No overlap with the poll before: it was parked more than 15 minutes ahead, long before any horizon reached it.
        """
        return self._each_shard(lambda shard: self._advance(Lane.PARKED, shard, overlap=0, until=self.horizon))

    def send_new(self) -> Progress:
        """Sends what was received since the last poll."""
        return self._each_shard(lambda shard: self._advance(Lane.NEW, shard, overlap=INDEX_LAG, until=self.began_at))

    def send_alerts(self) -> Progress:
        """Sends a dead letter for whatever has failed and is not yet sure to be told."""
        return self._each_shard(
            lambda shard: self._send(self.index.pages(Lane.ALERT, shard, _EVER, self.began_at), self.dead_letters.send)
        )

    def rescue(self) -> Progress:
        """Sends again whatever is overdue although the queue is not deep: its message was lost."""
        if self.queue.depth() >= DEEP:
            return Progress()
        return sum((self._each_shard(partial(self._rescue, lane)) for lane in _RESCUED), Progress())

    def _rescue(self, lane: Lane, shard: int) -> Progress:
        return self._send(self.index.pages(lane, shard, _EVER, self.began_at - RESCUE_AFTER), self._deliver)

    def _advance(self, lane: Lane, shard: int, *, overlap: int, until: int) -> Progress:
        """Sends a lane's shard from where the last poll stopped, and notes page by page how far it came."""
        since = max(_EVER, self.cursors.sent_until(lane, shard) - overlap)
        until = max(since, until)  # a shorter `DispatchEvery` or a clock set back: nothing to do, but no error either

        def deliver(page: list[Due]) -> int:
            sent = self._deliver(page)
            self.cursors.remember(lane, shard, page[-1].due_at)
            return sent

        progress = self._send(self.index.pages(lane, shard, since, until), deliver)
        if progress.finished:
            self.cursors.remember(lane, shard, until)
        return progress

    def _send(self, pages: Iterable[list[Due]], send: Callable[[list[Due]], int]) -> Progress:
        sent = 0
        for page in pages:
            if page and not self.time_left():
                return Progress(sent, finished=False)
            sent += send(page) if page else 0
        return Progress(sent)

    def _deliver(self, dues: list[Due]) -> int:
        return self.queue.send(dues, now())

    def _each_shard(self, step: Callable[[int], Progress]) -> Progress:
        with ThreadPoolExecutor(SHARDS) as pool:
            return sum(pool.map(step, range(SHARDS)), Progress())
