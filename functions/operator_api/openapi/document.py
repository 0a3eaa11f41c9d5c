"""The OpenAPI 3.1 document of the whole API, for the authors of clients and for tools.

Powertools describes the requests of this function, the contract those of others. The responses are described by the
types in `schemas`, against which the integration tests check every response.
"""

import json
from functools import cache
from http import HTTPStatus
from typing import Any

from pydantic import TypeAdapter

from customer_service.schemas.responses import Json
from herald import __version__
from operator_api.openapi.errors import BODY_TYPES, error_components, error_references
from operator_api.openapi.languages import ACCEPT_LANGUAGE, ACCEPTS, CONTENT_LANGUAGE, language_of_success
from operator_api.openapi.operations import OTHER_FUNCTIONS, Operation, operation_of, route_key
from operator_api.openapi.requests import OTHER_TYPES, other_requests, own_requests
from operator_api.openapi.responses import RESPONSES
from operator_api.resolver import JsonApi
from operator_api.routes.metadata import Tag

_ABOUT = """Herald delivers a voucher platform's notifications to its sales partners, until each answers `success` or a
person takes over. Publishers submit, partners query their orders, operators look and decide, viewers look.

Whatever is refused is answered as an `Error`, an unknown route too (404); what API Gateway answers itself as a
`GatewayError`, in English. The sentences of Herald are in English, 繁體中文 (`zh-Hant`) or 简体中文 (`zh-Hans`), as the
header `Accept-Language` asks."""
_KEY = {
    "type": "http",
    "scheme": "bearer",
    "description": "`Authorization: Bearer <key>`. The key's role is publisher, operator, viewer or partner.",
}
# Powertools' own form of errors, and its schema of any JSON object: this document has others in their place.
_UNUSED_SCHEMAS = {"HTTPValidationError", "ValidationError", "ResponseValidationError", "Json"}
_REF = "#/components/schemas/{model}"
# Generated clients name their methods by these; they stay as they were when a summary is reworded.
_OPERATION_IDS = {
    "POST /jobs": "decide_about_many_at_once",
    "GET /orders": "ask_how_an_order_stands",
    "GET /health": "see_that_the_api_answers",
}


@cache
def openapi_document(api: JsonApi) -> Json:
    """The document of this function's routes and of those of other functions. Takes 0.2 s, once in an environment."""
    powertools: Json = json.loads(api.get_openapi_json_schema(title="Herald", version=__version__, description=_ABOUT))
    schemas, definitions = _schemas()
    own = {name: schema for name, schema in powertools["components"]["schemas"].items() if name not in _UNUSED_SCHEMAS}
    document = {
        **powertools,
        "tags": [{"name": tag} for tag in Tag],
        "security": [{"key": []}],
        "paths": _paths(api, powertools, schemas),
        "components": {
            "schemas": {**own, **definitions},
            "parameters": ACCEPT_LANGUAGE,
            "headers": CONTENT_LANGUAGE,
            "responses": error_components(schemas),
            "securitySchemes": {"key": _KEY},
        },
    }
    return _tidy(document)


def _paths(api: JsonApi, powertools: Json, schemas: Json) -> Json:
    own = {route_key(route.method, route.openapi_path): operation_of(route) for route in api.routes}
    operations = {**own, **OTHER_FUNCTIONS}
    requests = {**dict(own_requests(powertools)), **dict(other_requests(schemas))}
    paths: dict[str, Json] = {}
    for route in RESPONSES:
        method, path = route.split()
        operation = operations[route]
        responses = {**_successes(route, operation, schemas), **error_references(route, operation)}
        paths.setdefault(path, {})[method.lower()] = {
            **_head(route, operation),
            **requests[route],
            "parameters": [*requests[route].get("parameters", []), ACCEPTS],
            "responses": responses,
        }
    return paths


def _head(route: str, operation: Operation) -> Json:
    head = {
        "summary": operation.summary,
        "operationId": _OPERATION_IDS.get(route) or operation.summary.lower().replace(" ", "_").replace("'", ""),
        "tags": [operation.tag],
    }
    description = {"description": operation.description} if operation.description else {}
    return {**head, **description, **({"security": []} if operation.without_key else {})}


def _successes(route: str, operation: Operation, schemas: Json) -> Json:
    headers = {**(operation.headers or {}), **language_of_success(route)}
    return {
        str(status): {
            "description": HTTPStatus(status).phrase,
            "content": {operation.media_type: {"schema": schemas[f"{route} {status}"]}},
            **({"headers": headers} if headers else {}),
        }
        for status in RESPONSES[route]
    }


def _schemas() -> tuple[Json, Json]:
    """By `<route> <status>` of a response, `<status>` of an error or `<route>` of another function's request.

    And the definitions to which these schemas refer.
    """
    responses = {f"{route} {status}": body for route, bodies in RESPONSES.items() for status, body in bodies.items()}
    types = {**responses, **BODY_TYPES, **OTHER_TYPES}
    schemas, definitions = TypeAdapter.json_schemas(
        [(name, "validation", _adapter(one)) for name, one in types.items()], ref_template=_REF
    )
    return {name: schema for (name, _), schema in schemas.items()}, definitions["$defs"]


def _adapter(one: Any) -> TypeAdapter[Any]:  # noqa: ANN401 - a type of any kind
    return one if isinstance(one, TypeAdapter) else TypeAdapter(one)


def _tidy(document: Json) -> Json:
    """Patterns as JSON Schema writes them, and no titles that only repeat a name.

    pydantic may write the end of a text as a backslash and z; JSON Schema has only `$`.
    """
    return {**_without_titles(json.loads(json.dumps(document).replace(r'\\z"', '$"'))), "info": document["info"]}


def _without_titles(value: Any) -> Any:  # noqa: ANN401 - a JSON value is of any type
    match value:
        case dict():
            return {
                name: _without_titles(one)
                for name, one in value.items()
                if not (name == "title" and isinstance(one, str))
            }
        case list():
            return [_without_titles(one) for one in value]
        case _:
            return value
