"""A job: one operator action on many notifications of one partner. Pure; moments are ms since the epoch.

It reads the attention index, or for what waits the index `acceptance`, page by page, the oldest entry first. The page
is stored before any of its notifications is changed; afterwards its result is stored together with the place where the
next page begins. So after a crash the next worker repeats the same page, and the turn and history of each notification
show whether it was changed already.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, ClassVar

from herald.domain.clock import DAY, SECOND
from herald.domain.notification_id import NotificationId
from herald.domain.transitions import TRANSITIONS, Action, State
from herald.languages.message import Message
from herald.languages.refusal import Refusal
from herald.languages.words import ACTIONS, JOB_STATES, STATES

SELECTED_STATES = (State.FAILED, State.HELD, State.WAITING)  # of which a job takes one
PAGE = 100  # notifications: DynamoDB's limit for BatchGetItem
MAX_PER_SECOND = 1000
LEASE = 60 * SECOND  # after its worker's last write, until another worker may acquire the job
KEPT_FOR = 90 * DAY  # after the end of the job


class JobState(StrEnum):
    """The state of a job."""

    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"


class JobRefused(Refusal):
    """The job or the action on it is not allowed. The message says why, and what is allowed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobFilter:
    """Selects the notifications of one partner that are in `state` since a moment from `since` to before `before`.

    Of what waits: those that were accepted then. No index knows since when they wait, which each attempt changes.
    """

    partner_id: int
    state: State
    since: int
    before: int


@dataclass(frozen=True, slots=True)
class PageEntry:
    """A notification of the page: its turn when the page was read, and since when it is failed or held.

    Of what waits, `since` is when it was accepted.
    """

    id: NotificationId
    turn: int
    since: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredJob:
    """What every job has: who began it and why, its rate, and its progress."""

    can_be_cancelled: ClassVar[bool] = True

    job_id: str
    reason: str
    by: str
    per_second: int
    created_at: int
    matched: int  # the count when the job was created
    matched_at_least: bool = False  # whether it was counted in part only
    state: JobState = JobState.RUNNING
    version: int = 1  # grows by one with each write; the condition of the next write
    changed: int = 0  # notifications changed by this job
    passed_over: int = 0  # skipped, because they were changed by others first
    next_due_at: int = 0  # the earliest due time of the next redriven notification
    worker: str = ""  # the id of the present worker
    worker_until: int = 0
    ended_at: int | None = None
    ended_by: str | None = None
    ended_because: str | None = None

    @property
    def spacing(self) -> float:
        """Milliseconds between the due times of two notifications."""
        return SECOND / self.per_second

    @property
    def looked_at(self) -> int:
        """How many notifications are done: changed or skipped."""
        return self.changed + self.passed_over


@dataclass(frozen=True, slots=True, kw_only=True)
class Job(StoredJob):
    """An operator action, its filter, and its progress."""

    action: Action
    filter: JobFilter
    page: tuple[PageEntry, ...] = ()
    after: PageEntry | None = None  # the last entry of the last finished page

    @property
    def message_group(self) -> int:
        """The partner: JobQueue serves the partners in turn."""
        return self.filter.partner_id

    def due_at(self, place: int) -> int:
        """The due time of the notification at this index of the page."""
        return self.next_due_at + round(place * self.spacing)


def check_action(action: Action, state: State) -> None:
    """Raises `JobRefused` when the action is not allowed from the state."""
    if (state, action) not in TRANSITIONS:
        allowed = ", ".join(one.value for one in SELECTED_STATES if (one, action) in TRANSITIONS)
        raise JobRefused(
            Message(
                "cannot {action:word} what is {state:word}: `filter.state` may be {allowed}",
                action=ACTIONS[action],
                state=STATES[state],
                allowed=allowed,
            )
        )


def acquire[Kind: StoredJob](before: Kind, worker: str, now: int) -> Kind:
    """`worker` gets the job for one minute; each page extends that by a minute."""
    return _next(before, worker=worker, worker_until=now + LEASE)


def begin_page(before: Job, found: Iterable[PageEntry], now: int) -> Job:
    """Stores the next page. Its due times keep to the rate, also when the worker is late."""
    return _next(before, page=tuple(found), next_due_at=max(before.next_due_at, now), worker_until=now + LEASE)


def finish_page(before: Job, changed: int, now: int) -> Job:
    """Ends the page: `changed` of its notifications were changed by this job, the others were skipped."""
    return _next(
        before,
        page=(),
        after=before.page[-1],
        changed=before.changed + changed,
        passed_over=before.passed_over + len(before.page) - changed,
        next_due_at=before.due_at(len(before.page)),
        worker_until=now + LEASE,
    )


def pass_over(before: Job, after: PageEntry, now: int) -> Job:
    """Nothing up to this entry is in the state: the next page begins behind it."""
    return _next(before, after=after, worker_until=now + LEASE)


def release_job[Kind: StoredJob](before: Kind, now: int) -> Kind:
    """The worker stops: another worker may continue at once."""
    return _next(before, worker_until=now)


def complete(before: Job, now: int) -> Job:
    """The list has no more entries. Matched notifications that were not in it count as skipped."""
    passed_over = max(before.passed_over, before.matched - before.changed)
    matched = before.changed + passed_over if before.matched_at_least else before.matched
    end = {"state": JobState.DONE, "ended_at": now, "matched_at_least": False}
    return _next(before, passed_over=passed_over, matched=matched, **end)


def cancel[Kind: StoredJob](before: Kind, by: str, reason: str, now: int) -> Kind:
    """Cancels the job; what it has changed stays changed. Raises `JobRefused`."""
    if not before.can_be_cancelled:
        raise JobRefused(Message("a deletion cannot be cancelled: what is deleted already does not come back"))
    if before.state is not JobState.RUNNING:
        raise JobRefused(Message("cannot cancel: the job is {state:word}", state=JOB_STATES[before.state]))
    return _next(before, state=JobState.CANCELLED, ended_at=now, ended_by=by, ended_because=reason)


def is_listed(job: StoredJob, now: int) -> bool:
    """Whether the job is in the list of jobs: its time to live (TTL) has not ended, even if it is still stored."""
    return job.ended_at is None or job.ended_at + KEPT_FOR > now


def was_running(job: StoredJob, at: int) -> bool:
    """Whether the job, which was begun before `at`, was running at that moment."""
    return job.ended_at is None or job.ended_at > at


def is_unattended(job: StoredJob, now: int) -> bool:
    """Whether the job is running without a worker."""
    return job.state is JobState.RUNNING and job.worker_until <= now


def _next[Kind: StoredJob](before: Kind, **changes: Any) -> Kind:  # noqa: ANN401 - the arguments of `replace`
    return replace(before, version=before.version + 1, **changes)
