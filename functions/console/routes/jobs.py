"""The jobs: the list, one job, and its cancellation."""

from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from console.pages.jobs.job import PATH, job_page
from console.pages.jobs.job_list import job_list_page
from console.pages.jobs.notices import done_to_job
from console.rendering.forms import RefusedForm
from console.rendering.links import address
from console.routing.responses import html, see_other
from console.routing.submission import Refused, submitted
from console.routing.visit import visit_of
from customer_service import jobs
from customer_service.schemas.requests import Why
from herald.domain.clock import now

router = APIGatewayHttpRouter()  # type: ignore[no-untyped-call] # Powertools leaves its type out
JOBS = 50  # of one page


@router.get(PATH)
def show_list() -> Response[str]:
    """A page of the list: those that run, then the others, the newest first."""
    visit = visit_of(router)
    page = jobs.job_page(JOBS, visit.request.query.get("cursor") or None)
    return html(job_list_page(visit.session, page, now()))


@router.get(f"{PATH}/<job_id>")
def show(job_id: str) -> Response[str]:
    """One job with its progress."""
    return _page(job_id)


@router.post(f"{PATH}/<job_id>/cancel")
def cancel(job_id: str) -> Response[str]:
    """Cancels a running job."""
    visit = visit_of(router)
    form = visit.request.form

    def act() -> None:
        jobs.cancel_job(job_id, Why.model_validate({"reason": form.get("reason")}), visit.session.name)

    result = submitted("cancel", form, act, "reason")
    if isinstance(result, Refused):
        return _page(job_id, result.form, result.status)
    return see_other(address(f"{PATH}/{job_id}", done="cancel"))


def _page(job_id: str, refused: RefusedForm | None = None, status: HTTPStatus = HTTPStatus.OK) -> Response[str]:
    visit, job, at = visit_of(router), jobs.find_job(job_id), now()
    notice = None if refused else done_to_job(job, visit.request.query.get("done"), visit.session.name, at)
    return html(job_page(visit.session, job, at, refused=refused, notice=notice), status)
