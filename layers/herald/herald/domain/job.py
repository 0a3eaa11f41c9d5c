"""A job: one decision of an operator about many notifications of one partner. Pure; moments are ms since the epoch.

After an outage a hundred thousand notifications need the same. A job walks the attention index from the oldest, page by
page. The page in hand is written down before anything is done to it, and what became of it together with the place
where the next one begins: whoever goes on after a crash takes the same page in hand, and each notification's own turn
and history tell what was done already.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from herald.domain.clock import DAY, SECOND
from herald.domain.notification_id import NotificationId
from herald.domain.transitions import TRANSITIONS, Action, State

PAGE = 100  # notifications in hand at once: DynamoDB reads so many items in one request
MAX_PER_SECOND = 1000
LEASE = 60 * SECOND  # so long nobody else takes up a job after its worker's last sign of life
KEPT_FOR = 90 * DAY  # after its end


class JobState(StrEnum):
    """How far a job has come."""

    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"


class JobRefused(Exception):
    """The job cannot be. The text says why and what can be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobFilter:
    """Which notifications: of one partner, in one state, that became so from `since` and before `before` on."""

    partner_id: int
    state: State
    since: int
    before: int


@dataclass(frozen=True, slots=True)
class PageEntry:
    """One notification of the page in hand: at the turn in which the walk found it, since when it needs a person."""

    id: NotificationId
    turn: int
    since: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """The decision, and how far it has been carried out."""

    job_id: str
    action: Action
    filter: JobFilter
    reason: str
    by: str
    per_second: int
    created_at: int
    matched: int  # counted before it began
    state: JobState = JobState.RUNNING
    version: int = 1  # grows with each write, which names the one it saw
    changed: int = 0  # notifications that this job changed
    passed_over: int = 0  # that somebody else had changed before the job came to them
    next_due_at: int = 0  # when the next one that it redrives is due, at the earliest
    page: tuple[PageEntry, ...] = ()
    after: PageEntry | None = None  # the last one of the last finished page
    worker: str = ""  # who works on it
    worker_until: int = 0
    ended_at: int | None = None
    ended_by: str | None = None
    ended_because: str | None = None

    @property
    def spacing(self) -> float:
        """Milliseconds between two that are due."""
        return SECOND / self.per_second

    @property
    def looked_at(self) -> int:
        """How many of the matched ones are behind it."""
        return self.changed + self.passed_over

    def due_at(self, place: int) -> int:
        """When the notification at this place of the page in hand is due."""
        return self.next_due_at + round(place * self.spacing)


def check_action(action: Action, state: State) -> None:
    """Raises `JobRefused` when the action is not allowed from the state."""
    if (state, action) not in TRANSITIONS:
        allowed = ", ".join(one.value for one in (State.FAILED, State.HELD) if (one, action) in TRANSITIONS)
        raise JobRefused(f"cannot {action.value} what is {state.value}: `filter.state` may be {allowed}")


def acquire(before: Job, worker: str, now: int) -> Job:
    """A worker takes it up: for a minute nobody else may, and each page makes it another minute."""
    return _next(before, worker=worker, worker_until=now + LEASE)


def begin_page(before: Job, found: Iterable[PageEntry], now: int) -> Job:
    """The next page, each with its second; never closer together than the rate, however late the worker comes."""
    return _next(before, page=tuple(found), next_due_at=max(before.next_due_at, now), worker_until=now + LEASE)


def finish_page(before: Job, changed: int, now: int) -> Job:
    """The page in hand is behind it: so many of it were changed by this job, the others by somebody else."""
    return _next(
        before,
        page=(),
        after=before.page[-1],
        changed=before.changed + changed,
        passed_over=before.passed_over + len(before.page) - changed,
        next_due_at=before.due_at(len(before.page)),
        worker_until=now + LEASE,
    )


def release_job(before: Job, now: int) -> Job:
    """The worker's time is up: another one may go on at once."""
    return _next(before, worker_until=now)


def complete(before: Job, now: int) -> Job:
    """Nothing is left to do. What was counted and never came up has left the list by somebody else's hand."""
    passed_over = max(before.passed_over, before.matched - before.changed)
    return _next(before, state=JobState.DONE, passed_over=passed_over, ended_at=now)


def cancel(before: Job, by: str, reason: str, now: int) -> Job:
    """No further page: what it has changed stays. Raises `JobRefused`."""
    if before.state is not JobState.RUNNING:
        raise JobRefused(f"cannot cancel: the job is {before.state.value}")
    return _next(before, state=JobState.CANCELLED, ended_at=now, ended_by=by, ended_because=reason)


def is_unattended(job: Job, now: int) -> bool:
    """Whether it runs and nobody works on it."""
    return job.state is JobState.RUNNING and job.worker_until <= now


def _next(before: Job, **changes: Any) -> Job:  # noqa: ANN401 - as for `replace`
    return replace(before, version=before.version + 1, **changes)
