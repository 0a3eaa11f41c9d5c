"""How a partner is sent to: its breaker, its limits, and the headers of its own in each request."""

from typing import Final

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from console.pages.partners.bodies import amendment_body, header_body, header_removal_body, reason_body
from console.pages.partners.changes import LIMITS, seen_of
from console.pages.partners.partner_list import PATH
from console.request import Form
from console.routes.partners.one_partner import decided
from console.routing.visit import visit_of
from customer_service.registry import breakers, partners
from customer_service.schemas.requests import Amendment, Why

router = APIGatewayHttpRouter()  # type: ignore[no-untyped-call] # Powertools leaves its type out
_REASON: Final = "reason"


@router.post(f"{PATH}/<partner_id>/probe")
def probe(partner_id: str) -> Response[str]:
    """Attempts one due notification now, although the breaker is open."""
    return decided(visit_of(router), "probe", partner_id, _probe, _REASON)


@router.post(f"{PATH}/<partner_id>/close-breaker")
def close_breaker(partner_id: str) -> Response[str]:
    """Attempts again, and sends what waits, without a probe before."""
    return decided(visit_of(router), "close-breaker", partner_id, _close_breaker, _REASON)


@router.post(f"{PATH}/<partner_id>/limits")
def limits(partner_id: str) -> Response[str]:
    """Changes those limits that the person changed in the form."""
    return decided(visit_of(router), "limits", partner_id, _change_limits, *LIMITS, _REASON)


@router.post(f"{PATH}/<partner_id>/set-header")
def set_header(partner_id: str) -> Response[str]:
    """Sets a header. Its value is in no response."""
    return decided(
        visit_of(router), "set-header", partner_id, _set_header, "headerValue", _REASON, headers="headerName"
    )


@router.post(f"{PATH}/<partner_id>/remove-header")
def remove_header(partner_id: str) -> Response[str]:
    """Leaves a header out again."""
    return decided(visit_of(router), "remove-header", partner_id, _remove_header, _REASON, headers="headerName")


def _probe(number: int, form: Form, by: str) -> object:
    return breakers.probe_partner(number, Why.model_validate(reason_body(form)), by)


def _close_breaker(number: int, form: Form, by: str) -> object:
    return breakers.close_partner_breaker(number, Why.model_validate(reason_body(form)), by)


def _change_limits(number: int, form: Form, by: str) -> object:
    return partners.change_partner(number, Amendment.model_validate(amendment_body(form)), by, seen=seen_of(form))


def _set_header(number: int, form: Form, by: str) -> object:
    return partners.change_partner(number, Amendment.model_validate(header_body(form)), by)


def _remove_header(number: int, form: Form, by: str) -> object:
    return partners.change_partner(number, Amendment.model_validate(header_removal_body(form)), by)
