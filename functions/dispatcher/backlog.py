"""What waits, what of it is late, and what is on the attention list: measured once a poll."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import product

from dispatcher.breakers.overdue import OverdueRows
from dispatcher.run_window import RunWindow
from herald.domain.clock import SECOND, now
from herald.domain.notification import SHARDS, Lane
from herald.domain.partner import Partner
from herald.domain.transitions import State
from herald.runtime.metric_names import Metric
from herald.runtime.metrics import record
from herald.store.dispatch_table import DispatchTable
from herald.store.indexes.attention_index import AttentionIndex
from herald.store.indexes.due_index import DueIndex

_THREADS = 8
_LANES = (Lane.NEW, Lane.PARKED, Lane.SENT)


@dataclass(frozen=True, slots=True)
class Backlog:
    """How many wait, how many of them are due and not attempted, and how long the oldest has been due (ms)."""

    waiting: int = 0
    due: int = 0
    oldest: int = 0

    def __add__(self, other: "Backlog") -> "Backlog":
        return Backlog(self.waiting + other.waiting, self.due + other.due, max(self.oldest, other.oldest))


def measure_backlog(index: DueIndex, cursors: DispatchTable, window: RunWindow, left_alone: OverdueRows) -> None:
    """Records the backlog, and by how much it has grown since the last poll.

    What is held back by breakers, or waits for a recovery, is no backlog: nothing is wrong with Herald.
    """
    with ThreadPoolExecutor(_THREADS) as pool:
        parts = pool.map(lambda place: _look(index, window, *place), product(_LANES, range(SHARDS)))
        found = sum(parts, Backlog())
    due = max(0, found.due - left_alone.late)
    before = cursors.note_backlog(due)
    record(Metric.WAITING, found.waiting)
    record(Metric.DUE_BACKLOG, due)
    record(Metric.BACKLOG_GROWTH, due - before)
    oldest = (
        min(found.oldest, left_alone.oldest_other) if left_alone.by_partner and left_alone.complete else found.oldest
    )
    record(Metric.OLDEST_OVERDUE, oldest / SECOND)


def measure_attention_list(attention: AttentionIndex, partners: Iterable[Partner]) -> None:
    """Records how many are failed and held. A partner without an alert, open or pending, has no failures."""
    all_partners = list(partners)
    alerted = [one for one in all_partners if one.alert_open or one.alert_pending_at is not None]
    with ThreadPoolExecutor(_THREADS) as pool:
        failed = pool.map(lambda one: attention.count(State.FAILED, one.partner_id), alerted)
        held = pool.map(lambda one: attention.count(State.HELD, one.partner_id), all_partners)
        record(Metric.WORK_LIST_FAILED, sum(failed))
        record(Metric.WORK_LIST_HELD, sum(held))


def _look(index: DueIndex, window: RunWindow, lane: Lane, shard: int) -> Backlog:
    first = index.first(lane, shard)
    if first is None:
        return Backlog()
    # The first attempt of what is new is due at the poll after it: it is late from there on.
    late = now() - (window.every if lane is Lane.NEW else 0)
    due = index.count(lane, shard, late) if first <= late else 0
    return Backlog(index.count(lane, shard), due, max(0, late - first))
