"""What waits for a partner, the oldest notification first.

The due index has what waits, of all partners and by due time. In its lane `new` that is the time of the acceptance; for
the other lanes that is read from the table, without the rest of the notification.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from heapq import nsmallest
from itertools import batched, chain
from typing import Protocol

from herald.domain.clock import END_OF_TIME, now
from herald.domain.notification import SHARDS, Due, Lane
from herald.domain.notification_id import NotificationId

MOST_LISTED = 20_000  # at a time: some megabytes, and more than is sent in one invocation at the usual rate
_AT_ONCE = 100  # notifications in one read (DynamoDB's limit)
_THREADS = 8  # reads in parallel

type Place = tuple[int, str]  # when it was accepted (ms), and its id


class WaitingReader(Protocol):
    """The due index: `herald.store.indexes.due_index.DueIndex`."""

    def pages(
        self, lane: Lane, shard: int, since: int, until: int, after: NotificationId | None = None, /
    ) -> Iterable[list[Due]]:
        """The rows that are due from `since` to `until` (ms)."""


class AcceptanceReader(Protocol):
    """The notifications: `herald.store.indexes.acceptance_times.AcceptanceTimes`."""

    def of(self, ids: Sequence[NotificationId], /) -> dict[NotificationId, int]:
        """When each was accepted (ms) that exists."""


@dataclass(frozen=True, slots=True)
class Listed:
    """Some of what waits, the oldest first; `last` is the place of the last one, `is_all` whether nothing is behind."""

    ids: list[NotificationId]
    last: Place | None
    is_all: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryList:
    """Lists the notifications of a partner that wait, on whatever rung."""

    index: WaitingReader
    acceptance: AcceptanceReader

    def oldest_first(
        self, partner_id: int, after: Place | None, until: int, at_each_page: Callable[[], object]
    ) -> Listed:
        """The oldest of them behind the place `after`, at most `MOST_LISTED`.

        What was not read by the moment `until` (ms) is left out, then it is not all of them. `at_each_page` is called
        between the requests, which may take minutes.
        """
        pages = _Pages(self.index, partner_id, until, at_each_page)
        places = self._places(pages)
        oldest = nsmallest(MOST_LISTED, (one for one in places if after is None or one[:2] > after))
        is_all = pages.complete and len(oldest) < MOST_LISTED
        ids = list(dict.fromkeys(one for _, _, one in oldest))  # it may move to another lane meanwhile
        return Listed(ids, oldest[-1][:2] if oldest else after, is_all)

    def _places(self, pages: "_Pages") -> Iterator[tuple[int, str, NotificationId]]:
        yield from ((due.due_at, str(due.id), due.id) for due in pages.of(Lane.NEW))
        with ThreadPoolExecutor(_THREADS) as threads:
            others = chain(pages.of(Lane.PARKED), pages.of(Lane.SENT))
            for some in batched(others, _AT_ONCE * _THREADS, strict=False):
                pages.at_each_page()
                ids = dict.fromkeys(due.id for due in some)
                for read in threads.map(self.acceptance.of, batched(ids, _AT_ONCE, strict=False)):
                    yield from ((accepted_at, str(one), one) for one, accepted_at in read.items())


@dataclass
class _Pages:
    """The due index's rows of one partner, until the time is over."""

    index: WaitingReader
    partner_id: int
    until: int
    at_each_page: Callable[[], object]
    complete: bool = True

    def of(self, lane: Lane) -> Iterator[Due]:
        """Those of a lane. The first page of each shard is read in any case, so that something is found."""
        for shard in range(SHARDS):
            for number, page in enumerate(self.index.pages(lane, shard, 0, END_OF_TIME)):
                self.at_each_page()
                if number and now() >= self.until:
                    self.complete = False
                    break
                yield from (due for due in page if due.id.partner_id == self.partner_id)
