"""The poll: every few minutes, whatever is due gets its message. The manual: 5分鐘定時輪詢執行通知任務."""

import secrets
from collections.abc import Callable
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from partner_round import PartnerRound
from poll import Poll
from progress import Progress, Span
from unattended_jobs import restart

from herald.attention_index import AttentionIndex
from herald.clock import MINUTE, SECOND, now
from herald.dead_letter_queue import DeadLetterQueue
from herald.delivery_queue import DeliveryQueue
from herald.dispatch_table import DispatchTable
from herald.due_index import DueIndex
from herald.job_queue import JobQueue
from herald.job_table import JobTable
from herald.notification_table import NotificationTable
from herald.partner_table import PartnerTable
from herald.settings import Settings, get_settings
from herald.telemetry import logger

MARGIN = 10 * SECOND  # kept at the end for the pages that are under way, the cursors and the lease
SHORTEST = 30 * SECOND


def handler(_event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Polls once, unless another poll is running. Answers how many messages each step sent."""
    settings = get_settings()
    cursors = DispatchTable(settings.dispatch_table)
    began_at, every = now(), settings.dispatch_every * MINUTE
    lease_until = began_at + min(context.get_remaining_time_in_millis(), longest(every))
    poll_id = secrets.token_hex(8)
    if not cursors.take_lease(poll_id, began_at, lease_until):
        logger.warning("another poll is running")
        return {"ran": False}
    try:
        span = Span(began_at=began_at, ends_at=lease_until - MARGIN, every=every)
        done = run(steps(settings, cursors, span))
        cursors.note_poll(began_at)
        return {"ran": True, **done}
    finally:
        cursors.end_lease(poll_id)


def longest(every: int) -> int:
    """How long a poll may take (ms): the next one starts a minute early at the most, and must not find it running."""
    return max(every - MINUTE, SHORTEST)


def run(to_do: dict[str, Callable[[], Progress]]) -> dict[str, Any]:
    """All steps in their order. One that fails does not keep the others from running, but fails the poll."""
    began_at, sent = now(), dict[str, int]()
    total, faults = Progress(), list[Exception]()
    for name, step in to_do.items():
        try:
            progress = step()
        except Exception as fault:  # noqa: BLE001 - collected here, raised below
            faults.append(fault)
            continue
        sent[name], total = progress.sent, total + progress
    logger.info("poll", extra={**sent, "finished": total.finished, "duration_ms": now() - began_at})
    if faults:
        raise ExceptionGroup("steps of the poll failed", faults)
    return {**sent, "finished": total.finished}


def steps(settings: Settings, cursors: DispatchTable, span: Span) -> dict[str, Callable[[], Progress]]:
    """What a poll does, by name, the most urgent first. The releases may take all the time, so they come last."""
    queue = DeliveryQueue(settings.delivery_queue_url)
    dead_letters = DeadLetterQueue(settings.dead_letter_queue_url)
    partners = PartnerTable(settings.partner_table)
    index, jobs = DueIndex(settings.notification_table), JobTable(settings.job_table)
    poll = Poll(index=index, cursors=cursors, queue=queue, dead_letters=dead_letters, span=span)
    partner_round = PartnerRound(
        notifications=NotificationTable(settings.notification_table),
        attention=AttentionIndex(settings.notification_table),
        queue=queue,
        dead_letters=dead_letters,
        span=span,
    )
    return {
        "parked": poll.send_parked,
        "new": poll.send_new,
        "alerts": poll.send_alerts,
        "reminders": lambda: partner_round.remind(partners.all()),
        "rescued": poll.rescue,
        "jobs": lambda: restart(jobs.all(), JobQueue(settings.job_queue_url)),
        "released": lambda: partner_round.release(partners.all()),
    }
