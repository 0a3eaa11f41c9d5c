"""Jobs: one decision about many notifications, carried out by the jobs function."""

from http import HTTPStatus

from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from customer_service import jobs
from customer_service.lists.pagination import Limit
from customer_service.schemas.requests import NewJob, NewReindexing, Why
from customer_service.schemas.responses import JobListResponse, JobResponse, StartedJobResponse
from operator_api.authorization import name_of_caller
from operator_api.routes.metadata import Tag, errors

router = APIGatewayHttpRouter()  # type: ignore[no-untyped-call] # Powertools leaves its type out


@router.post("/jobs", tags=[Tag.JOBS], responses=errors(400, 404, 409))
def start(request: NewJob) -> tuple[StartedJobResponse, int]:
    """Decide about many notifications.

    202 when the job has begun, 200 after a dry run. It takes only what failed, was held or was accepted before this
    moment. Redriving what waits sends it now, spaced by `perSecond`, and begins its ladder anew, as for a single one.
    """
    status = HTTPStatus.OK if request.dry_run else HTTPStatus.ACCEPTED
    return jobs.start_job(request, name_of_caller(router)), status


@router.post("/jobs/reindex", tags=[Tag.JOBS], responses=errors(400, 409))
def reindex(request: NewReindexing) -> tuple[StartedJobResponse, int]:
    """Complete the index that the lists by partner and time are read from.

    Once after an update from a version without it: what was accepted before the update is in no such list until then.
    202 when the job has begun; 409 while another one runs. Repeating it changes nothing.
    """
    return jobs.start_reindexing(request, name_of_caller(router)), HTTPStatus.ACCEPTED


@router.get("/jobs", tags=[Tag.JOBS], responses=errors(400))
def list_jobs(limit: Limit = 50, cursor: str | None = None) -> JobListResponse:
    """List the jobs.

    A page at a time: those that ran when the first page was read, then the others, both newest first.
    """
    return jobs.job_page(limit, cursor)


@router.get("/jobs/<job_id>", tags=[Tag.JOBS], responses=errors(400, 404))
def show(job_id: str) -> JobResponse:
    """Show a job."""
    return jobs.find_job(job_id)


@router.post("/jobs/<job_id>/cancel", tags=[Tag.JOBS], responses=errors(400, 404, 409))
def cancel_one(job_id: str, request: Why) -> JobResponse:
    """Cancel a job.

    What it has changed stays changed.
    """
    return jobs.cancel_job(job_id, request, name_of_caller(router))
