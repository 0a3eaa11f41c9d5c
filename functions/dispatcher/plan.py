"""The steps of a poll, and the order in which they run."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from enum import StrEnum
from functools import cache

from dispatcher.backlog import measure_attention_list, measure_backlog
from dispatcher.breakers.breaker_tasks import BreakerTasks
from dispatcher.breakers.held_partners import read_held_partners
from dispatcher.breakers.overdue import collect_overdue
from dispatcher.due.due_poll import Poll
from dispatcher.measurements import measure
from dispatcher.orphaned_jobs import restart
from dispatcher.partner_tasks import PartnerTasks
from dispatcher.run_window import PollProgress, RunWindow
from dispatcher.sharing.sharing import Sharing
from herald.domain.breakers.breaker import Breaker
from herald.domain.partner import Partner
from herald.messaging.dead_letter_queue import DeadLetterQueue
from herald.messaging.delivery_queue import DeliveryQueue
from herald.messaging.job_queue import JobQueue
from herald.runtime.settings import Settings
from herald.store.dispatch_table import DispatchTable
from herald.store.indexes.attention_index import AttentionIndex
from herald.store.indexes.due_index import DueIndex
from herald.store.job_table import JobTable
from herald.store.notification_table import NotificationTable
from herald.store.partner_attributes.breaker_store import BreakerStore
from herald.store.partner_table import PartnerTable

type Step = Callable[[], PollProgress | None]  # None: a step that only measures


class StepName(StrEnum):
    """The steps, as the dispatcher's result and its log line name them."""

    PARKED = "parked"
    NEW = "new"
    ALERTS = "alerts"
    BREAKERS = "breakers"
    REMINDERS = "reminders"
    RESCUED = "rescued"
    MEASUREMENTS = "measurements"
    JOBS = "jobs"
    RELEASED = "released"


def steps(settings: Settings, cursors: DispatchTable, window: RunWindow, sharing: Sharing) -> dict[StepName, Step]:
    """The steps by name, the most urgent first. The releases may take all the time, so they come last."""
    queue, job_queue = DeliveryQueue(settings.delivery_queue_url), JobQueue(settings.job_queue_url)
    dead_letters = DeadLetterQueue(settings.dead_letter_queue_url)
    notifications, partners = NotificationTable(settings.notification_table), PartnerTable(settings.partner_table)
    index, jobs = DueIndex(settings.notification_table), JobTable(settings.job_table)
    registry = partners.all if settings.breaker == "On" else lambda: _without_breakers(partners.all())
    # The releases read the partners again: one may have been suspended since.
    all_partners = cache(lambda: list(registry()))
    held = read_held_partners(all_partners)
    overdue = cache(lambda: collect_overdue(index, held, window, settings.ladder))
    poll = Poll(
        index=index,
        cursors=cursors,
        queue=queue,
        dead_letters=dead_letters,
        window=window,
        held=held,
        sharing=sharing,
    )
    attention = AttentionIndex(settings.notification_table)
    partner_tasks = PartnerTasks(
        notifications=notifications, attention=attention, queue=queue, dead_letters=dead_letters, window=window
    )
    breaker_tasks = BreakerTasks(
        notifications=notifications,
        breakers=BreakerStore(settings.partner_table),
        queue=queue,
        dead_letters=dead_letters,
        recoveries=job_queue,
        window=window,
    )
    return {
        StepName.PARKED: poll.send_parked,
        StepName.NEW: poll.send_new,
        StepName.ALERTS: poll.send_alerts,
        StepName.BREAKERS: lambda: breaker_tasks.look_after(held, overdue()),  # an alert says how many wait
        StepName.REMINDERS: lambda: partner_tasks.remind(all_partners()),
        StepName.RESCUED: poll.rescue,
        StepName.MEASUREMENTS: lambda: measure(
            {
                "backlog": lambda: measure_backlog(index, cursors, window, overdue()),
                "attention list": lambda: measure_attention_list(attention, all_partners()),
            }
        ),
        StepName.JOBS: lambda: restart(jobs.all(), job_queue),
        StepName.RELEASED: lambda: partner_tasks.release(registry()),
    }


def _without_breakers(partners: Iterable[Partner]) -> Iterator[Partner]:
    return (replace(one, breaker=Breaker()) for one in partners)
