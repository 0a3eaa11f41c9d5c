"""What the routes use, each made once in an execution environment."""

from functools import cache
from typing import TYPE_CHECKING

from herald import __version__
from herald.messaging.delivery_queue import DeliveryQueue
from herald.messaging.job_queue import JobQueue
from herald.runtime.settings import get_settings
from herald.store.encryption.partner_secrets import PartnerSecrets
from herald.store.encryption.secret_table import SecretTable
from herald.store.indexes.acceptance_index import AcceptanceIndex
from herald.store.indexes.attention_index import AttentionIndex
from herald.store.indexes.order_notifications import OrderNotifications
from herald.store.indexes.unindexed import UnindexedNotifications
from herald.store.indexes.waiting import WaitingNotifications
from herald.store.job_table import JobTable
from herald.store.key_table import KeyTable
from herald.store.notification_table import NotificationTable
from herald.store.partner_table import PartnerTable
from herald.store.sources.source_table import SourceTable

if TYPE_CHECKING:
    from herald.webhook.client import WebhookClient


@cache
def notifications() -> NotificationTable:
    """Where notifications are stored."""
    return NotificationTable(get_settings().notification_table)


@cache
def order_notifications() -> OrderNotifications:
    """The notifications of one order."""
    return OrderNotifications(get_settings().notification_table)


@cache
def attention() -> AttentionIndex:
    """The attention list: what is failed or held."""
    return AttentionIndex(get_settings().notification_table)


@cache
def acceptance() -> AcceptanceIndex:
    """Every notification by partner and moment of acceptance."""
    return AcceptanceIndex(get_settings().notification_table)


@cache
def waiting() -> WaitingNotifications:
    """What waits, by partner."""
    return WaitingNotifications(get_settings().notification_table)


@cache
def unindexed() -> UnindexedNotifications:
    """What is not in the index `acceptance` yet."""
    return UnindexedNotifications(get_settings().notification_table)


@cache
def partners() -> PartnerTable:
    """The registry of partners. What it stores of secrets is encrypted."""
    return PartnerTable(get_settings().partner_table, _secret_table())


@cache
def partner_secrets() -> PartnerSecrets:
    """The secrets of partners: what signs for them, and the values of their headers."""
    return PartnerSecrets(_secret_table())


@cache
def keys() -> KeyTable:
    """The keys of the API's callers."""
    return KeyTable(get_settings().key_table)


@cache
def sources() -> SourceTable:
    """The senders with inbound addresses."""
    return SourceTable(get_settings().source_table)


@cache
def delivery_queue() -> DeliveryQueue:
    """The queue of a redriven notification's message."""
    return DeliveryQueue(get_settings().delivery_queue_url)


@cache
def jobs() -> JobTable:
    """Where jobs are stored."""
    return JobTable(get_settings().job_table)


@cache
def job_queue() -> JobQueue:
    """The queue of a job's message to its worker."""
    return JobQueue(get_settings().job_queue_url)


def _secret_table() -> SecretTable:
    settings = get_settings()
    return SecretTable(settings.secret_table, settings.secret_key)


def new_webhook_client() -> "WebhookClient":
    """A client for one test: tests are rare, so keeping its connections would save nothing."""
    from herald.webhook.client import WebhookClient  # noqa: PLC0415 - aiohttp is a sixth of a cold start, for tests only

    settings = get_settings()
    return WebhookClient(
        deadline_seconds=settings.attempt_timeout,
        user_agent=f"Herald/{__version__}",
        allow_private=settings.allow_private_endpoints,
        internal_ranges=settings.internal_cidrs,
    )
