"""One decision about many notifications: a job, which other invocations carry out."""

import re
import secrets
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from herald.domain.clock import SECOND, now
from herald.domain.job import Job, JobFilter, JobState, cancel, check_action
from herald.domain.transitions import Action, State
from herald.messaging.sqs import QueueUnavailable
from herald.runtime.logging import logger
from herald.store.job_table import JobConflict
from operator_api.authorization import name_of_caller
from operator_api.dependencies import attention, job_queue, jobs, partners
from operator_api.errors import ApiRefusal
from operator_api.schemas.requests import NewJob, WhichOnes, Why
from operator_api.serializers import Json, job_view

router = APIGatewayHttpRouter()  # type: ignore[no-untyped-call] # Powertools leaves its type out
_EPOCH = datetime.fromtimestamp(0, UTC)
_TRIES = 10
_JOB_ID = re.compile(r"[0-9A-Za-z-]{1,64}")
_LISTED = 50  # the newest; older ones are found by their id


@router.post("/jobs")
def start(wish: NewJob) -> tuple[Json, int]:
    """Counts what the filter matches and, unless `dryRun`, begins. Only what became so before this moment is taken."""
    job = _new(wish, now())
    if wish.dry_run:
        return _started(None, job, wish.filter), HTTPStatus.OK
    jobs().add(job)
    try:
        job_queue().send([(job.filter.partner_id, job.job_id)])
    except QueueUnavailable:  # the next poll sees that nobody works on it
        logger.warning("message not sent", extra={"job": job.job_id}, exc_info=True)
    return _started(job.job_id, job, wish.filter), HTTPStatus.ACCEPTED


@router.get("/jobs")
def list_jobs() -> Json:
    """The newest jobs, the running ones first."""
    found = sorted(jobs().all(), key=lambda job: (job.state is JobState.RUNNING, job.created_at), reverse=True)
    return {"items": [job_view(job) for job in found[:_LISTED]]}


@router.get("/jobs/<job_id>")
def show(job_id: str) -> Json:
    """One job and how far it has come."""
    return job_view(_find(job_id))


@router.post("/jobs/<job_id>/cancel")
def cancel_one(job_id: str, wish: Why) -> Json:
    """No further page. What it has changed stays changed."""
    before, by = _find(job_id), name_of_caller(router)
    for _ in range(_TRIES):
        try:
            return job_view(jobs().save(before, cancel(before, by, wish.reason, now())))
        except JobConflict as changed:  # its worker wrote how far it is, which is no reason not to cancel it
            if changed.current is None:
                raise
            before = changed.current
    raise JobConflict(before)


def _started(job_id: str | None, job: Job, asked: WhichOnes) -> Json:
    """With the filter as it was understood, from when to when, where the request named a moment."""
    named = asked.since is not None or asked.before is not None
    return {"jobId": job_id, "matched": job.matched, **({"filter": job_view(job)["filter"]} if named else {})}


def _new(wish: NewJob, moment: int) -> Job:
    wanted = _filter(wish.filter, moment)
    action = Action(wish.action)
    check_action(action, wanted.state)
    if partners().get(wanted.partner_id) is None:
        raise ApiRefusal(HTTPStatus.NOT_FOUND, f"partner {wanted.partner_id} is not in the registry")
    return Job(
        job_id=f"{datetime.fromtimestamp(moment / SECOND, UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(4)}",
        action=action,
        filter=wanted,
        reason=wish.reason,
        by=name_of_caller(router),
        per_second=wish.per_second,
        created_at=moment,
        worker_until=moment,
        matched=attention().count(wanted.state, wanted.partner_id, wanted.since, wanted.before),
    )


def _filter(wish: WhichOnes, moment: int) -> JobFilter:
    since, before = _moment(wish.since, 0), min(_moment(wish.before, moment), moment)
    if since >= before:
        raise ApiRefusal(HTTPStatus.BAD_REQUEST, "`filter.since` must lie in the past and before `filter.before`")
    return JobFilter(partner_id=wish.partner_id, state=State(wish.state), since=since, before=before)


def _moment(said: datetime | None, otherwise: int) -> int:
    return otherwise if said is None else max(0, (said - _EPOCH) // timedelta(milliseconds=1))


def _find(job_id: str) -> Job:
    found = jobs().get(job_id) if _JOB_ID.fullmatch(job_id) else None
    if found is None:
        raise ApiRefusal(HTTPStatus.NOT_FOUND, f"there is no job `{job_id[:64]}`")
    return found
