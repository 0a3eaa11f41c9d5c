"""Finding a partner, and changing it in the name of whoever calls."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated

from access import name_of_caller
from api_errors import ApiRefusal
from aws_lambda_powertools.event_handler.openapi.params import Path
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from house import partners
from pydantic import BeforeValidator
from request_errors import partner_number
from views import Json, partner_view

from herald.partner import Partner
from herald.partner_number import MAX_PARTNER_ID

# In a path. The registry has no other numbers, and its table could not look for one of more than 38 digits.
PartnerId = Annotated[int, BeforeValidator(partner_number), Path(gt=0, le=MAX_PARTNER_ID)]


def find(partner_id: int) -> Partner:
    """The partner. Raises `ApiRefusal`: 404."""
    found = partners().get(partner_id)
    if found is None:
        raise ApiRefusal(HTTPStatus.NOT_FOUND, f"partner {partner_id} is not in the registry")
    return found


def decide(router: APIGatewayHttpRouter, partner_id: int, change: Callable[[Partner, str], Partner]) -> Json:
    """The partner after the change, which is told who calls. Raises `PartnerChanged` where somebody was quicker."""
    before = find(partner_id)
    after = change(before, name_of_caller(router))
    partners().save(before, after)
    return partner_view(after)
