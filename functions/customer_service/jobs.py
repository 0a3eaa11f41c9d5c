"""Jobs: one decision about many notifications, carried out by the jobs function. `by` is the name of who decides."""

import re
import secrets
from datetime import UTC, datetime, timedelta
from functools import partial
from heapq import nlargest
from http import HTTPStatus
from typing import Final

from customer_service.dependencies import attention, job_queue, jobs, partners, unindexed, waiting
from customer_service.refusals import ApiRefusal
from customer_service.registry.partner_access import not_registered
from customer_service.schemas.requests import NewJob, NewReindexing, WhichOnes, Why
from customer_service.schemas.responses import JobListResponse, JobResponse, StartedJobResponse
from customer_service.serializers.job_serializer import filter_response, job_response
from herald.domain.clock import DAY, SECOND, now
from herald.domain.jobs.job import Job, JobFilter, JobRefused, cancel, check_action, is_listed, was_running
from herald.domain.jobs.reindexing import Reindexing
from herald.domain.lists.notification_search import LONGEST_RANGE, Range
from herald.domain.partner import require_registered
from herald.domain.transitions import Action, State
from herald.languages.message import Message
from herald.messaging.sqs import QueueUnavailable
from herald.runtime.logging import logger
from herald.store.indexes.page_token import read_job_cursor, write_job_cursor
from herald.store.job_table import AnyJob, JobConflict

_EPOCH: Final = datetime.fromtimestamp(0, UTC)
_TRIES: Final = 10
_COUNTED: Final = 10_000  # notifications that a count of what waits looks at: some seconds, and 5,000 read units
_JOB_ID: Final = re.compile(r"[0-9A-Za-z-]{1,64}")


def start_job(request: NewJob, by: str) -> StartedJobResponse:
    """Begins the job, or only counts what it would take, where the request is a dry run: then `jobId` is None.

    Raises `ApiRefusal` (400, 404) and `JobRefused`.
    """
    job = _new(request, by, now())
    if request.dry_run:
        return _started(None, job, request.filter)
    _begin(job)
    return _started(job.job_id, job, request.filter)


def start_reindexing(request: NewReindexing, by: str) -> StartedJobResponse:
    """Begins to complete the index `acceptance`. Raises `JobRefused` while another one does that."""
    at = now()
    running = next((one for one in jobs().all() if isinstance(one, Reindexing) and was_running(one, at)), None)
    if running:
        raise JobRefused(Message("job {job_id} does that already: wait for its end", job_id=running.job_id))
    job = Reindexing(
        job_id=new_job_id(at),
        reason=request.reason,
        by=by,
        per_second=request.per_second,
        created_at=at,
        worker_until=at,
        matched=unindexed().count(),
    )
    _begin(job)
    return {"jobId": job.job_id, "matched": job.matched}


def job_page(limit: int, cursor: str | None) -> JobListResponse:
    """A page of jobs: those that ran when the first page was read, then the others, both newest first.

    Raises `MalformedCursor`.
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


def find_job(job_id: str) -> JobResponse:
    """The job with this id. Raises `ApiRefusal`: 404."""
    return job_response(_find(job_id))


def cancel_job(job_id: str, request: Why, by: str) -> JobResponse:
    """Cancels a running job; what it has changed stays changed. Raises `ApiRefusal` 404, and `JobRefused`."""
    before = _find(job_id)
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
    send_message_of(job)


def send_message_of(job: AnyJob, delay_seconds: int = 0) -> None:
    """Sends the message for the job's first worker."""
    try:
        job_queue().send([(job.message_group, job.job_id)], delay_seconds)
    except QueueUnavailable:  # the next poll finds the job without a worker and sends the message
        logger.warning("message not sent", extra={"job": job.job_id}, exc_info=True)


def _place(at: int, job: AnyJob) -> tuple[bool, int, str]:
    """The job's place in the list, which stays the same while its pages are read."""
    return was_running(job, at), job.created_at, job.job_id


def _started(job_id: str | None, job: Job, requested: WhichOnes) -> StartedJobResponse:
    """With the filter's times as they were read, if the request has one or does not tell all that is taken."""
    response: StartedJobResponse = {"jobId": job_id, "matched": job.matched}
    if job.matched_at_least:
        response["matchedAtLeast"] = True
    if requested.since is not None or requested.before is not None or job.filter.state is State.WAITING:
        response["filter"] = filter_response(job.filter)
    return response


def _new(request: NewJob, by: str, at: int) -> Job:
    selection = _filter(request.filter, at)
    action = Action(request.action)
    check_action(action, selection.state)
    partner = partners().get(selection.partner_id)
    if partner is None:
        raise not_registered(selection.partner_id)
    require_registered(partner)
    matched, all_counted = _count(selection)
    return Job(
        job_id=new_job_id(at),
        action=action,
        filter=selection,
        reason=request.reason,
        by=by,
        per_second=request.per_second,
        created_at=at,
        worker_until=at,
        matched=matched,
        matched_at_least=not all_counted,
    )


def _count(selection: JobFilter) -> tuple[int, bool]:
    """How many there are, and whether all were looked at."""
    times = Range(selection.since, selection.before)
    if selection.state is State.WAITING:
        return waiting().count(selection.partner_id, times, most=_COUNTED)
    return attention().count(selection.state, selection.partner_id, times.since, times.until), True


def new_job_id(at: int) -> str:
    """The id of a job that begins at this moment (ms): the UTC time, and something that no other one has."""
    return f"{datetime.fromtimestamp(at / SECOND, UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(4)}"


def _filter(requested: WhichOnes, at: int) -> JobFilter:
    before, state = min(_milliseconds(requested.before, at), at), State(requested.state)
    since = _milliseconds(requested.since, max(0, before - LONGEST_RANGE) if state is State.WAITING else 0)
    if since >= before:
        message = Message("`filter.since` must lie in the past and before `filter.before`")
        raise ApiRefusal(HTTPStatus.BAD_REQUEST, message)
    if state is State.WAITING and before - since > LONGEST_RANGE:
        message = Message(
            "`filter.since` may lie at most {days} days before `filter.before` for what is waiting: start another job "
            "for what was accepted earlier",
            days=LONGEST_RANGE // DAY,
        )
        raise ApiRefusal(HTTPStatus.BAD_REQUEST, message)
    return JobFilter(partner_id=requested.partner_id, state=state, since=since, before=before)


def _milliseconds(time: datetime | None, default: int) -> int:
    """The time as ms since the epoch; 0 for a time before it."""
    return default if time is None else max(0, (time - _EPOCH) // timedelta(milliseconds=1))


def _find(job_id: str) -> AnyJob:
    found = jobs().get(job_id) if _JOB_ID.fullmatch(job_id) else None
    if found is None:
        raise ApiRefusal(HTTPStatus.NOT_FOUND, Message("there is no job `{job_id}`", job_id=job_id[:64]))
    return found
