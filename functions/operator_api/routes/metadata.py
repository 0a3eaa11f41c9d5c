"""What routes add for the OpenAPI document: the tag, the statuses of errors, and the parameter of a path."""

from enum import StrEnum
from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path
from aws_lambda_powertools.event_handler.openapi.types import OpenAPIResponse
from pydantic import BeforeValidator

from customer_service.validation_messages import partner_number
from herald.domain.partner_number import MAX_PARTNER_ID

# In a path. The registry has no other numbers, and DynamoDB takes no key of more than 38 digits.
PartnerId = Annotated[int, BeforeValidator(partner_number), Path(gt=0, le=MAX_PARTNER_ID)]


class Tag(StrEnum):
    """The groups of routes, in the order of the document."""

    PUBLISHERS = "publishers"
    SENDERS = "senders at inbound addresses"
    PARTNERS_OWN = "partners themselves"
    NOTIFICATIONS = "notifications"
    JOBS = "jobs"
    REGISTRY = "registry"
    SOURCES = "sources"
    KEYS = "keys"
    SERVICE = "service"


def errors(*statuses: int) -> dict[int, OpenAPIResponse]:
    """The statuses with which a route may refuse, besides those that the document adds to every route."""
    return {status: {"description": HTTPStatus(status).phrase} for status in statuses}
