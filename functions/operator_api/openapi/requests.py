"""What the API's description says of requests: what Powertools read from this function, and what others take."""

import json
from collections.abc import Iterator
from typing import Any

from pydantic.alias_generators import to_camel

from herald.contract.envelope import CONTRACT, OrderId
from herald.domain.notification_id import FORM
from operator_api.schemas.jobs import JOB_ID
from operator_api.schemas.notifications import NOTIFICATION_ID, PAYLOAD
from operator_api.serializers import Json
from operator_api.validation_messages import RULES

_NAMES = {"notification_id": "id"}
_EXAMPLES = {"id": NOTIFICATION_ID, "partnerId": 3528, "jobId": JOB_ID, "orderId": "test158585", "state": "failed"}
_MEANINGS = {
    **RULES,
    "id": "a notification's id, as the header `herald-notification-id` tells it to its publisher",
    "jobId": "a job's id, as its start answered it",
}
_PATTERNS = {"id": {"pattern": f"^{FORM.pattern}$"}}
# Read by `api_description` like an answer: a schema is made of the type.
OTHERS: dict[str, Any] = {"POST /notifications": CONTRACT, "GET /orders": OrderId}


def own_requests(read: Json) -> Iterator[tuple[str, Json]]:
    """By route as the template writes it: the parameters and the body, as Powertools read them."""
    for path, operations in read["paths"].items():
        for method, operation in operations.items():
            yield f"{method.upper()} {_path(path)}", _request(operation)


def other_requests(schemas: Json) -> Iterator[tuple[str, Json]]:
    """Of the routes that other functions answer; the schemas by route."""
    content = {"schema": schemas["POST /notifications"], "examples": {"redeemed": {"value": json.loads(PAYLOAD)}}}
    yield "POST /notifications", {"requestBody": {"required": True, "content": {"application/json": content}}}
    asked = {"name": "orderId", "in": "query", "required": True, "schema": schemas["GET /orders"]}
    yield "GET /orders", {"parameters": [_explained(asked)]}


def _path(path: str) -> str:
    """Powertools names a place as Python does, `partner_id`."""
    return "/".join(f"{{{_name(part[1:-1])}}}" if part.startswith("{") else part for part in path.split("/"))


def _name(name: str) -> str:
    return _NAMES.get(name) or to_camel(name)


def _request(operation: Json) -> Json:
    request: Json = {part: operation[part] for part in ("parameters", "requestBody") if part in operation}
    if "parameters" in request:
        request["parameters"] = [_explained(one) for one in request["parameters"]]
    return request


def _explained(parameter: Json) -> Json:
    """With its name as callers write it, what it must be, and an example."""
    name = _name(parameter["name"])
    told = {
        "description": f"{_MEANINGS[name][0].upper()}{_MEANINGS[name][1:]}.",
        "schema": {**_never_null(parameter["schema"]), **_PATTERNS.get(name, {})},
    }
    return {**parameter, "name": name, **told, **({"example": _EXAMPLES[name]} if name in _EXAMPLES else {})}


def _never_null(schema: Json) -> Json:
    """What may be left out of a query cannot be null in it."""
    given = [one for one in schema.get("anyOf", []) if one.get("type") != "null"]
    return given[0] if given else schema
