"""Delivers the notifications that DeliveryQueue's messages name: the records of a batch in parallel.

A record that failed comes back, the others are deleted from the queue (SQS partial batch responses).
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

from deliverer.dependencies import delivery
from deliverer.receipt import MessageReleased, Receipt
from herald.domain.clock import END_OF_TIME, now
from herald.messaging.delivery_queue import DeliveryMessage
from herald.runtime.lambda_context import LambdaContext
from herald.runtime.logging import logger
from herald.runtime.metrics import emits_metrics

THREADS = 16  # more than the batch has records: each has at most one call to AWS under way


@emits_metrics
def handler(event: dict[str, Any], context: LambdaContext | None) -> dict[str, Any]:
    """Returns the records that have to come back: `{"batchItemFailures": [{"itemIdentifier": messageId}]}`.

    A call without Lambda's context has no time limit.
    """
    ends_at = now() + context.get_remaining_time_in_millis() if context else END_OF_TIME
    failed = runner().run(deliver_all(event["Records"], ends_at))
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}


async def deliver_all(records: list[dict[str, Any]], ends_at: int) -> list[str]:
    """Delivers the records in parallel until `ends_at` (ms); gives the message ids of those that must come back."""
    results = await asyncio.gather(*(deliver(record, ends_at) for record in records))
    return [record["messageId"] for record, done in zip(records, results, strict=True) if not done]


async def deliver(record: dict[str, Any], ends_at: int = END_OF_TIME) -> bool:
    """Whether the record can be deleted. A failure of one record must not affect the others."""
    received = int(record.get("attributes", {}).get("ApproximateReceiveCount", 1))
    receipt = Receipt(record["receiptHandle"], received, ends_at)
    try:
        await delivery().deliver(DeliveryMessage.parse(record["body"]), receipt)
    except MessageReleased:
        return False
    except (Exception, asyncio.CancelledError):  # noqa: BLE001 - logged, and the record comes back
        logger.exception("record failed", extra={"message_id": record["messageId"]})
        return False
    return True


@cache
def runner() -> asyncio.Runner:
    """One event loop for the life of the execution environment, so that connections stay open between invocations."""
    loop_runner = asyncio.Runner()
    loop_runner.get_loop().set_default_executor(ThreadPoolExecutor(THREADS))
    return loop_runner
