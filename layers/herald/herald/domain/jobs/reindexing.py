"""A job that puts notifications into the index `acceptance` that were stored before there was that index. Pure.

It scans the table page by page. The position is stored after each page, so after a crash the next worker repeats one
page, in which it passes over what is in the index already.
"""

from dataclasses import dataclass, replace
from typing import Final, Literal

from herald.domain.jobs.job import LEASE, JobState, StoredJob

REINDEX: Final = "reindex"
_LARGEST_PAGE: Final = 100  # items
_LONGEST_PAGE: Final = 10  # seconds at the job's rate: well within a worker's lease

type Position = tuple[str, str]  # the primary key of an item: order key, digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Reindexing(StoredJob):
    """Its progress. `matched` is about how many items the table had when the job began."""

    action: Literal["reindex"] = REINDEX
    position: Position | None = None  # of the last item that was looked at

    @property
    def page_size(self) -> int:
        """How many items are looked at before the position is stored."""
        return min(_LARGEST_PAGE, _LONGEST_PAGE * self.per_second)

    @property
    def message_group(self) -> int:
        """No partner's: the job is about all of them."""
        return 0


def advance(before: Reindexing, *, position: Position | None, looked_at: int, changed: int, now: int) -> Reindexing:
    """Ends a page: `changed` of the items that were looked at are now in the index, the others were already.

    The next page is due when the rate allows it. Without `position` the table has no more items, and the job is done.
    """
    after = replace(
        before,
        version=before.version + 1,
        position=position,
        changed=before.changed + changed,
        passed_over=before.passed_over + looked_at - changed,
        next_due_at=now + round(changed * before.spacing),
        worker_until=now + LEASE,
    )
    if position is not None:
        return after
    return replace(after, state=JobState.DONE, matched=after.looked_at, ended_at=now)


def count_last_page(cancelled: Reindexing, after: Reindexing) -> Reindexing:
    """The cancelled job with the page that was in progress when it was cancelled: what is changed stays counted."""
    return replace(
        cancelled,
        version=cancelled.version + 1,
        position=after.position,
        changed=after.changed,
        passed_over=after.passed_over,
    )
