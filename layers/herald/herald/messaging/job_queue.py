"""JobQueue: messages that name a job on which somebody should work."""

import json
from collections.abc import Iterable

from herald.messaging import sqs


class JobQueue:
    """The queue between whoever notices that a job is unattended and its worker."""

    def __init__(self, url: str) -> None:
        self._url = url

    def send(self, jobs: Iterable[tuple[int, str]]) -> int:
        """Sends a message for each (partner id, job id); gives how many. Raises `QueueUnavailable`."""
        return sqs.send(self._url, (sqs.message({"jobId": job_id}, group=partner_id) for partner_id, job_id in jobs))


def job_of(body: str) -> str:
    """The job id in a message's body. Raises `ValueError`, `KeyError` or `TypeError` for anything else."""
    return str(json.loads(body)["jobId"])
