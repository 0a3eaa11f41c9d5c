"""Alerts customer service of notifications whose ladder is exhausted.

Each message first makes an alert pending on the partner's item and removes the notification from the due index. Then
each partner's alert is published, if the last one is an hour old. Otherwise a poll sends a reminder at that time.
"""

from collections import defaultdict
from functools import cache
from typing import Any

from dead_letter.alerting import Alerting
from dead_letter.failure_record import FailureRecorder
from herald.messaging.alert_topic import AlertTopic
from herald.messaging.dead_letter_queue import DeadLetterMessage
from herald.runtime.logging import logger
from herald.runtime.metrics import emits_metrics
from herald.runtime.settings import get_settings
from herald.store.indexes.attention_index import AttentionIndex
from herald.store.notification_table import NotificationTable
from herald.store.partner_attributes.alert_throttle import AlertThrottle
from herald.store.partner_table import PartnerTable

type MessageIds = list[str]


@emits_metrics
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Returns the records that have to come back: `{"batchItemFailures": [{"itemIdentifier": messageId}]}`."""
    partners: dict[int, MessageIds] = defaultdict(list)
    failed: MessageIds = []
    for record in event["Records"]:
        partner_id = record_failure(record)
        (failed if partner_id is None else partners[partner_id]).append(record["messageId"])
    for partner_id, message_ids in partners.items():
        failed += [] if alert(partner_id) else message_ids
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}


def record_failure(record: dict[str, Any]) -> int | None:
    """The partner for which an alert is pending now, or None when the record has to come back."""
    try:
        message = DeadLetterMessage.parse(record["body"])
        failure_recorder().record_failure(message)
    except Exception:  # noqa: BLE001 - logged, and the record comes back
        logger.exception("record failed", extra={"message_id": record["messageId"]})
        return None
    return message.partner_id


def alert(partner_id: int) -> bool:
    """Whether the partner's alert was published, or none had to be; otherwise its records have to come back."""
    try:
        alerting().alert(partner_id)
    except Exception:  # noqa: BLE001 - logged, and the record comes back
        logger.exception("alert failed", extra={"partner_id": partner_id})
        return False
    return True


@cache
def failure_recorder() -> FailureRecorder:
    """Records the failures; made at the first record."""
    settings = get_settings()
    return FailureRecorder(
        notifications=NotificationTable(settings.notification_table),
        alerts=AlertThrottle(settings.partner_table),
    )


@cache
def alerting() -> Alerting:
    """Publishes the alerts; made at the first record."""
    settings = get_settings()
    return Alerting(
        notifications=NotificationTable(settings.notification_table),
        attention=AttentionIndex(settings.notification_table),
        partners=PartnerTable(settings.partner_table),
        alerts=AlertThrottle(settings.partner_table),
        topic=AlertTopic(settings.alert_topic_arn, settings.alert_language, settings.console_url),
    )
