"""Works on the jobs and recoveries that JobQueue's messages name, as long as the invocation has time."""

import secrets
from typing import Any

from herald.domain.clock import SECOND, now
from herald.domain.jobs.job import is_unattended
from herald.messaging.job_queue import JobQueue, job_of, recovery_of
from herald.messaging.sqs import QueueUnavailable
from herald.runtime.lambda_context import LambdaContext
from herald.runtime.logging import logger
from herald.runtime.metrics import emits_metrics
from herald.runtime.settings import get_settings
from herald.store.job_table import AnyJob
from jobs.dependencies import job_worker, recovery_worker

MARGIN = 30 * SECOND  # for the page in progress: a hundred reads and writes, each tried at most three times


@emits_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Returns the records that have to come back: `{"batchItemFailures": [{"itemIdentifier": messageId}]}`."""
    ends_at = now() + context.get_remaining_time_in_millis() - MARGIN
    failed = [record["messageId"] for record in event["Records"] if not carry_out(record, ends_at)]
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}


def carry_out(record: dict[str, Any], ends_at: int) -> bool:
    """Whether the record can be deleted. Its job or recovery is in a table, and a poll restarts it if necessary."""
    try:
        recovering = recovery_of(record["body"])
        if recovering is not None:
            recover(recovering, ends_at)
            return True
        job = job_worker().carry_out(job_of(record["body"]), secrets.token_hex(6), ends_at)
    except Exception:  # noqa: BLE001 - logged, and the record comes back
        logger.exception("record failed", extra={"message_id": record["messageId"]})
        return False
    if job is not None:
        log_progress(job)
        if is_unattended(job, now()):
            continue_later(job)
    return True


def recover(partner_id: int, ends_at: int) -> None:
    """Works on the recovery of a partner. If the message for the rest of it cannot be sent, the next poll sends it."""
    if recovery_worker().recover(partner_id, secrets.token_hex(6), ends_at):
        try:
            JobQueue(get_settings().job_queue_url).send_recovery(partner_id)
        except QueueUnavailable:
            logger.warning("message not sent", extra={"partner_id": partner_id}, exc_info=True)


def continue_later(job: AnyJob) -> None:
    """Sends a message for the next invocation. If it cannot be sent, the next poll finds the job without a worker."""
    try:
        JobQueue(get_settings().job_queue_url).send([(job.message_group, job.job_id)])
    except QueueUnavailable:
        logger.warning("message not sent", extra={"job": job.job_id}, exc_info=True)


def log_progress(job: AnyJob) -> None:
    """The canonical line of an invocation: how far the job has come."""
    counts = {"matched": job.matched, "changed": job.changed, "passed_over": job.passed_over}
    logger.info("job", extra={"job": job.job_id, "action": str(job.action), "state": job.state.value, **counts})
