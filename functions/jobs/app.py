"""Works on the jobs that JobQueue's messages name, one after the other, as long as the invocation has time."""

import secrets
import time
from functools import cache
from typing import Any

from herald.domain.clock import SECOND, now
from herald.domain.jobs.job import is_unattended
from herald.messaging.delivery_queue import DeliveryQueue
from herald.messaging.job_queue import JobQueue, job_of
from herald.messaging.sqs import QueueUnavailable
from herald.runtime.lambda_context import LambdaContext
from herald.runtime.logging import logger
from herald.runtime.metrics import emits_metrics
from herald.runtime.settings import get_settings
from herald.store.indexes.attention_index import AttentionIndex
from herald.store.indexes.unindexed import UnindexedNotifications
from herald.store.job_table import AnyJob, JobTable
from herald.store.notification_table import NotificationTable
from jobs.reindexer import Reindexer
from jobs.worker import JobWorker

MARGIN = 30 * SECOND  # for the page in progress: a hundred reads and writes, each tried at most three times


@emits_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Returns the records that have to come back: `{"batchItemFailures": [{"itemIdentifier": messageId}]}`."""
    ends_at = now() + context.get_remaining_time_in_millis() - MARGIN
    failed = [record["messageId"] for record in event["Records"] if not carry_out(record, ends_at)]
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}


def carry_out(record: dict[str, Any], ends_at: int) -> bool:
    """Whether the record can be deleted. The job itself is in JobTable, and a poll restarts it if necessary."""
    try:
        job = job_worker().carry_out(job_of(record["body"]), secrets.token_hex(6), ends_at)
    except Exception:  # noqa: BLE001 - logged, and the record comes back
        logger.exception("record failed", extra={"message_id": record["messageId"]})
        return False
    if job is not None:
        log_progress(job)
        if is_unattended(job, now()):
            continue_later(job)
    return True


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


@cache
def job_worker() -> JobWorker:
    """The worker, made at the first record."""
    settings = get_settings()
    return JobWorker(
        jobs=JobTable(settings.job_table),
        notifications=NotificationTable(settings.notification_table),
        attention=AttentionIndex(settings.notification_table),
        queue=DeliveryQueue(settings.delivery_queue_url),
        reindexer=Reindexer(unindexed=UnindexedNotifications(settings.notification_table), pause=time.sleep),
        retention_days=settings.retention_days,
    )
