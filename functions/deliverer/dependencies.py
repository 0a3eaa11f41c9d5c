"""What delivers the notifications, with its tables, queues and HTTP client: made at the first record, from settings."""

import secrets
from asyncio import sleep
from functools import cache

from deliverer.breakers.breaker_gate import BreakerGate
from deliverer.breakers.breaker_report import BreakerReport
from deliverer.delivery import Delivery
from deliverer.partner_limits import PartnerLimits
from deliverer.putting_off import PuttingOff
from deliverer.settlement import Settlement
from herald import __version__
from herald.messaging.dead_letter_queue import DeadLetterQueue
from herald.messaging.delivery_queue import DeliveryQueue
from herald.messaging.job_queue import JobQueue
from herald.runtime.settings import get_settings
from herald.store.encryption.partner_secrets import PartnerSecrets
from herald.store.encryption.secret_table import SecretTable
from herald.store.limit_table import LimitTable
from herald.store.notification_table import NotificationTable
from herald.store.partner_attributes.breaker_store import BreakerStore
from herald.store.partner_table import PartnerTable
from herald.webhook.client import WebhookClient


@cache
def delivery() -> Delivery:
    """What delivers the notifications, made at the first record."""
    settings = get_settings()
    notifications, partners = NotificationTable(settings.notification_table), PartnerTable(settings.partner_table)
    queue, breakers = DeliveryQueue(settings.delivery_queue_url), BreakerStore(settings.partner_table)
    breaks = settings.breaker == "On"
    return Delivery(
        notifications=notifications,
        partners=partners,
        secrets=PartnerSecrets(SecretTable(settings.secret_table, settings.secret_key)),
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
        limits=PartnerLimits(shared=LimitTable(settings.limit_table), pause=sleep),
        putting_off=PuttingOff(notifications, queue),
        gate=BreakerGate(
            partners=partners, breakers=breakers, queue=queue, new_probe_id=lambda: secrets.token_hex(6), enabled=breaks
        ),
        report=BreakerReport(
            partners=partners,
            breakers=breakers,
            queue=queue,
            recoveries=JobQueue(settings.job_queue_url),
            enabled=breaks,
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
        internal_ranges=settings.internal_cidrs,
    )
