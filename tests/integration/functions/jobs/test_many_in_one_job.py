"""A job over twenty thousand, on tables in memory (compared by test_fake_store.py): killed twice.

Its index is a picture taken before the job began, which never catches up: what was done is told by the items alone.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any, override
from unittest.mock import create_autospec

import pytest
import time_machine

from herald.domain.clock import HOUR, MINUTE, SECOND, now
from herald.domain.jobs.job import LEASE, PAGE, Job, JobFilter, JobState, is_unattended
from herald.domain.jobs.partner_deletion import PartnerDeletion
from herald.domain.jobs.reindexing import Reindexing
from herald.domain.lists.attention import AttentionEntry
from herald.domain.notification import Lane, Notification
from herald.domain.notification_id import NotificationId
from herald.domain.transitions import Action, State
from herald.store.indexes.waiting import WaitingNotifications
from jobs.partner_deleter import PartnerDeleter
from jobs.reindexer import Reindexer
from jobs.selection import Selection
from jobs.worker import JobWorker
from tests.support.factories import NOON, PARTNER_ID, REFUSED
from tests.support.fake_store import MemoryJobs, MemoryQueue, MemoryTable
from tests.support.functions.dispatcher import failed
from tests.support.report import show_figure

MANY = 20_000
PER_SECOND = 100
FOR_EVER = 10**15  # ms: the work ends by itself


class Stopped(BaseException):
    """The process ended here."""


class FragileTable(MemoryTable):
    """The process stops at one of the writes."""

    writes_left = -1

    @override
    def save(self, before: Notification, after: Notification) -> None:
        self.writes_left -= 1
        if self.writes_left == 0:
            raise Stopped
        super().save(before, after)


class FragileJobs(MemoryJobs):
    """The process stops before one of the writes; what a page came to is noted for whoever looks."""

    def __init__(self) -> None:
        super().__init__()
        self.writes_left = -1
        self.seen: list[int] = []

    @override
    def save[Kind: Job | Reindexing | PartnerDeletion](self, before: Kind, after: Kind) -> Kind:
        self.writes_left -= 1
        if self.writes_left == 0:
            raise Stopped
        self.seen.append(after.looked_at)
        return super().save(before, after)


@dataclass
class Picture:
    """The attention index at one moment."""

    rows: Sequence[AttentionEntry]
    places: dict[NotificationId, int] = field(init=False)

    def __post_init__(self) -> None:
        self.rows = sorted(self.rows, key=lambda row: (row.since, str(row.id)))
        self.places = {row.id: place for place, row in enumerate(self.rows, 1)}

    def range(self, *_: object, limit: int, after: Any) -> list[AttentionEntry]:
        begin = self.places[after[0]] if after else 0
        return list(self.rows[begin : begin + limit])


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON / SECOND, tick=False) as traveller:
        yield traveller


def a_job(action: Action = Action.REDRIVE, matched: int = MANY) -> Job:
    return Job(
        job_id="job-1",
        action=action,
        filter=JobFilter(partner_id=PARTNER_ID, state=State.FAILED, since=0, before=NOON),
        reason="they are repaired",
        by="alice",
        per_second=PER_SECOND,
        created_at=NOON,
        matched=matched,
    )


def test_a_job_over_twenty_thousand_that_is_killed_twice_redrives_each_exactly_once_at_its_rate(
    clock: time_machine.Traveller, capsys: pytest.CaptureFixture[str]
) -> None:
    table, jobs, queue = FragileTable(), FragileJobs(), MemoryQueue()
    for n in range(MANY):
        assert table.add(failed(n, NOON - HOUR + n // 7), now())
    rows = [AttentionEntry(one.id, one.turn, one.since or 0, one.reason or REFUSED) for one in table]
    work = worker_of(jobs, table, rows, queue)
    jobs.add(a_job())

    table.writes_left = 7_042  # in the middle of a page
    with pytest.raises(Stopped):
        work.carry_out("job-1", "first", FOR_EVER)
    assert not is_unattended(the(jobs), now())
    assert work.carry_out("job-1", "too early", FOR_EVER) is None
    clock.shift(LEASE / SECOND)
    jobs.writes_left = 140  # when a page was done, and its messages were sent, before that is noted
    with pytest.raises(Stopped):
        work.carry_out("job-1", "second", FOR_EVER)
    clock.shift(LEASE / SECOND)
    work.carry_out("job-1", "third", FOR_EVER)

    job = the(jobs)
    assert (job.state, job.changed, job.passed_over, job.matched) == (JobState.DONE, MANY, 0, MANY)
    stand = list(table)
    assert {(one.state, one.round, one.attempt, len(one.history)) for one in stand} == {(State.WAITING, 2, 1, 1)}
    assert {one.history[0].job for one in stand} == {"job-1"}
    check_progress(jobs.seen)
    check_rate(sorted(one.due_at or 0 for one in stand))
    check_messages(stand, queue)
    show_figure(
        capsys,
        f"job over {MANY}: {len(set(jobs.seen))} steps of progress, all due within "
        f"{(max(one.due_at or 0 for one in stand) - NOON) / SECOND:.0f} s at {PER_SECOND}/s",
    )


def worker_of(jobs: MemoryJobs, table: MemoryTable, rows: list[AttentionEntry], queue: MemoryQueue) -> JobWorker:
    """A worker on these, with nothing to reindex and nothing to delete."""
    return JobWorker(
        jobs=jobs,
        notifications=table,
        selection=Selection(Picture(rows), create_autospec(WaitingNotifications, instance=True)),
        queue=queue,
        reindexer=create_autospec(Reindexer, instance=True),
        deleter=create_autospec(PartnerDeleter, instance=True),
        retention_days=90,
    )


def the(jobs: MemoryJobs) -> Job:
    job = jobs.get("job-1")
    assert isinstance(job, Job)
    return job


def check_progress(seen: list[int]) -> None:
    """Whoever asked in between saw it grow, never by more than a page."""
    assert all(0 <= after - before <= PAGE for before, after in pairwise(seen))
    assert len(set(seen)) == MANY / PAGE + 1


def check_rate(dues: list[int]) -> None:
    """Within 10 %, over the whole and in each ten seconds of it but the last."""
    assert (dues[-1] - dues[0]) / SECOND == pytest.approx(MANY / PER_SECOND, rel=0.1)
    for begin in range(dues[0], dues[-1] - 10 * SECOND, 10 * SECOND):
        within = sum(begin <= due < begin + 10 * SECOND for due in dues)
        assert within == pytest.approx(10 * PER_SECOND, rel=0.1)


def check_messages(stand: list[Notification], queue: MemoryQueue) -> None:
    """Each one that is due before a poll could send it has its message, and no message comes early."""
    by_id = {one.id: one for one in stand}
    assert {one.id for one in stand if one.lane is Lane.SENT} == {one.content.id for one in queue.messages.values()}
    assert {one.lane for one in stand} <= {Lane.SENT, Lane.PARKED}
    for message in queue.messages.values():
        one = by_id[message.content.id]
        assert message.content.turn == one.turn
        assert message.visible_at >= (one.due_at or 0)


@pytest.mark.usefixtures("clock")
def test_what_is_further_ahead_than_a_message_can_wait_is_parked_for_the_polls() -> None:
    table, jobs, queue = MemoryTable(), MemoryJobs(), MemoryQueue()
    for n in range(20):
        assert table.add(failed(n, NOON - HOUR), now())
    rows = [AttentionEntry(one.id, one.turn, one.since or 0, one.reason or REFUSED) for one in table]
    work = worker_of(jobs, table, rows, queue)
    jobs.add(replace(a_job(matched=20), next_due_at=NOON + 15 * MINUTE - 50))  # so many were before them
    work.carry_out("job-1", "worker", FOR_EVER)
    lanes = [one.lane for one in sorted(table, key=lambda one: one.due_at or 0)]
    assert lanes == [Lane.SENT] * 6 + [Lane.PARKED] * 14
    assert len(queue.messages) == 6
