"""The work on one job: page by page, each saved before it is begun (see `herald.domain.jobs.job`).

A job that reindexes, or deletes a partner, saves its position after each page instead (see
`herald.domain.jobs.reindexing` and `herald.domain.jobs.partner_deletion`).
"""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol

from herald.domain.clock import now
from herald.domain.decisions.decisions import close, redrive
from herald.domain.jobs.job import (
    Job,
    JobState,
    acquire,
    begin_page,
    complete,
    finish_page,
    is_unattended,
    pass_over,
    release_job,
)
from herald.domain.jobs.partner_deletion import PartnerDeletion
from herald.domain.jobs.reindexing import Reindexing, count_last_page
from herald.domain.notification import Due, Lane, Notification, is_done_by, tag_with_job
from herald.domain.notification_id import NotificationId
from herald.domain.transitions import Action
from herald.runtime.logging import logger
from herald.runtime.metric_names import Metric
from herald.runtime.metrics import record
from herald.store.job_table import AnyJob, JobConflict
from herald.store.notification_table import NotificationConflict
from jobs.partner_deleter import PartnerDeleter
from jobs.reindexer import Reindexer
from jobs.selection import Selection

_AT_ONCE = 8  # writes in parallel


class JobStore(Protocol):
    """The jobs: `herald.store.job_table.JobTable`."""

    def get(self, job_id: str, /) -> AnyJob | None:
        """The job as it is stored, or None."""

    def save[Kind: Job | Reindexing | PartnerDeletion](self, before: Kind, after: Kind, /) -> Kind:
        """Writes the change and returns `after`. Raises `JobConflict` where `before` is no longer what is stored."""


class PageStore(Protocol):
    """The notifications: `herald.store.notification_table.NotificationTable`."""

    def get_many(self, ids: Sequence[NotificationId], now: int, /) -> dict[NotificationId, Notification]:
        """Those that exist, by id."""

    def save(self, before: Notification, after: Notification, /) -> None:
        """Writes the change. Raises `NotificationConflict` where `before` is no longer what is stored."""


class JobMessageQueue(Protocol):
    """The queue of the deliverer: `herald.messaging.delivery_queue.DeliveryQueue`."""

    def send(self, dues: Iterable[Due], now: int, /) -> int:
        """Sends a message for each, to be received when it is due. Returns how many were sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobWorker:
    """Carries out jobs."""

    jobs: JobStore
    notifications: PageStore
    selection: Selection
    queue: JobMessageQueue
    reindexer: Reindexer
    deleter: PartnerDeleter
    retention_days: int

    def carry_out(self, job_id: str, worker: str, ends_at: int) -> AnyJob | None:
        """Works until the job is over or `ends_at` (ms), and returns it. None: no such job, or it has a worker."""
        job = self.jobs.get(job_id)
        if job is None or not is_unattended(job, now()):
            logger.info("nothing to do", extra={"job": job_id})
            return None
        try:
            if isinstance(job, Reindexing):
                return self._work(job, self._reindex_page, worker, ends_at)
            if isinstance(job, PartnerDeletion):
                return self._work(job, self._delete_page, worker, ends_at)
            return self._work(job, self._step, worker, ends_at)
        except JobConflict as changed:  # cancelled, or taken over by another worker after the lease ended
            return changed.current

    def _work[Kind: Job | Reindexing | PartnerDeletion](
        self, job: Kind, step: Callable[[Kind], Kind], worker: str, ends_at: int
    ) -> Kind:
        job = self.jobs.save(job, acquire(job, worker, now()))
        while job.state is JobState.RUNNING and now() < ends_at:
            job = step(job)
        return self.jobs.save(job, release_job(job, now())) if job.state is JobState.RUNNING else job

    def _delete_page(self, job: PartnerDeletion) -> PartnerDeletion:
        after = self.deleter.next_page(job)
        record(Metric.JOB_CHANGED, after.changed - job.changed)
        return self.jobs.save(job, after)

    def _reindex_page(self, job: Reindexing) -> Reindexing:
        """Saves the result of the page, also if the job was cancelled meanwhile."""
        after = self.reindexer.next_page(job)
        try:
            return self.jobs.save(job, after)
        except JobConflict as conflict:
            current = conflict.current
            if not isinstance(current, Reindexing) or (current.state, current.version) != (
                JobState.CANCELLED,
                job.version + 1,
            ):
                raise  # another worker has the page now, and counts it
            return self.jobs.save(current, count_last_page(current, after))

    def _step(self, job: Job) -> Job:
        if not job.page:
            selected = self.selection.next_page(job)
            if not selected.entries:
                last = selected.last
                return self.jobs.save(job, pass_over(job, last, now()) if last else complete(job, now()))
            job = self.jobs.save(job, begin_page(job, selected.entries, now()))
        return self._finish_page(job, self._change_page(job))

    def _finish_page(self, job: Job, changed: int) -> Job:
        """Saves the result of the page in the job, also if the job was cancelled meanwhile."""
        try:
            finished = self.jobs.save(job, finish_page(job, changed, now()))
        except JobConflict as conflict:
            current = conflict.current
            if not isinstance(current, Job) or (current.state, current.page) != (JobState.CANCELLED, job.page):
                raise  # another worker has the page now, and counts it
            finished = self.jobs.save(current, finish_page(current, changed, now()))
        record(Metric.JOB_CHANGED, changed)
        record(Metric.JOB_PASSED_OVER, len(job.page) - changed)
        return finished

    def _change_page(self, job: Job) -> int:
        """How many of the page this job has changed, now or before a crash."""
        stored = self.notifications.get_many([one.id for one in job.page], now())
        with ThreadPoolExecutor(_AT_ONCE) as threads:
            changed = threads.map(lambda place: self._change(job, place, stored), range(len(job.page)))
            done = [one for one in changed if one is not None]
        self.queue.send((due for one in done if (due := _message_of(one))), now())
        return len(done)

    def _change(self, job: Job, place: int, stored: dict[NotificationId, Notification]) -> Notification | None:
        """The notification as this job has changed it; None where somebody else changed it first."""
        entry = job.page[place]
        before = stored.get(entry.id)
        if before is None or is_done_by(before, job.job_id):
            return before
        if before.turn != entry.turn or before.state is not job.filter.state:
            return None
        after = self._decide(job, before, job.due_at(place))
        try:
            self.notifications.save(before, after)
        except NotificationConflict as changed:
            current = changed.current
            return current if current and is_done_by(current, job.job_id) else None
        return after

    def _decide(self, job: Job, before: Notification, due_at: int) -> Notification:
        if job.action is Action.REDRIVE:
            after = redrive(before, job.by, job.reason, now(), due_at)
        else:
            after = close(before, job.action, job.by, job.reason, now(), self.retention_days)
        return tag_with_job(job.job_id, after)


def _message_of(one: Notification) -> Due | None:
    """Its message, unless it is parked. After a crash it may be a second one, which is refused as stale."""
    return one.due if one.lane is Lane.SENT else None
