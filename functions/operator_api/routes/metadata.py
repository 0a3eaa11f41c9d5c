"""What a route's decorator adds to its docstring for the OpenAPI document: the tag, and the statuses of its errors."""

from enum import StrEnum
from http import HTTPStatus

from aws_lambda_powertools.event_handler.openapi.types import OpenAPIResponse


class Tag(StrEnum):
    """The groups of routes, in the order of the document."""

    PUBLISHERS = "publishers"
    PARTNERS_OWN = "partners themselves"
    NOTIFICATIONS = "notifications"
    JOBS = "jobs"
    REGISTRY = "registry"
    KEYS = "keys"
    SERVICE = "service"


def errors(*statuses: int) -> dict[int, OpenAPIResponse]:
    """The statuses with which a route may refuse, besides those that the document adds to every route."""
    return {status: {"description": HTTPStatus(status).phrase} for status in statuses}
