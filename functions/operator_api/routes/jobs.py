"""Jobs: one decision about many notifications, carried out by the jobs function."""

import re
import secrets
from datetime import UTC, datetime, timedelta
from functools import partial
from heapq import nlargest
from http import HTTPStatus

from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from herald.domain.clock import SECOND, now
from herald.domain.jobs.job import Job, JobFilter, JobRefused, cancel, check_action, is_listed, was_running
from herald.domain.jobs.reindexing import Reindexing
from herald.domain.transitions import Action, State
from herald.languages.message import Message
from herald.messaging.sqs import QueueUnavailable
from herald.runtime.logging import logger
from herald.store.indexes.page_token import read_job_cursor, write_job_cursor
from herald.store.job_table import AnyJob, JobConflict
from operator_api.authorization import name_of_caller
from operator_api.dependencies import attention, job_queue, jobs, partners, unindexed
from operator_api.errors import ApiRefusal
from operator_api.job_serializer import filter_response, job_response
from operator_api.lists.pagination import Limit
from operator_api.partner_access import not_registered
from operator_api.routes.metadata import Tag, errors
from operator_api.schemas.requests import NewJob, NewReindexing, WhichOnes, Why
from operator_api.schemas.responses import JobListResponse, JobResponse, StartedJobResponse

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
    _begin(job)
    return _started(job.job_id, job, request.filter), HTTPStatus.ACCEPTED


@router.post("/jobs/reindex", tags=[Tag.JOBS], responses=errors(400, 409))
def reindex(request: NewReindexing) -> tuple[StartedJobResponse, int]:
    """Complete the index that the lists by partner and time are read from.

    Once after an update from a version without it: what was accepted before the update is in no such list until then.
    202 when the job has begun; 409 while another one runs. Repeating it changes nothing.
    """
    at = now()
    running = next((one for one in jobs().all() if isinstance(one, Reindexing) and was_running(one, at)), None)
    if running:
        raise JobRefused(Message("job {job_id} does that already: wait for its end", job_id=running.job_id))
    job = Reindexing(
        job_id=_new_id(at),
        reason=request.reason,
        by=name_of_caller(router),
        per_second=request.per_second,
        created_at=at,
        worker_until=at,
        matched=unindexed().count(),
    )
    _begin(job)
    return {"jobId": job.job_id, "matched": job.matched}, HTTPStatus.ACCEPTED


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


def _begin(job: AnyJob) -> None:
    jobs().add(job)
    try:
        job_queue().send([(job.message_group, job.job_id)])
    except QueueUnavailable:  # the next poll finds the job without a worker and sends the message
        logger.warning("message not sent", extra={"job": job.job_id}, exc_info=True)


def _place(at: int, job: AnyJob) -> tuple[bool, int, str]:
    """The job's place in the list, which stays the same while its pages are read."""
    return was_running(job, at), job.created_at, job.job_id


def _started(job_id: str | None, job: Job, requested: WhichOnes) -> StartedJobResponse:
    """With the filter's times as they were read, if the request has one."""
    response: StartedJobResponse = {"jobId": job_id, "matched": job.matched}
    if requested.since is not None or requested.before is not None:
        response["filter"] = filter_response(job.filter)
    return response


def _new(request: NewJob, at: int) -> Job:
    selection = _filter(request.filter, at)
    action = Action(request.action)
    check_action(action, selection.state)
    if partners().get(selection.partner_id) is None:
        raise not_registered(selection.partner_id)
    return Job(
        job_id=_new_id(at),
        action=action,
        filter=selection,
        reason=request.reason,
        by=name_of_caller(router),
        per_second=request.per_second,
        created_at=at,
        worker_until=at,
        matched=attention().count(selection.state, selection.partner_id, selection.since, selection.before),
    )


def _new_id(at: int) -> str:
    return f"{datetime.fromtimestamp(at / SECOND, UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(4)}"


def _filter(requested: WhichOnes, at: int) -> JobFilter:
    since, before = _milliseconds(requested.since, 0), min(_milliseconds(requested.before, at), at)
    if since >= before:
        message = Message("`filter.since` must lie in the past and before `filter.before`")
        raise ApiRefusal(HTTPStatus.BAD_REQUEST, message)
    return JobFilter(partner_id=requested.partner_id, state=State(requested.state), since=since, before=before)


def _milliseconds(time: datetime | None, default: int) -> int:
    """The time as ms since the epoch; 0 for a time before it."""
    return default if time is None else max(0, (time - _EPOCH) // timedelta(milliseconds=1))


def _find(job_id: str) -> AnyJob:
    found = jobs().get(job_id) if _JOB_ID.fullmatch(job_id) else None
    if found is None:
        raise ApiRefusal(HTTPStatus.NOT_FOUND, Message("there is no job `{job_id}`", job_id=job_id[:64]))
    return found
