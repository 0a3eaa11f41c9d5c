"""The notifications of one partner that wait, by moment of acceptance, oldest first.

No index has what waits by partner: the due index has all partners together, and an entry by partner would cost two
write units at every attempt. So the index `acceptance` tells which notifications there are, and the table which of
them wait.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import batched, chain, islice
from typing import Final

from herald.domain.lists.notification_search import Range, days_of
from herald.domain.notification_id import NotificationId
from herald.store.indexes.acceptance_index import AcceptanceEntry, AcceptanceIndex
from herald.store.notification_table import NotificationTable

LOOKED_AT: Final = 1_000  # notifications for one page: ten requests, far within the lease of a job's worker
_BATCH: Final = 100  # DynamoDB's limit for BatchGetItem


@dataclass(frozen=True, slots=True)
class WaitingEntry:
    """A notification that waits: its turn, and when it was accepted (ms)."""

    id: NotificationId
    turn: int
    accepted_at: int


@dataclass(frozen=True, slots=True)
class WaitingPage:
    """Some entries, and the last notification that was looked at; None where there was none to look at."""

    entries: list[WaitingEntry]
    last: AcceptanceEntry | None


@dataclass(frozen=True, slots=True)
class Tally:
    """How many notifications were looked at, how many of them wait, and whether these are all."""

    looked_at: int
    waiting: int
    is_all: bool


class WaitingNotifications:
    """Finds what waits. Every method raises `TableUnavailable`."""

    def __init__(self, table_name: str) -> None:
        self._acceptance = AcceptanceIndex(table_name)
        self._notifications = NotificationTable(table_name)

    def page(self, partner_id: int, times: Range, *, limit: int, after: AcceptanceEntry | None) -> WaitingPage:
        """At most `limit` (up to 100) behind the entry `after`; fewer, or none, where many others lie between them."""
        found: list[WaitingEntry] = []
        last: AcceptanceEntry | None = None
        for batch in batched(islice(self._all(partner_id, times, after), LOOKED_AT), _BATCH, strict=False):
            waiting = self._waiting(batch, consistent=True)
            found += waiting[: limit - len(found)]
            last = batch[-1]
            if len(found) >= limit:
                break
        return WaitingPage(found, last)

    def count(self, partner_id: int, times: Range, *, most: int) -> tuple[int, bool]:
        """How many wait among the first `most` notifications, and whether these are all. At half the cost of a page."""
        tally = self.tally(partner_id, times, most=most)
        return tally.waiting, tally.is_all

    def tally(self, partner_id: int, times: Range, *, most: int) -> Tally:
        """The same, and how many were looked at, whatever their state."""
        entries = self._all(partner_id, times, None)
        looked_at, waiting = 0, 0
        for batch in batched(islice(entries, most), _BATCH, strict=False):
            looked_at += len(batch)
            waiting += len(self._waiting(batch, consistent=False))
        return Tally(looked_at, waiting, next(entries, None) is None)

    def _all(self, partner_id: int, times: Range, after: AcceptanceEntry | None) -> Iterator[AcceptanceEntry]:
        """The entries of all days, the first day first."""
        begin = after.accepted_at if after else times.since
        days = reversed([*days_of(Range(begin, times.until))])
        first = ((day, after if n == 0 else None) for n, day in enumerate(days))
        return chain.from_iterable(
            self._acceptance.oldest(partner_id, day, after=behind, ahead=_BATCH) for day, behind in first
        )

    def _waiting(self, batch: tuple[AcceptanceEntry, ...], *, consistent: bool) -> list[WaitingEntry]:
        turns = self._notifications.waiting_turns([entry.id for entry in batch], consistent=consistent)
        return [WaitingEntry(one.id, turns[one.id], one.accepted_at) for one in batch if one.id in turns]
