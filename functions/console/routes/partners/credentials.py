"""A partner's new signing secret and new query key: each is shown once, in the response to its form."""

from collections.abc import Callable

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from console.pages.partners.bodies import approval_body, reason_body
from console.pages.partners.partner_list import PATH
from console.pages.partners.registration import query_key, rotated_page, signing_secret
from console.pages.partners.sections.exceptions import beside_its_field
from console.pages.shown_once import Credential
from console.request import Form
from console.routes.partners.one_partner import one_partner
from console.routing.path_values import partner_number
from console.routing.responses import html
from console.routing.submission import Refused, submitted
from console.routing.visit import visit_of
from customer_service.registry.credentials import new_query_key, new_signing_secret
from customer_service.schemas.requests import Approval, Why
from customer_service.schemas.responses import PartnerResponse

router = APIGatewayHttpRouter()  # type: ignore[no-untyped-call] # Powertools leaves its type out

type Rotate = Callable[[int, Form, str], tuple[PartnerResponse, Credential]]  # number, form, who decides


@router.post(f"{PATH}/<partner_id>/rotate-secret")
def rotate_secret(partner_id: str) -> Response[str]:
    """Makes a new signing secret."""
    return _rotated("rotate-secret", partner_id, _new_secret)


@router.post(f"{PATH}/<partner_id>/rotate-key")
def rotate_key(partner_id: str) -> Response[str]:
    """Makes a new query key."""
    return _rotated("rotate-key", partner_id, _new_key)


def _rotated(name: str, partner_id: str, rotate: Rotate) -> Response[str]:
    visit, number = visit_of(router), partner_number(partner_id)
    form = visit.request.form
    result = submitted(name, form, lambda: rotate(number, form, visit.session.name), "reason")
    if isinstance(result, Refused):
        return one_partner(visit, number, beside_its_field(result.form, result.error), result.status)
    one, credential = result
    return html(rotated_page(visit.session, one, [credential]))


def _new_secret(number: int, form: Form, by: str) -> tuple[PartnerResponse, Credential]:
    one = new_signing_secret(number, Approval.model_validate(approval_body(form)), by)
    return one, signing_secret(one["secret"])


def _new_key(number: int, form: Form, by: str) -> tuple[PartnerResponse, Credential]:
    one = new_query_key(number, Why.model_validate(reason_body(form)), by)
    return one, query_key(one["queryKey"])
