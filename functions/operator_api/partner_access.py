"""Reads a partner from the registry, and changes it in the caller's name."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from pydantic import BeforeValidator

from herald.domain.partner import Partner
from herald.domain.partner_number import MAX_PARTNER_ID
from herald.languages.message import Message
from operator_api.authorization import name_of_caller
from operator_api.dependencies import partners
from operator_api.errors import ApiRefusal
from operator_api.schemas.responses import PartnerResponse
from operator_api.serializers import partner_response
from operator_api.validation_messages import partner_number

# In a path. The registry has no other numbers, and DynamoDB takes no key of more than 38 digits.
PartnerId = Annotated[int, BeforeValidator(partner_number), Path(gt=0, le=MAX_PARTNER_ID)]


def find(partner_id: int) -> Partner:
    """The partner. Raises `ApiRefusal`: 404."""
    found = partners().get(partner_id)
    if found is None:
        raise not_registered(partner_id)
    return found


def not_registered(partner_id: int) -> ApiRefusal:
    """The refusal for a partner that the registry does not have: 404."""
    return ApiRefusal(
        HTTPStatus.NOT_FOUND, Message("partner {partner_id} is not in the registry", partner_id=partner_id)
    )


def decide(router: APIGatewayHttpRouter, partner_id: int, change: Callable[[Partner, str], Partner]) -> PartnerResponse:
    """Saves `change(partner, name of the caller)`. Raises `PartnerConflict` if the partner was changed in between."""
    before = find(partner_id)
    after = change(before, name_of_caller(router))
    partners().save(before, after)
    return partner_response(after)
