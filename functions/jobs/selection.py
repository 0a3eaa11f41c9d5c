"""The next notifications that a job takes: from the attention index, or for what waits by moment of acceptance."""

from dataclasses import dataclass
from typing import Protocol

from herald.domain.jobs.job import PAGE, Job, PageEntry
from herald.domain.lists.attention import AttentionEntry
from herald.domain.lists.notification_search import Range
from herald.domain.notification_id import NotificationId
from herald.domain.transitions import State
from herald.store.indexes.acceptance_index import AcceptanceEntry
from herald.store.indexes.waiting import WaitingPage


class AttentionRange(Protocol):
    """The attention index: `herald.store.indexes.attention_index.AttentionIndex`."""

    def range(
        self,
        state: State,
        partner_id: int,
        since: int,
        before: int,
        /,
        *,
        limit: int,
        after: tuple[NotificationId, int] | None,
    ) -> list[AttentionEntry]:
        """The oldest entries from `since` to `before` (ms) that follow `after` (id, since)."""


class WaitingRange(Protocol):
    """What waits: `herald.store.indexes.waiting.WaitingNotifications`."""

    def page(self, partner_id: int, times: Range, /, *, limit: int, after: AcceptanceEntry | None) -> WaitingPage:
        """The oldest that follow `after`."""


@dataclass(frozen=True, slots=True)
class Selected:
    """The entries of the next page. Without any, `last` is the entry behind which to go on, None at the end."""

    entries: list[PageEntry]
    last: PageEntry | None = None


@dataclass(frozen=True, slots=True)
class Selection:
    """Finds the pages of jobs."""

    attention: AttentionRange
    waiting: WaitingRange

    def next_page(self, job: Job) -> Selected:
        """At most a hundred behind the last page."""
        return self._of_what_waits(job) if job.filter.state is State.WAITING else self._of_the_attention_list(job)

    def _of_the_attention_list(self, job: Job) -> Selected:
        wanted = job.filter
        after = (job.after.id, job.after.since) if job.after else None
        found = self.attention.range(
            wanted.state, wanted.partner_id, wanted.since, wanted.before, limit=PAGE, after=after
        )
        return Selected([PageEntry(entry.id, entry.turn, entry.since) for entry in found])

    def _of_what_waits(self, job: Job) -> Selected:
        wanted = job.filter
        after = AcceptanceEntry(job.after.id, job.after.since) if job.after else None
        page = self.waiting.page(wanted.partner_id, Range(wanted.since, wanted.before), limit=PAGE, after=after)
        return Selected(
            [PageEntry(entry.id, entry.turn, entry.accepted_at) for entry in page.entries],
            PageEntry(page.last.id, 0, page.last.accepted_at) if page.last else None,
        )
