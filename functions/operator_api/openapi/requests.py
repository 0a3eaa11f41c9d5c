"""Parameters and bodies in the document: of this function as Powertools read them, of others from the contract."""

import json
from collections.abc import Iterator
from typing import Any

from customer_service.schemas.jobs import JOB_ID
from customer_service.schemas.keys import KEY_ID
from customer_service.schemas.notifications import NOTIFICATION_ID, PAYLOAD
from customer_service.schemas.responses import Json
from customer_service.schemas.sources.responses import SOURCE_ID, TOKEN
from customer_service.validation_messages import RULES
from herald.contract.batch import MAX_NOTIFICATIONS
from herald.contract.envelope import CONTRACT, OrderId
from herald.domain.notification_id import FORM
from operator_api.openapi.operations import parameter_name, route_key

_EXAMPLES = {
    "id": NOTIFICATION_ID,
    "partnerId": 3528,
    "jobId": JOB_ID,
    "keyId": KEY_ID,
    "sourceId": SOURCE_ID,
    "token": TOKEN,
    "orderId": "test158585",
    "state": "failed",
    "reason": "asked for by the buyer",
}
_DESCRIPTIONS = {
    **{name: str(rule) for name, rule in RULES.items()},
    "id": "a notification's id, as in the header `herald-notification-id` of the answer to its submission",
    "jobId": "a job's id, as in the answer to its start",
    "keyId": "a key's id, as in the list of keys",
    "sourceId": "a source's id, as in the list of sources",
    "token": "the token of a source, as in the answer that made it",
    "name": "a part of the name or of the number of the partners that are wanted, of 1 to 200 characters",
}
_PATTERNS = {"id": {"pattern": f"^{FORM.pattern}$"}}
# Of the routes that other functions answer: the type of the body or of the parameter.
OTHER_TYPES: dict[str, Any] = {"POST /notifications": CONTRACT, "POST /inbound/{token}": str, "GET /orders": OrderId}


def own_requests(powertools: Json) -> Iterator[tuple[str, Json]]:
    """By route, the parameters and the body, from Powertools' own document."""
    for path, operations in powertools["paths"].items():
        for method, operation in operations.items():
            yield route_key(method, path), _request(operation)


def other_requests(schemas: Json) -> Iterator[tuple[str, Json]]:
    """By route, the requests that other functions answer; `schemas` are those of `OTHER_TYPES`."""
    content = {"schema": schemas["POST /notifications"], "examples": {"redeemed": {"value": json.loads(PAYLOAD)}}}
    body = {"requestBody": {"required": True, "content": {"application/json": content}}}
    yield "POST /notifications", body
    yield "POST /notifications/batch", {"requestBody": {"required": True, "content": _batch(schemas)}}
    token = {"name": "token", "in": "path", "required": True, "schema": schemas["POST /inbound/{token}"]}
    yield "POST /inbound/{token}", {**body, "parameters": [_parameter(token)]}
    order_id = {"name": "orderId", "in": "query", "required": True, "schema": schemas["GET /orders"]}
    yield "GET /orders", {"parameters": [_parameter(order_id)]}


def _batch(schemas: Json) -> Json:
    """A batch in both of its forms."""
    bounds = {"minItems": 1, "maxItems": MAX_NOTIFICATIONS}
    array = {"type": "array", "items": schemas["POST /notifications"], **bounds}
    lines = {"type": "string", "description": "One notification on each line."}
    return {
        "application/json": {"schema": array, "examples": {"redeemed": {"value": [json.loads(PAYLOAD)]}}},
        "application/x-ndjson": {"schema": lines, "examples": {"redeemed": {"value": f"{PAYLOAD}\n"}}},
    }


def _request(operation: Json) -> Json:
    request: Json = {part: operation[part] for part in ("parameters", "requestBody") if part in operation}
    if "parameters" in request:
        request["parameters"] = [_parameter(one) for one in request["parameters"]]
    return request


def _parameter(parameter: Json) -> Json:
    """With its name as callers write it, its description, and an example."""
    name = parameter_name(parameter["name"])
    details = {
        "description": f"{_DESCRIPTIONS[name][0].upper()}{_DESCRIPTIONS[name][1:]}.",
        "schema": {**_not_null(parameter["schema"]), **_PATTERNS.get(name, {})},
    }
    return {**parameter, "name": name, **details, **({"example": _EXAMPLES[name]} if name in _EXAMPLES else {})}


def _not_null(schema: Json) -> Json:
    """The schema without null: a query may leave out an optional parameter, but cannot give it as null."""
    types = [one for one in schema.get("anyOf", []) if one.get("type") != "null"]
    return types[0] if types else schema
