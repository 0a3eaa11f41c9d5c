"""The sources: the list, a new one, one source, and what is decided about it."""

from collections.abc import Callable
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from console.pages.sources.new_source import (
    FIELDS,
    FIELDS_OF,
    NEW_PATH,
    changed_source_body,
    new_source_body,
    register_source_page,
    token_page,
)
from console.pages.sources.source import source_page
from console.pages.sources.source_list import PATH, source_list_page
from console.rendering.forms import RefusedForm
from console.rendering.links import address
from console.request import Form
from console.routing.responses import html, see_other
from console.routing.submission import Refused, submitted
from console.routing.visit import visit_of
from customer_service.schemas.requests import Why
from customer_service.schemas.sources.requests import NewSource, SourceAmendment, TokenRotation
from customer_service.sources import sources
from customer_service.sources.source_serializer import source_response
from herald.domain.clock import now

if TYPE_CHECKING:
    from customer_service.schemas.sources.responses import SourceWithToken

router = APIGatewayHttpRouter()  # type: ignore[no-untyped-call] # Powertools leaves its type out
SOURCES: Final = 25  # of one page of the list

type Decide = Callable[[str, Form, str], object]  # the source's id, the form, who decides


@router.get(PATH)
def show_list() -> Response[str]:
    """A page of the list, the newest first."""
    visit = visit_of(router)
    return html(
        source_list_page(visit.session, sources.source_page(SOURCES, visit.request.query.get("cursor") or None))
    )


@router.get(NEW_PATH)
def show_registration() -> Response[str]:
    """The form for a new source."""
    return html(register_source_page(visit_of(router).session))


@router.post(PATH)
def register() -> Response[str]:
    """Registers a source, and shows its address this once."""
    visit = visit_of(router)
    form, by = visit.request.form, visit.session.name

    def act() -> "SourceWithToken":
        return sources.create_source(NewSource.model_validate(new_source_body(form)), by)

    result = submitted("register", form, act, *FIELDS, **FIELDS_OF)
    if isinstance(result, Refused):
        return html(register_source_page(visit.session, result.form), result.status)
    return html(token_page(visit.session, result))


@router.get(f"{PATH}/<source_id>")
def show(source_id: str) -> Response[str]:
    """One source."""
    return _one_source(source_id)


@router.post(f"{PATH}/<source_id>/rotate-token")
def rotate(source_id: str) -> Response[str]:
    """Makes a new token, and shows the address this once."""
    visit = visit_of(router)
    form, by = visit.request.form, visit.session.name
    body = {"reason": form.get("reason"), "force": form.get("force") == "true"}
    result = submitted(
        "rotate-token",
        form,
        lambda: sources.new_source_token(source_id, TokenRotation.model_validate(body), by),
        "reason",
    )
    if isinstance(result, Refused):
        return _one_source(source_id, result.form, result.status)
    return html(token_page(visit.session, result))


@router.post(f"{PATH}/<source_id>/suspend")
def suspend(source_id: str) -> Response[str]:
    """Suspends it."""
    return _decided("suspend", source_id, lambda one, form, by: sources.suspend(one, _why(form), by))


@router.post(f"{PATH}/<source_id>/resume")
def resume(source_id: str) -> Response[str]:
    """Resumes it."""
    return _decided("resume", source_id, lambda one, form, by: sources.resume(one, _why(form), by))


@router.post(f"{PATH}/<source_id>/change")
def change(source_id: str) -> Response[str]:
    """Changes what the person changed in the form."""
    return _decided("change", source_id, _change)


def _one_source(
    source_id: str, refused: RefusedForm | None = None, status: HTTPStatus = HTTPStatus.OK
) -> Response[str]:
    """The page of one source. Raises `ApiRefusal`: 404."""
    visit = visit_of(router)
    one, done = source_response(sources.find_source(source_id)), visit.request.query.get("done")
    return html(source_page(visit.session, one, now(), refused=refused, done=done), status)


def _decided(name: str, source_id: str, decide: Decide) -> Response[str]:
    """The page of the source, that says what was done, or why it was not."""
    visit = visit_of(router)
    form = visit.request.form
    result = submitted(name, form, lambda: decide(source_id, form, visit.session.name), *FIELDS, **FIELDS_OF)
    if isinstance(result, Refused):
        return _one_source(source_id, result.form, result.status)
    return see_other(address(f"{PATH}/{source_id}", done=name))


def _why(form: Form) -> str:
    return Why.model_validate({"reason": form.get("reason")}).reason


def _change(source_id: str, form: Form, by: str) -> object:
    return sources.change_source(source_id, SourceAmendment.model_validate(changed_source_body(form)), by)
