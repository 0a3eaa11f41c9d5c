"""The poll: every few minutes, whatever is due gets its message. The manual: 5分鐘定時輪詢執行通知任務."""

import secrets
from collections.abc import Callable
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from partner_round import PartnerRound
from poll import Poll, Progress

from herald.attention_index import AttentionIndex
from herald.clock import MINUTE, SECOND, now
from herald.dead_letter_queue import DeadLetterQueue
from herald.delivery_queue import DeliveryQueue
from herald.dispatch_table import DispatchTable
from herald.due_index import DueIndex
from herald.notification_table import NotificationTable
from herald.partner_table import PartnerTable
from herald.settings import get_settings
from herald.telemetry import logger

MARGIN = 15 * SECOND  # kept at the end for the page that is under way, the cursors and the lease


def handler(_event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Polls once, unless another poll is running. Answers how many messages each step sent."""
    cursors = DispatchTable(get_settings().dispatch_table)
    poll_id, began_at = secrets.token_hex(8), now()
    if not cursors.take_lease(poll_id, began_at, began_at + context.get_remaining_time_in_millis()):
        logger.warning("another poll is running")
        return {"ran": False}
    try:
        return {"ran": True, **run(cursors, began_at, lambda: context.get_remaining_time_in_millis() > MARGIN)}
    finally:
        cursors.end_lease(poll_id)


def run(cursors: DispatchTable, began_at: int, time_left: Callable[[], bool]) -> dict[str, Any]:
    """All steps, the most urgent first. One that fails does not keep the others from running, but fails the poll."""
    sent: dict[str, int] = {}
    total, faults = Progress(), []
    for name, step in steps(cursors, began_at, time_left).items():
        try:
            progress = step()
        except Exception as fault:  # noqa: BLE001 - collected here, raised below
            faults.append(fault)
            continue
        sent[name], total = progress.sent, total + progress
    logger.info("poll", extra={**sent, "finished": total.finished, "duration_ms": now() - began_at})
    if faults:
        message = "steps of the poll failed"
        raise ExceptionGroup(message, faults)
    return {**sent, "finished": total.finished}


def steps(cursors: DispatchTable, began_at: int, time_left: Callable[[], bool]) -> dict[str, Callable[[], Progress]]:
    """What a poll does, by name, in its order."""
    settings = get_settings()
    queue = DeliveryQueue(settings.delivery_queue_url)
    dead_letters = DeadLetterQueue(settings.dead_letter_queue_url)
    every = settings.dispatch_every * MINUTE
    partners = PartnerTable(settings.partner_table)
    poll = Poll(
        index=DueIndex(settings.notification_table),
        cursors=cursors,
        queue=queue,
        dead_letters=dead_letters,
        dispatch_every=every,
        began_at=began_at,
        time_left=time_left,
    )
    round_ = PartnerRound(
        notifications=NotificationTable(settings.notification_table),
        attention=AttentionIndex(settings.notification_table),
        queue=queue,
        dead_letters=dead_letters,
        dispatch_every=every,
        began_at=began_at,
        time_left=time_left,
    )
    return {
        "parked": poll.send_parked,
        "new": poll.send_new,
        "alerts": poll.send_alerts,
        "reminders": lambda: round_.remind(partners.all()),
        "released": lambda: round_.release(partners.all()),
        "rescued": poll.rescue,
    }
