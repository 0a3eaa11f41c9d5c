"""The JSON form of jobs in responses. mypy compares it with the TypedDict in `schemas`."""

from typing import TYPE_CHECKING, TypedDict, cast

from customer_service.schemas.responses import JobResponse, WantedResponse
from herald.domain.clock import iso
from herald.domain.jobs.job import Job, JobFilter
from herald.domain.jobs.partner_deletion import PartnerDeletion
from herald.store.job_table import AnyJob

if TYPE_CHECKING:
    from customer_service.schemas.jobs import JobAction


class _JobDetails(TypedDict, total=False):
    """The members of a job that not every job has, or not yet."""

    filter: WantedResponse
    partnerId: int
    matchedAtLeast: bool
    endedAt: str
    endedBy: str
    endedBecause: str


def filter_response(one: JobFilter) -> WantedResponse:
    """Which notifications a job takes."""
    return {
        "partnerId": one.partner_id,
        "state": one.state,
        "since": iso(one.since),
        "before": iso(one.before),
    }


def job_response(one: AnyJob) -> JobResponse:
    """The job: the decision with its filter, which not every kind has, and its progress."""
    return {
        "jobId": one.job_id,
        "action": cast("JobAction", one.action),  # `check_action` admits no other ones
        **_job_details(one),
        "reason": one.reason,
        "by": one.by,
        "perSecond": one.per_second,
        "state": one.state,
        "createdAt": iso(one.created_at),
        "matched": one.matched,
        "changed": one.changed,
        "passedOver": one.passed_over,
    }


def _job_details(one: AnyJob) -> _JobDetails:
    details: _JobDetails = {"filter": filter_response(one.filter)} if isinstance(one, Job) else {}
    if isinstance(one, PartnerDeletion):
        details["partnerId"] = one.partner_id
    if one.matched_at_least:
        details["matchedAtLeast"] = True
    if one.ended_at is not None:
        details["endedAt"] = iso(one.ended_at)
    if one.ended_by and one.ended_because:
        details["endedBy"] = one.ended_by
        details["endedBecause"] = one.ended_because
    return details
