"""Jobs: one decision about many notifications, carried out by the jobs function."""

import re
import secrets
from datetime import UTC, datetime, timedelta
from functools import partial
from heapq import nlargest
from http import HTTPStatus

from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from herald.domain.clock import SECOND, now
from herald.domain.job import Job, JobFilter, cancel, check_action, is_listed, was_running
from herald.domain.transitions import Action, State
from herald.messaging.sqs import QueueUnavailable
from herald.runtime.logging import logger
from herald.store.indexes.page_token import read_job_cursor, write_job_cursor
from herald.store.job_table import JobConflict
from operator_api.authorization import name_of_caller
from operator_api.dependencies import attention, job_queue, jobs, partners
from operator_api.errors import ApiRefusal
from operator_api.pagination import Limit
from operator_api.routes.metadata import Tag, errors
from operator_api.schemas.requests import NewJob, WhichOnes, Why
from operator_api.schemas.responses import JobListResponse, JobResponse, StartedJobResponse
from operator_api.serializers import job_response

router = APIGatewayHttpRouter()  # type: ignore[no-untyped-call] # Powertools leaves its type out
_EPOCH = datetime.fromtimestamp(0, UTC)
_TRIES = 10
_JOB_ID = re.compile(r"[0-9A-Za-z-]{1,64}")


@router.post("/jobs", tags=[Tag.JOBS], responses=errors(400, 404, 409))
def start(request: NewJob) -> tuple[StartedJobResponse, int]:
    """Decide about many notifications.

    202 when the job has begun, 200 after a dry run. It takes only what failed or was held before this
    moment.
    """
    job = _new(request, now())
    if request.dry_run:
        return _started(None, job, request.filter), HTTPStatus.OK
    jobs().add(job)
    try:
        job_queue().send([(job.filter.partner_id, job.job_id)])
    except QueueUnavailable:  # the next poll finds the job without a worker and sends the message
        logger.warning("message not sent", extra={"job": job.job_id}, exc_info=True)
    return _started(job.job_id, job, request.filter), HTTPStatus.ACCEPTED


@router.get("/jobs", tags=[Tag.JOBS], responses=errors(400))
def list_jobs(limit: Limit = 50, cursor: str | None = None) -> JobListResponse:
    """List the jobs.

    A page at a time: those that ran when the first page was read, then the others, both newest first.
    """
    at, after = read_job_cursor(cursor) if cursor is not None else (now(), None)
    place = partial(_place, at)
    left = (job for job in jobs().all() if is_listed(job, at) and (after is None or place(job) < after))
    found = nlargest(limit + 1, left, key=place)
    page = found[:limit]
    return {
        "items": [job_response(job) for job in page],
        "cursor": write_job_cursor(at, *place(page[-1])) if len(found) > limit else None,
    }


@router.get("/jobs/<job_id>", tags=[Tag.JOBS], responses=errors(400, 404))
def show(job_id: str) -> JobResponse:
    """Show a job."""
    return job_response(_find(job_id))


@router.post("/jobs/<job_id>/cancel", tags=[Tag.JOBS], responses=errors(400, 404, 409))
def cancel_one(job_id: str, request: Why) -> JobResponse:
    """Cancel a job.

    What it has changed stays changed.
    """
    before, by = _find(job_id), name_of_caller(router)
    for _ in range(_TRIES):
        try:
            return job_response(jobs().save(before, cancel(before, by, request.reason, now())))
        except JobConflict as changed:  # its worker saved its progress in between, so the cancellation is tried again
            if changed.current is None:
                raise
            before = changed.current
    raise JobConflict(before)


def _place(at: int, job: Job) -> tuple[bool, int, str]:
    """The job's place in the list, which stays the same while its pages are read."""
    return was_running(job, at), job.created_at, job.job_id


def _started(job_id: str | None, job: Job, requested: WhichOnes) -> StartedJobResponse:
    """With the filter's times as they were read, if the request has one."""
    response: StartedJobResponse = {"jobId": job_id, "matched": job.matched}
    if requested.since is not None or requested.before is not None:
        response["filter"] = job_response(job)["filter"]
    return response


def _new(request: NewJob, at: int) -> Job:
    selection = _filter(request.filter, at)
    action = Action(request.action)
    check_action(action, selection.state)
    if partners().get(selection.partner_id) is None:
        raise ApiRefusal(HTTPStatus.NOT_FOUND, f"partner {selection.partner_id} is not in the registry")
    return Job(
        job_id=f"{datetime.fromtimestamp(at / SECOND, UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(4)}",
        action=action,
        filter=selection,
        reason=request.reason,
        by=name_of_caller(router),
        per_second=request.per_second,
        created_at=at,
        worker_until=at,
        matched=attention().count(selection.state, selection.partner_id, selection.since, selection.before),
    )


def _filter(requested: WhichOnes, at: int) -> JobFilter:
    since, before = _milliseconds(requested.since, 0), min(_milliseconds(requested.before, at), at)
    if since >= before:
        raise ApiRefusal(HTTPStatus.BAD_REQUEST, "`filter.since` must lie in the past and before `filter.before`")
    return JobFilter(partner_id=requested.partner_id, state=State(requested.state), since=since, before=before)


def _milliseconds(time: datetime | None, default: int) -> int:
    """The time as ms since the epoch; 0 for a time before it."""
    return default if time is None else max(0, (time - _EPOCH) // timedelta(milliseconds=1))


def _find(job_id: str) -> Job:
    found = jobs().get(job_id) if _JOB_ID.fullmatch(job_id) else None
    if found is None:
        raise ApiRefusal(HTTPStatus.NOT_FOUND, f"there is no job `{job_id[:64]}`")
    return found
