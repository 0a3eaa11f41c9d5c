"""The page of one partner, and the answer to each of its forms."""

from collections.abc import Callable
from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response

from console.breakers_in_force import as_in_force
from console.pages.partners.notices import done_to_partner
from console.pages.partners.partner import partner_page
from console.pages.partners.partner_list import PATH
from console.pages.partners.sections.exceptions import beside_its_field
from console.rendering.forms import RefusedForm
from console.rendering.links import address
from console.request import Form
from console.routing.path_values import partner_number
from console.routing.responses import html, see_other
from console.routing.submission import Refused, submitted
from console.routing.visit import Visit
from customer_service.registry.partner_access import find
from customer_service.registry.partner_health import health_of
from customer_service.serializers.partner_serializer import partner_response
from herald.domain.clock import now

type Decide = Callable[[int, Form, str], object]  # the partner's number, the form, who decides


def one_partner(
    visit: Visit, number: int, refused: RefusedForm | None = None, status: HTTPStatus = HTTPStatus.OK
) -> Response[str]:
    """The page of one partner. Raises `ApiRefusal`: 404."""
    stored = find(number)
    one = as_in_force(partner_response(stored))
    notice = None if refused else done_to_partner(one, visit.request.query.get("done"), visit.session.name, now())
    whole = visit.request.query.get("history") == "all"
    page = partner_page(visit.session, one, health_of(stored), refused=refused, notice=notice, whole=whole)
    return html(page, status)


def decided(
    visit: Visit, name: str, partner_id: str, decide: Decide, /, *fields: str, **fields_of: str
) -> Response[str]:
    """The page of the partner, that says what was done, or why it was not.

    `name` is that of the form; `fields` and `fields_of` are those of `problems_of`.
    """
    number, form = partner_number(partner_id), visit.request.form
    result = submitted(name, form, lambda: decide(number, form, visit.session.name), *fields, **fields_of)
    if isinstance(result, Refused):
        return one_partner(visit, number, beside_its_field(result.form, result.error), result.status)
    return see_other(address(f"{PATH}/{number}", done=name))
