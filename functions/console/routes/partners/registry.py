"""The registry of partners: the list, a new one, one partner, and what is decided about it."""

from typing import Final

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from console.breakers_in_force import as_in_force
from console.pages.partners.bodies import amendment_body, approval_body, reason_body, registration_body
from console.pages.partners.changes import REVIEWED, seen_of
from console.pages.partners.partner_list import PATH, partner_list_page
from console.pages.partners.registration import FIELDS, NEW_PATH, register_page, registered_page
from console.request import Form
from console.routes.partners.one_partner import Decide, decided, one_partner
from console.routing.path_values import partner_number
from console.routing.responses import html
from console.routing.submission import Refused, submitted
from console.routing.visit import visit_of
from customer_service.registry import partners
from customer_service.registry.partner_access import page_of, select
from customer_service.registry.partner_health import health_of_each
from customer_service.schemas.requests import Amendment, Approval, NewPartner, Which, Why
from herald.domain.partner import search_text

router = APIGatewayHttpRouter()  # type: ignore[no-untyped-call] # Powertools leaves its type out
PARTNERS: Final = 50  # of one page of the list


@router.get(PATH)
def show_list() -> Response[str]:
    """A page of the list by number, or of those that a search finds."""
    visit = visit_of(router)
    name, cursor = visit.request.query.get("name"), visit.request.query.get("cursor")
    found = select(search := search_text(name), PARTNERS, cursor or None)
    those = page_of(found, search, PARTNERS)
    those["items"] = [as_in_force(one) for one in those["items"]]
    return html(partner_list_page(visit.session, those, health_of_each(found), name=name))


@router.get(NEW_PATH)
def show_registration() -> Response[str]:
    """The form for a new partner."""
    return html(register_page(visit_of(router).session))


@router.post(PATH)
def register() -> Response[str]:
    """Registers a partner, and shows both of its secrets this once."""
    visit = visit_of(router)
    form, by = visit.request.form, visit.session.name
    result = submitted(
        "register",
        form,
        lambda: partners.register_partner(NewPartner.model_validate(registration_body(form)), by),
        *FIELDS,
    )
    if isinstance(result, Refused):
        return html(register_page(visit.session, result.form), result.status)
    return html(registered_page(visit.session, result))


@router.get(f"{PATH}/<partner_id>")
def show(partner_id: str) -> Response[str]:
    """One partner."""
    return one_partner(visit_of(router), partner_number(partner_id))


@router.post(f"{PATH}/<partner_id>/test")
def test(partner_id: str) -> Response[str]:
    """Sends a test to one of its addresses; the page then shows the result."""
    return _decided("test", partner_id, _test)


@router.post(f"{PATH}/<partner_id>/approve")
def approve(partner_id: str) -> Response[str]:
    """Approves the proposed address that the person saw."""
    return _decided("approve", partner_id, _approve)


@router.post(f"{PATH}/<partner_id>/suspend")
def suspend(partner_id: str) -> Response[str]:
    """Suspends it."""
    return _decided("suspend", partner_id, _suspend)


@router.post(f"{PATH}/<partner_id>/resume")
def resume(partner_id: str) -> Response[str]:
    """Resumes it."""
    return _decided("resume", partner_id, _resume)


@router.post(f"{PATH}/<partner_id>/change")
def change(partner_id: str) -> Response[str]:
    """Changes what the person changed in the form."""
    return _decided("change", partner_id, _change)


def _decided(name: str, partner_id: str, decide: Decide) -> Response[str]:
    return decided(visit_of(router), name, partner_id, decide, *REVIEWED, "reason")


def _test(number: int, form: Form, by: str) -> object:
    return partners.test_address(number, Which.model_validate({"which": form.get("which")}), by)


def _approve(number: int, form: Form, by: str) -> object:
    seen = (form.get("url"), form.get("internal") == "true")
    return partners.approve_address(number, Approval.model_validate(approval_body(form)), by, seen=seen)


def _suspend(number: int, form: Form, by: str) -> object:
    return partners.suspend_partner(number, Why.model_validate(reason_body(form)), by)


def _resume(number: int, form: Form, by: str) -> object:
    return partners.resume_partner(number, Why.model_validate(reason_body(form)), by)


def _change(number: int, form: Form, by: str) -> object:
    return partners.change_partner(number, Amendment.model_validate(amendment_body(form)), by, seen=seen_of(form))
