"""How the API's description tells of refusals: Herald's own, and those of API Gateway before it."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from operator_api.openapi.routes import Described
from operator_api.schemas.common import Error, GatewayError
from operator_api.serializers import Json

_OURS, _GATEWAYS, _EITHER = Error, GatewayError, Error | GatewayError


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why, and in which form."""

    why: str
    form: Any


_REFUSALS: Mapping[int, Refusal] = {
    400: Refusal("The request is not as described: the sentence names the field and the remedy.", _OURS),
    401: Refusal("No key was given.", _GATEWAYS),
    403: Refusal("The key is not known (API Gateway's form), or its role may not do this.", _EITHER),
    404: Refusal("What is named is not there.", _OURS),
    409: Refusal("It may not be done in the present state, or somebody was quicker: the sentence says which.", _OURS),
    413: Refusal("The body is too large: a notification may have 64 KiB, anything else 128 KiB.", _EITHER),
    429: Refusal("Too many requests at once: come again.", _GATEWAYS),
    500: Refusal("Our fault.", _EITHER),
    503: Refusal("Not now: come again. For a submission: not stored, as far as Herald knows.", _EITHER),
}
_ALWAYS, _KEYED, _WITH_BODY = {429, 500, 503}, {401, 403}, {413}
_RETRY_AFTER = {"Retry-After": {"description": "In seconds; from Herald itself only.", "schema": {"type": "string"}}}
FORMS = {str(status): refusal.form for status, refusal in _REFUSALS.items()}


def refusals_of(route: str, one: Described) -> Json:
    """Every status with which this route may refuse."""
    usual = _ALWAYS | (set() if one.open else _KEYED) | (set() if route.startswith("GET") else _WITH_BODY)
    return {str(status): {"$ref": f"#/components/responses/{status}"} for status in sorted({*one.refuses, *usual})}


def refusals(schemas: Json) -> Json:
    """All of them, for the operations to refer to; the schemas by status."""
    return {
        str(status): {
            "description": refusal.why,
            "content": {"application/json": {"schema": schemas[str(status)]}},
            **({"headers": _RETRY_AFTER} if status == HTTPStatus.SERVICE_UNAVAILABLE else {}),
        }
        for status, refusal in _REFUSALS.items()
    }
