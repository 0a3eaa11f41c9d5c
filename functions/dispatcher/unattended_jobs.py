"""Jobs whose worker crashed, or whose message was lost: each poll sends them a worker."""

from collections.abc import Iterable

from progress import Progress

from herald.clock import now
from herald.job import Job, is_unattended
from herald.job_queue import JobQueue


def restart(jobs: Iterable[Job], queue: JobQueue) -> Progress:
    """Sends a message for each job that runs and on which nobody works."""
    return Progress(queue.send((job.filter.partner_id, job.job_id) for job in jobs if is_unattended(job, now())))
