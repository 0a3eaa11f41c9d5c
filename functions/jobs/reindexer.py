"""One page of the job that fills the index `acceptance` (see `herald.domain.jobs.reindexing`)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol

from herald.domain.clock import SECOND, now
from herald.domain.jobs.reindexing import Position, Reindexing, advance
from herald.store.indexes.unindexed import ScannedPage, Unindexed

_AT_ONCE = 8  # writes in parallel


class UnindexedStore(Protocol):
    """What is not in the index: `herald.store.indexes.unindexed.UnindexedNotifications`."""

    def page(self, after: Position | None, limit: int, now: int, /) -> ScannedPage:
        """Looks at `limit` items behind the position."""

    def put(self, one: Unindexed, /) -> bool:
        """Puts it into the index; False where somebody else did, or it is gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reindexer:
    """Fills the index at the job's rate."""

    unindexed: UnindexedStore
    pause: Callable[[float], None]  # seconds

    def next_page(self, job: Reindexing) -> Reindexing:
        """Waits until the rate allows it, puts what a page lacks into the index, and returns the job after it."""
        wait = job.next_due_at - now()
        if wait > 0:
            self.pause(wait / SECOND)
        page = self.unindexed.page(job.position, job.page_size, now())
        with ThreadPoolExecutor(_AT_ONCE) as threads:
            changed = sum(threads.map(self.unindexed.put, page.unindexed))
        return advance(job, position=page.position, looked_at=page.looked_at, changed=changed, now=now())
