"""The API's description (OpenAPI 3.1), for people who write clients and for tools that try it.

Requests are described by what reads them: Powertools for this function's own, the contract for submissions. Answers are
described by the types in `answers` and its siblings; the integration tests hold every answer against them.
"""

import json
from functools import cache
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from pydantic import TypeAdapter

from herald import __version__
from operator_api.openapi.errors import FORMS, refusals, refusals_of
from operator_api.openapi.requests import OTHERS, other_requests, own_requests
from operator_api.openapi.routes import ROUTES, Described, Tag
from operator_api.serializers import Json

_ABOUT = """Herald delivers a voucher platform's notifications to its sales partners, until each answers `success` or a
person takes over. Publishers submit, partners ask how their orders stand, operators look and decide.

Whatever is refused is answered as an `Error`, an unknown route too (404); what API Gateway answers itself as a
`GatewayError`."""
_KEY = {
    "type": "http",
    "scheme": "bearer",
    "description": "`Authorization: Bearer <key>`. The key's role is publisher, operator or partner.",
}
# How Powertools would refuse, and what it makes of `dict[str, Any]`: Herald says both otherwise.
_POWERTOOLS_OWN = {"HTTPValidationError", "ValidationError", "ResponseValidationError", "Json"}
_REF = "#/components/schemas/{model}"


@cache
def described(api: APIGatewayHttpResolver) -> Json:
    """The description of this API and of what other functions answer beside it. Takes 0.2 s, once in an environment."""
    read: Json = json.loads(api.get_openapi_json_schema(title="Herald", version=__version__, description=_ABOUT))
    schemas, definitions = _schemas()
    requests = {**dict(own_requests(read)), **dict(other_requests(schemas))}
    paths: dict[str, Json] = {}
    for route, one in ROUTES.items():
        method, path = route.split()
        paths.setdefault(path, {})[method.lower()] = {**_head(one), **requests[route], **_answers(route, one, schemas)}
    own = {name: schema for name, schema in read["components"]["schemas"].items() if name not in _POWERTOOLS_OWN}
    components = {"schemas": {**own, **definitions}, "responses": refusals(schemas), "securitySchemes": {"key": _KEY}}
    whole = {**read, "tags": [{"name": tag} for tag in Tag], "security": [{"key": []}]}
    return _tidy({**whole, "paths": paths, "components": components})


def _head(one: Described) -> Json:
    head = {
        "summary": one.summary,
        "operationId": one.summary.lower().replace(" ", "_").replace("'", ""),
        "tags": [one.tag],
    }
    return {**head, **({"description": one.more} if one.more else {}), **({"security": []} if one.open else {})}


def _answers(route: str, one: Described, schemas: Json) -> Json:
    done = {
        str(status): {
            "description": HTTPStatus(status).phrase,
            "content": {one.media: {"schema": schemas[f"{route} {status}"]}},
            **({"headers": one.headers} if one.headers else {}),
        }
        for status in one.answers
    }
    return {"responses": {**done, **refusals_of(route, one)}}


def _schemas() -> tuple[Json, Json]:
    """By `<route> <status>` of an answer, `<status>` of a refusal or `<route>` of another function's request.

    And what these refer to.
    """
    answers = {f"{route} {status}": form for route, one in ROUTES.items() for status, form in one.answers.items()}
    forms = {**answers, **FORMS, **OTHERS}
    schemas, definitions = TypeAdapter.json_schemas(
        [(name, "validation", _adapter(form)) for name, form in forms.items()], ref_template=_REF
    )
    return {name: schema for (name, _), schema in schemas.items()}, definitions["$defs"]


def _adapter(form: Any) -> TypeAdapter[Any]:  # noqa: ANN401 - a type of any kind
    return form if isinstance(form, TypeAdapter) else TypeAdapter(form)


def _tidy(described: Json) -> Json:
    """Patterns as JSON Schema writes them, and no titles that say a name again, in one word.

    pydantic may write the end of a text as a backslash and z; JSON Schema knows `$`.
    """
    return {**_untitled(json.loads(json.dumps(described).replace(r'\\z"', '$"'))), "info": described["info"]}


def _untitled(inside: Any) -> Any:  # noqa: ANN401 - a JSON value is of any type
    match inside:
        case dict():
            return {
                name: _untitled(one) for name, one in inside.items() if not (name == "title" and isinstance(one, str))
            }
        case list():
            return [_untitled(one) for one in inside]
        case _:
            return inside
