"""The workers of jobs and recoveries, with their tables and queues: made at the first record, from settings."""

import time
from functools import cache

from herald.messaging.delivery_queue import DeliveryQueue
from herald.runtime.settings import get_settings
from herald.store.encryption.secret_table import SecretTable
from herald.store.indexes.acceptance_times import AcceptanceTimes
from herald.store.indexes.attention_index import AttentionIndex
from herald.store.indexes.due_index import DueIndex
from herald.store.indexes.of_partner import NotificationsOfPartner
from herald.store.indexes.unindexed import UnindexedNotifications
from herald.store.indexes.waiting import WaitingNotifications
from herald.store.job_table import JobTable
from herald.store.key_table import KeyTable
from herald.store.limit_table import LimitTable
from herald.store.notification_table import NotificationTable
from herald.store.partner_attributes.breaker_store import BreakerStore
from herald.store.partner_table import PartnerTable
from herald.store.sources.source_table import SourceTable
from jobs.bringing_forward import BringingForward
from jobs.partner_deleter import PartnerDeleter
from jobs.recovery import RecoveryWorker
from jobs.recovery_list import RecoveryList
from jobs.reindexer import Reindexer
from jobs.selection import Selection
from jobs.worker import JobWorker


@cache
def job_worker() -> JobWorker:
    """The worker, made at the first record."""
    settings = get_settings()
    return JobWorker(
        jobs=JobTable(settings.job_table),
        notifications=NotificationTable(settings.notification_table),
        selection=Selection(
            AttentionIndex(settings.notification_table), WaitingNotifications(settings.notification_table)
        ),
        queue=DeliveryQueue(settings.delivery_queue_url),
        reindexer=Reindexer(unindexed=UnindexedNotifications(settings.notification_table), pause=time.sleep),
        deleter=_deleter(),
        retention_days=settings.retention_days,
    )


def _deleter() -> PartnerDeleter:
    settings = get_settings()
    return PartnerDeleter(
        pages=NotificationsOfPartner(settings.notification_table),
        notifications=NotificationTable(settings.notification_table),
        partners=PartnerTable(settings.partner_table),
        keys=KeyTable(settings.key_table),
        sources=SourceTable(settings.source_table),
        secrets=SecretTable(settings.secret_table, settings.secret_key),
        limits=LimitTable(settings.limit_table),
        retention_days=settings.retention_days,
        pause=time.sleep,
    )


@cache
def recovery_worker() -> RecoveryWorker:
    """The worker of recoveries, made at the first record."""
    settings = get_settings()
    return RecoveryWorker(
        partners=PartnerTable(settings.partner_table),
        breakers=BreakerStore(settings.partner_table),
        limits=LimitTable(settings.limit_table),
        waiting=RecoveryList(
            index=DueIndex(settings.notification_table),
            acceptance=AcceptanceTimes(settings.notification_table),
        ),
        forward=BringingForward(NotificationTable(settings.notification_table)),
        queue=DeliveryQueue(settings.delivery_queue_url),
        pause=time.sleep,
    )
