"""DeliveryQueue with several requests at a time, for a process that has only one shard to send."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import batched

from dispatcher.due.shard_pass import AT_ONCE, MessageQueue
from herald.domain.notification import Due

REQUESTS = 8  # at a time: as many as a poll makes that sends eight shards itself


@dataclass(frozen=True, slots=True)
class ParallelQueue:
    """Sends the messages of a call in requests of ten, side by side."""

    queue: MessageQueue
    pool: ThreadPoolExecutor

    def send(self, dues: Sequence[Due], now: int) -> int:
        """Sends a message for each. Returns how many were sent. Raises, when all are over, if a request failed."""
        requests = [self.pool.submit(self.queue.send, some, now) for some in batched(dues, AT_ONCE, strict=False)]
        for request in requests:
            request.exception()  # waits
        return sum(request.result() for request in requests)
