"""JobQueue: messages with the id of a job that needs a worker."""

import json
from collections.abc import Iterable

from herald.messaging import sqs


class JobQueue:
    """Sends the messages for jobs. The function `jobs` receives them."""

    def __init__(self, url: str) -> None:
        self._url = url

    def send(self, jobs: Iterable[tuple[int, str]]) -> int:
        """Sends a message for each (partner id, job id); returns how many. Raises `QueueUnavailable`."""
        return sqs.send(self._url, (sqs.message({"jobId": job_id}, group=partner_id) for partner_id, job_id in jobs))


def job_of(body: str) -> str:
    """The job id in a message's body. Raises `ValueError`, `KeyError` or `TypeError` for anything else."""
    return str(json.loads(body)["jobId"])
