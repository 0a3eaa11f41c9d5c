"""Delivers the notifications that DeliveryQueue's messages name: the records of a batch in parallel.

A record that failed comes back, the others are deleted from the queue (SQS partial batch responses).
"""

import asyncio
import secrets
from asyncio import sleep
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

from deliverer.delivery import Delivery, MessageReleased
from deliverer.receipt import Receipt
from deliverer.settlement import Settlement
from herald import __version__
from herald.domain.clock import END_OF_TIME, now
from herald.messaging.dead_letter_queue import DeadLetterQueue
from herald.messaging.delivery_queue import DeliveryMessage, DeliveryQueue
from herald.runtime.lambda_context import LambdaContext
from herald.runtime.logging import logger
from herald.runtime.metrics import emits_metrics
from herald.runtime.settings import get_settings
from herald.store.notification_table import NotificationTable
from herald.store.partner_table import PartnerTable
from herald.webhook.client import WebhookClient

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


@cache
def delivery() -> Delivery:
    """What delivers the notifications, made at the first record."""
    settings = get_settings()
    notifications = NotificationTable(settings.notification_table)
    queue = DeliveryQueue(settings.delivery_queue_url)
    return Delivery(
        notifications=notifications,
        partners=PartnerTable(settings.partner_table),
        queue=queue,
        poster=webhook_client(),
        settlement=Settlement(
            notifications=notifications,
            queue=queue,
            dead_letters=DeadLetterQueue(settings.dead_letter_queue_url),
            retention_days=settings.retention_days,
            pause=sleep,
            canary=settings.canary_partner_id,
        ),
        ladder=settings.ladder,
        new_claim_id=lambda: secrets.token_hex(6),
    )


@cache
def webhook_client() -> WebhookClient:
    """The HTTP client for the partners' endpoints, made at the first record."""
    settings = get_settings()
    return WebhookClient(
        deadline_seconds=settings.attempt_timeout,
        user_agent=f"Herald/{__version__}",
        allow_private=settings.allow_private_endpoints,
    )
