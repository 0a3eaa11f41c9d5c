"""Deletion on request of what is stored of a partner: what it would delete, and the job that does it."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from customer_service.dependencies import attention, jobs, partners, sources, waiting
from customer_service.jobs import new_job_id, send_message_of
from customer_service.refusals import ApiRefusal
from customer_service.registry.partner_access import find
from customer_service.schemas.responses import PartnerDeletionResponse
from herald.domain.clock import SECOND, now
from herald.domain.jobs.job import JobState
from herald.domain.jobs.partner_deletion import BEGINS_AFTER, PER_SECOND, PartnerDeletion, mark_for_deletion
from herald.domain.lists.notification_search import LONGEST_RANGE, Range
from herald.domain.partner import Partner, PartnerDeleted, ReviewState
from herald.domain.transitions import State
from herald.languages.message import Message
from herald.runtime.settings import get_settings
from herald.store.partner_table import PartnerConflict
from herald.store.sources.suspension import suspend_sources_of

_COUNTED: Final = 10_000  # notifications that a count looks at: some seconds, and 5,000 read units


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerWish:
    """Which partner's data is to be deleted, why, and whether even with notifications that are still to be done."""

    partner_id: int
    reason: str
    force: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """How many notifications of a partner there are. `is_all`: otherwise there may be more, and more that wait."""

    matched: int
    is_all: bool
    waiting: int
    held: int
    failed: int

    @property
    def open(self) -> int:
        """How many are still to be done."""
        return self.waiting + self.held + self.failed


def look_at(partner_id: int) -> PartnerDeletionResponse:
    """What a deletion would delete. Raises `ApiRefusal` (404, 409) and `PartnerDeleted`."""
    return _response(None, _stored(_deletable(partner_id)))


def delete_partner(wish: PartnerWish, by: str) -> PartnerDeletionResponse:
    """Marks the partner, begins the job and suspends its sources; if a job runs already, the answer is about that.

    Raises `ApiRefusal` (404, 409), `PartnerDeleted` where only what remains is left, and `PartnerConflict`.
    """
    before = _deletable(wish.partner_id)
    stored = _stored(before)
    running = _running(before)
    if running is None and stored.open and not wish.force and before.is_registered:
        raise ApiRefusal(HTTPStatus.CONFLICT, _still_open(stored))
    job = running or _begin(before, wish, by, stored)
    # Also where the job runs already: whoever asked first may have stopped before this. The job does it once more.
    suspend_sources_of(sources(), job.partner_id, job.by, job.reason)
    return _response(job.job_id, stored)


def _begin(before: Partner, wish: PartnerWish, by: str, stored: Stored) -> PartnerDeletion:
    """The mark and the job are written together: no crash leaves one without the other."""
    job = _new_job(wish, by, stored, now())
    try:
        partners().save(before, mark_for_deletion(before, job), also=[jobs().addition(job)])
    except PartnerConflict as conflict:
        there = _running(conflict.current) if conflict.current else None
        if there is None:
            raise
        return there  # two asked at once
    send_message_of(job, BEGINS_AFTER // SECOND)
    return job


def _deletable(partner_id: int) -> Partner:
    if partner_id == get_settings().canary_partner_id:
        message = Message("this is the canary's partner: Herald uses it to test itself, and stores it anew")
        raise ApiRefusal(HTTPStatus.CONFLICT, message)
    partner = find(partner_id)
    if partner.state is ReviewState.DELETED:
        raise PartnerDeleted(partner_id)
    return partner


def _running(partner: Partner) -> PartnerDeletion | None:
    """The job that deletes it now."""
    if partner.state is not ReviewState.DELETING:
        return None
    those = (one for one in jobs().all() if isinstance(one, PartnerDeletion) and one.state is JobState.RUNNING)
    return next((one for one in those if one.partner_id == partner.partner_id), None)


def _new_job(wish: PartnerWish, by: str, stored: Stored, at: int) -> PartnerDeletion:
    return PartnerDeletion(
        job_id=new_job_id(at),
        partner_id=wish.partner_id,
        reason=wish.reason,
        by=by,
        per_second=PER_SECOND,
        created_at=at,
        worker_until=at + BEGINS_AFTER,  # as if somebody worked on it: nobody begins earlier
        matched=stored.matched,
        matched_at_least=not stored.is_all,
    )


def _stored(partner: Partner) -> Stored:
    number, at = partner.partner_id, now()
    tally = waiting().tally(number, Range(max(0, at - LONGEST_RANGE), at + 1), most=_COUNTED)
    return Stored(
        matched=tally.looked_at,
        is_all=tally.is_all,
        waiting=tally.waiting,
        held=attention().count(State.HELD, number),
        failed=attention().count(State.FAILED, number),
    )


def _still_open(stored: Stored) -> Message:
    return Message(
        "notifications of the partner are still to be done: {waiting} waiting, {held} held, {failed} failed. "
        "Settle them first, or say `force`, which cancels them",
        waiting=stored.waiting,
        held=stored.held,
        failed=stored.failed,
    )


def _response(job_id: str | None, stored: Stored) -> PartnerDeletionResponse:
    response: PartnerDeletionResponse = {
        "jobId": job_id,
        "matched": stored.matched,
        "waiting": stored.waiting,
        "held": stored.held,
        "failed": stored.failed,
    }
    if not stored.is_all:
        response["matchedAtLeast"] = True
    return response
