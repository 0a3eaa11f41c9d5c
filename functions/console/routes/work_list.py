"""The work list, and the decisions about one partner's failed or held notifications: some of them, or all by a job."""

from dataclasses import replace
from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from console.breakers_in_force import are_in_force
from console.pages.work_list.actions import done_sentence
from console.pages.work_list.attention import PATH, attention_page
from console.pages.work_list.everything import (
    FIELDS,
    Everything,
    counting_request,
    everything_page,
    job_request,
)
from console.pages.work_list.everything import NAME as ALL
from console.pages.work_list.outcome import ROWS, outcome_view
from console.pages.work_list.overview import work_list_page
from console.pages.work_list.selection import NAME, action_of, confirmation_page, is_counted, selected_of
from console.partner_work import read_partner_work, state_of, state_of_all
from console.rendering.forms import GENERAL, RefusedForm
from console.rendering.links import address
from console.rendering.page import translate
from console.routing.notice_links import is_noticed, notice_link
from console.routing.path_values import partner_number
from console.routing.responses import html, see_other
from console.routing.submission import Refused, submitted
from console.routing.visit import Visit, visit_of
from customer_service.jobs import start_job
from customer_service.lists.work_list import read_work
from customer_service.registry.partner_access import find
from customer_service.schemas.requests import NewJob
from customer_service.selection import decide_each
from herald.domain.clock import iso, now
from herald.domain.transitions import Action, State

router = APIGatewayHttpRouter()  # type: ignore[no-untyped-call] # Powertools leaves its type out


@router.get("/console")
def work_list() -> Response[str]:
    """Partner by partner what needs a person."""
    visit = visit_of(router)
    work = read_work() if are_in_force() else replace(read_work(), spared=[])
    return html(work_list_page(visit.session, work, _small(visit.request.query.get("page"), 1)))


@router.get("/console/failed/<partner_id>")
def attention(partner_id: str) -> Response[str]:
    """What is failed or held of one partner, and what was done before."""
    visit, number = visit_of(router), partner_number(partner_id)
    query = visit.request.query
    return html(attention_page(visit.session, read_partner_work(number, query), notice=_notice(visit, number)))


@router.post("/console/failed/<partner_id>")
def decide(partner_id: str) -> Response[str]:
    """Changes the selected ones; first asks where the person has not seen how many they are."""
    visit, number = visit_of(router), partner_number(partner_id)
    form, by = visit.request.form, visit.session.name
    action, selected = Action(action_of(form, state_of(form))), selected_of(form, number)
    if not selected:
        problem = translate("Select what is to be changed.")
        return _list(number, HTTPStatus.BAD_REQUEST, RefusedForm(NAME, form, {GENERAL: problem}))
    if not is_counted(form):
        return html(confirmation_page(visit.session, f"{PATH}/{number}", find(number).name, form))
    outcome = submitted(NAME, form, lambda: decide_each(selected, action, form.get("reason"), by), "reason")
    if isinstance(outcome, Refused):
        return _list(number, outcome.status, outcome.form)
    if outcome.not_changed:
        work = read_partner_work(number, form, ROWS)
        return html(attention_page(visit.session, work, outcome=outcome_view(action, outcome)), HTTPStatus.CONFLICT)
    return see_other(_done(visit, number, action, len(selected)))


@router.get("/console/failed/<partner_id>/all")
def ask(partner_id: str) -> Response[str]:
    """How many these are now, and the form."""
    visit, number = visit_of(router), partner_number(partner_id)
    return html(everything_page(visit.session, _everything(number, state_of_all(visit.request.query), iso(now()))))


@router.post("/console/failed/<partner_id>/all")
def start(partner_id: str) -> Response[str]:
    """Starts the job about those that the page counted, and leads to its page."""
    visit, number = visit_of(router), partner_number(partner_id)
    form, by = visit.request.form, visit.session.name
    started = submitted(ALL, form, lambda: start_job(NewJob.model_validate(job_request(form, number)), by), *FIELDS)
    if isinstance(started, Refused):
        those = _everything(number, state_of_all(form), iso(now()))
        return html(everything_page(visit.session, those, started.form), started.status)
    return see_other(address(f"/console/jobs/{started['jobId']}", done="start"))


def _done(visit: Visit, number: int, action: Action, count: int) -> str:
    """The same page of the list, without those that were changed."""
    form = visit.request.form
    state, path = State.HELD if state_of(form) is State.HELD else None, f"{PATH}/{number}"
    return notice_link(visit.session, path, state=state, cursor=form.get("cursor"), done=action, count=count)


def _notice(visit: Visit, number: int) -> str | None:
    """What was done to so many; None where the address is not one that the console made for this session."""
    query = visit.request.query
    if not is_noticed(visit.session, f"{PATH}/{number}", query):
        return None
    return done_sentence(query.get("done"), _small(query.get("count"), 0))


def _list(number: int, status: HTTPStatus, refused: RefusedForm) -> Response[str]:
    """The page again with its form as it was typed."""
    visit = visit_of(router)
    return html(attention_page(visit.session, read_partner_work(number, visit.request.form), refused=refused), status)


def _small(text: str, default: int) -> int:
    """The number of a query that the console wrote; the default for any other text."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 6 else default  # noqa: PLR2004 - digits


def _everything(number: int, state: State, before: str) -> Everything:
    """What a job would take: a dry run of it. Raises `ApiRefusal` 404."""
    name = find(number).name
    counted = start_job(NewJob.model_validate(counting_request(number, state, before)), "")
    return Everything(
        partner_id=number,
        name=name,
        state=state,
        matched=counted["matched"],
        at_least=counted.get("matchedAtLeast", False),
        before=before,
    )
