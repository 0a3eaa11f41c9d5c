"""What is overdue and left alone, counted by partner in one pass over the due index."""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from heapq import heappush, heappushpop
from typing import Protocol

from dispatcher.breakers.held_partners import HeldPartners
from dispatcher.run_window import RunWindow
from herald.domain.breakers.breaker import RESERVE, is_held_too_long
from herald.domain.clock import MINUTE, now
from herald.domain.ladder import Ladder
from herald.domain.notification import SHARDS, Due, Lane
from herald.domain.notification_id import NotificationId
from herald.domain.partner import Partner

EXHAUSTED_AT_ONCE = 2_000  # of one partner in one poll: each is a write; the next poll goes on
LONGEST_PASS = MINUTE  # about a million rows: with more held back, the rescue of the others must have its time, too
_LANES = (Lane.NEW, Lane.PARKED, Lane.SENT)


class OverdueReader(Protocol):
    """The due index: `herald.store.indexes.due_index.DueIndex`."""

    def pages(
        self, lane: Lane, shard: int, since: int, until: int, after: NotificationId | None = None, /
    ) -> Iterable[list[Due]]:
        """The rows that are due from `since` to `until` (ms)."""


@dataclass
class Overdue:
    """What is overdue for one partner: how many, the oldest of them, and those held back for too long."""

    count: int = 0
    too_long: list[Due] = field(default_factory=list)
    _heap: list[tuple[int, str, Due]] = field(default_factory=list)

    def add(self, due: Due, *, too_long: bool) -> None:
        """Counts one more."""
        self.count += 1
        if too_long:
            if len(self.too_long) < EXHAUSTED_AT_ONCE:
                self.too_long.append(due)
            return
        entry = (-due.due_at, str(due.id), due)
        if len(self._heap) < RESERVE:
            heappush(self._heap, entry)
        else:
            heappushpop(self._heap, entry)

    @property
    def oldest(self) -> list[Due]:
        """The oldest of those that may still be attempted, at most as many as a reserve has."""
        return [due for _, _, due in sorted(self._heap, key=lambda entry: (-entry[0], entry[1]))]


@dataclass
class OverdueRows:
    """The result of the pass: by partner what is left alone, and how long the oldest of all the others is late (ms)."""

    by_partner: dict[int, Overdue] = field(default_factory=dict)
    late: int = 0  # of those left alone, which are late
    oldest_other: int = 0
    complete: bool = False


def collect_overdue(index: OverdueReader, held: HeldPartners, window: RunWindow, ladder: Ladder) -> OverdueRows:
    """Reads what is overdue in all lanes, if any partner is left alone. Not `complete` where the time ran out."""
    rows = OverdueRows()
    limited = replace(window, ends_at=min(window.ends_at, now() + LONGEST_PASS))
    for late_from, page in _pages_in_turn(index, window) if held.by_number else ():
        if not limited.time_left():
            return rows
        _count(page, rows, held, late_from, (ladder, window.began_at))
    rows.complete = True
    return rows


def _pages_in_turn(index: OverdueReader, window: RunWindow) -> Iterator[tuple[int, list[Due]]]:
    """A page of each list in turn, and from when on its rows are late: the oldest of all come first."""
    lists = deque(
        # What is new is attempted at the poll after it: it is late from there on.
        (
            window.began_at - (window.every if lane is Lane.NEW else 0),
            iter(index.pages(lane, shard, 0, window.began_at)),
        )
        for lane in _LANES
        for shard in range(SHARDS)
    )
    while lists:
        late_from, pages = lists.popleft()
        page = next(pages, None)
        if page is not None:
            yield late_from, page
            lists.append((late_from, pages))


def _count(page: list[Due], rows: OverdueRows, held: HeldPartners, late_from: int, at: tuple[Ladder, int]) -> None:
    for due in page:
        partner = held.by_number.get(due.id.partner_id)
        if partner is None:
            rows.oldest_other = max(rows.oldest_other, late_from - due.due_at)
            continue
        rows.late += due.due_at <= late_from
        found = rows.by_partner.setdefault(partner.partner_id, Overdue())
        found.add(due, too_long=_is_held_too_long(partner, due, *at))


def _is_held_too_long(partner: Partner, due: Due, ladder: Ladder, at: int) -> bool:
    return is_held_too_long(partner.breaker, due.due_at, (partner.ladder or ladder).length, at)
