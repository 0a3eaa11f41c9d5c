"""The errors in the document: Herald's own, and those that API Gateway answers before a function is called."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from customer_service.schemas.common import Error, GatewayError
from customer_service.schemas.responses import Json
from operator_api.openapi.languages import NAMES_LANGUAGE
from operator_api.openapi.operations import Operation


@dataclass(frozen=True, slots=True)
class ErrorResponse:
    """What the status means, and the type of the body."""

    description: str
    body: Any


_ERRORS: Mapping[int, ErrorResponse] = {
    400: ErrorResponse("The request is not as described: the sentence names the field and the remedy.", Error),
    401: ErrorResponse(
        "No key was given (API Gateway's form), or a sender did not prove itself as its source demands.",
        Error | GatewayError,
    ),
    403: ErrorResponse(
        "The key is not known, revoked or expired (API Gateway's form), or may not do this.", Error | GatewayError
    ),
    404: ErrorResponse("What is named does not exist.", Error),
    409: ErrorResponse(
        "The present state does not allow it, or it was changed in the meantime: the sentence says which.", Error
    ),
    413: ErrorResponse(
        "The body is too large: a notification may have 64 KiB, a batch 4 MiB, anything else 128 KiB.",
        Error | GatewayError,
    ),
    429: ErrorResponse("Too many requests: try again later.", GatewayError),
    500: ErrorResponse("Our fault.", Error | GatewayError),
    503: ErrorResponse(
        "Not available now: try again. For a submission: not stored, as far as Herald can say.", Error | GatewayError
    ),
}
_EVERY_ROUTE, _WITH_KEY, _WITH_BODY = {429, 500, 503}, {401, 403}, {413}
_RETRY_AFTER = {"Retry-After": {"description": "In seconds; from Herald itself only.", "schema": {"type": "string"}}}
BODY_TYPES = {str(status): error.body for status, error in _ERRORS.items()}


def error_references(route: str, operation: Operation) -> Json:
    """By status, a reference to each error that this route may answer."""
    keyed = set() if operation.without_key else _WITH_KEY
    sized = set() if route.startswith(("GET", "DELETE")) else _WITH_BODY
    statuses = {*operation.errors, *_EVERY_ROUTE, *keyed, *sized}
    return {str(status): {"$ref": f"#/components/responses/{status}"} for status in sorted(statuses)}


def _headers(status: int, error: ErrorResponse) -> Json:
    language = {} if error.body is GatewayError else NAMES_LANGUAGE
    retry = _RETRY_AFTER if status == HTTPStatus.SERVICE_UNAVAILABLE else {}
    return {"headers": {**retry, **language}} if retry or language else {}


def error_components(schemas: Json) -> Json:
    """The errors to which the operations refer; `schemas` are the bodies' by status."""
    return {
        str(status): {
            "description": error.description,
            "content": {"application/json": {"schema": schemas[str(status)]}},
            **_headers(status, error),
        }
        for status, error in _ERRORS.items()
    }
