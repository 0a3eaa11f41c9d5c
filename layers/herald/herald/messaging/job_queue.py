"""JobQueue: messages with the id of a job, or the number of a recovering partner, that needs a worker."""

import json
from collections.abc import Iterable

from herald.messaging import sqs


class JobQueue:
    """Sends the messages for jobs. The function `jobs` receives them."""

    def __init__(self, url: str) -> None:
        self._url = url

    def send(self, jobs: Iterable[tuple[int, str]], delay_seconds: int = 0) -> int:
        """Sends a message for each (partner id, job id), delayed by so many seconds; returns how many.

        Raises `QueueUnavailable`.
        """
        messages = (
            sqs.message({"jobId": job_id}, group=partner_id, delay_seconds=delay_seconds) for partner_id, job_id in jobs
        )
        return sqs.send(self._url, messages)

    def send_recovery(self, partner_id: int, delay_seconds: int = 0) -> None:
        """Sends a message for the recovery of a partner, delayed by so many seconds. Raises `QueueUnavailable`."""
        message = sqs.message({"recovery": partner_id}, group=partner_id, delay_seconds=delay_seconds)
        sqs.send(self._url, [message])


def recovery_of(body: str) -> int | None:
    """The partner whose recovery the message is about; None for a message about a job. Raises `ValueError`."""
    partner_id = json.loads(body).get("recovery")
    return None if partner_id is None else int(partner_id)


def job_of(body: str) -> str:
    """The job id in a message's body. Raises `ValueError`, `KeyError` or `TypeError` for anything else."""
    return str(json.loads(body)["jobId"])
