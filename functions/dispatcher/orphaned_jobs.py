"""Jobs whose worker crashed, or whose message was lost: each poll sends a message for them."""

from collections.abc import Iterable

from dispatcher.run_window import PollProgress
from herald.domain.clock import now
from herald.domain.jobs.job import is_unattended
from herald.messaging.job_queue import JobQueue
from herald.store.job_table import AnyJob


def restart(jobs: Iterable[AnyJob], queue: JobQueue) -> PollProgress:
    """Sends a message for each running job without a worker."""
    return PollProgress(queue.send((job.message_group, job.job_id) for job in jobs if is_unattended(job, now())))
