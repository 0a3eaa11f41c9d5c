"""The steps of a poll, and the order in which they run."""

from collections.abc import Callable
from enum import StrEnum
from functools import cache

from dispatcher.backlog import measure_attention_list, measure_backlog
from dispatcher.due_poll import Poll
from dispatcher.measurements import measure
from dispatcher.orphaned_jobs import restart
from dispatcher.partner_tasks import PartnerTasks
from dispatcher.run_window import PollProgress, RunWindow
from herald.messaging.dead_letter_queue import DeadLetterQueue
from herald.messaging.delivery_queue import DeliveryQueue
from herald.messaging.job_queue import JobQueue
from herald.runtime.settings import Settings
from herald.store.dispatch_table import DispatchTable
from herald.store.indexes.attention_index import AttentionIndex
from herald.store.indexes.due_index import DueIndex
from herald.store.job_table import JobTable
from herald.store.notification_table import NotificationTable
from herald.store.partner_table import PartnerTable

type Step = Callable[[], PollProgress | None]  # None: a step that only measures


class StepName(StrEnum):
    """The steps, as the dispatcher's result and its log line name them."""

    PARKED = "parked"
    NEW = "new"
    ALERTS = "alerts"
    REMINDERS = "reminders"
    RESCUED = "rescued"
    MEASUREMENTS = "measurements"
    JOBS = "jobs"
    RELEASED = "released"


def steps(settings: Settings, cursors: DispatchTable, window: RunWindow) -> dict[StepName, Step]:
    """The steps by name, the most urgent first. The releases may take all the time, so they come last."""
    queue = DeliveryQueue(settings.delivery_queue_url)
    dead_letters = DeadLetterQueue(settings.dead_letter_queue_url)
    partners = PartnerTable(settings.partner_table)
    index, jobs = DueIndex(settings.notification_table), JobTable(settings.job_table)
    poll = Poll(index=index, cursors=cursors, queue=queue, dead_letters=dead_letters, window=window)
    attention = AttentionIndex(settings.notification_table)
    partner_tasks = PartnerTasks(
        notifications=NotificationTable(settings.notification_table),
        attention=attention,
        queue=queue,
        dead_letters=dead_letters,
        window=window,
    )
    # The releases read the partners again: one may have been suspended since.
    all_partners = cache(lambda: list(partners.all()))
    return {
        StepName.PARKED: poll.send_parked,
        StepName.NEW: poll.send_new,
        StepName.ALERTS: poll.send_alerts,
        StepName.REMINDERS: lambda: partner_tasks.remind(all_partners()),
        StepName.RESCUED: poll.rescue,
        StepName.MEASUREMENTS: lambda: measure(
            {
                "backlog": lambda: measure_backlog(index, cursors, window),
                "attention list": lambda: measure_attention_list(attention, all_partners()),
            }
        ),
        StepName.JOBS: lambda: restart(jobs.all(), JobQueue(settings.job_queue_url)),
        StepName.RELEASED: lambda: partner_tasks.release(partners.all()),
    }
