"""A job that deletes what is stored of a partner on request. Pure; moments are ms since the epoch.

First the partner is marked, so that nothing new is accepted for it and nothing is sent to it. The job begins when
nobody works any more with what they read of the partner before: it scans the table of notifications page by page and
empties those of the partner. At its end the partner's item is replaced by what remains. The position is stored after
each page, so after a crash the next worker repeats one page, in which it passes over what is emptied already.
"""

from dataclasses import dataclass, replace
from typing import ClassVar, Final, Literal

from herald.domain.breakers.breaker import Breaker
from herald.domain.clock import SECOND
from herald.domain.jobs.job import LEASE, JobState, StoredJob
from herald.domain.jobs.reindexing import Position
from herald.domain.partner import Partner, PartnerEntry, ReviewState
from herald.languages.reason import Reason

DELETE: Final = "delete"
# After the mark, functions may use the partner that they read before for 30 s, and a deliverer then works for 50 s.
BEGINS_AFTER: Final = 90 * SECOND
PER_SECOND: Final = 100  # notifications
_AGAIN_AFTER: Final = 5 * SECOND  # a page of which some could not be emptied yet


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerDeletion(StoredJob):
    """Its progress. `matched` is about how many notifications the partner had when the job began."""

    can_be_cancelled: ClassVar[bool] = False  # what is deleted already does not come back

    action: Literal["delete"] = DELETE
    partner_id: int
    position: Position | None = None  # of the last item that was looked at

    @property
    def message_group(self) -> int:
        """The partner: JobQueue serves the partners in turn."""
        return self.partner_id


def advance_deletion(before: PartnerDeletion, position: Position, deleted: int, now: int) -> PartnerDeletion:
    """Ends a page: everything up to the position is emptied. The next page is due when the rate allows it."""
    return _next(before, deleted, now + round(deleted * before.spacing), now, position)


def stay(before: PartnerDeletion, deleted: int, now: int) -> PartnerDeletion:
    """Some of the page are being attempted, or were changed meanwhile: the same page again, in some seconds."""
    return _next(before, deleted, now + _AGAIN_AFTER, now, before.position)


def complete_deletion(before: PartnerDeletion, deleted: int, now: int) -> PartnerDeletion:
    """The table has no more items, and of the partner is left what remains."""
    last = _next(before, deleted, now, now, before.position)
    return replace(last, state=JobState.DONE, ended_at=now, matched=last.changed, matched_at_least=False)


def mark_for_deletion(before: Partner, job: PartnerDeletion) -> Partner:
    """The partner receives nothing more, and nothing is accepted for it: a worker deletes what is stored of it."""
    return replace(
        before,
        state=ReviewState.DELETING,
        breaker=Breaker(),  # ends its probes, and a recovery under way
        version=before.version + 1,
        history=(*before.history, _entry(job, "delete", job.created_at, f"job: {job.job_id}")),
    )


def what_remains(marked: Partner, job: PartnerDeletion, now: int) -> Partner:
    """Number and name, and that it was deleted, when, by whom and why."""
    begun = _entry(job, "delete", job.created_at, f"job: {job.job_id}")
    return Partner(
        partner_id=marked.partner_id,
        name=marked.name,
        contact="",
        state=ReviewState.DELETED,
        version=marked.version + 1,
        history=(begun, _entry(job, "deleted", now)),
    )


def _entry(job: PartnerDeletion, action: str, at: int, what: str = "") -> PartnerEntry:
    return PartnerEntry(at=at, by=job.by, action=action, reason=Reason.sentence(job.reason), what=what)


def _next(
    before: PartnerDeletion, deleted: int, next_due_at: int, now: int, position: Position | None
) -> PartnerDeletion:
    return replace(
        before,
        version=before.version + 1,
        position=position,
        changed=before.changed + deleted,
        next_due_at=next_due_at,
        worker_until=now + LEASE,
    )
