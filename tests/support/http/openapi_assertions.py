"""Holds an answer against the API's own description: its status, its content type, its form, and nothing beside it."""

from functools import cache
from typing import Any

import jsonschema_rs

from operator_api import app as operator_app

type Json = dict[str, Any]


@cache
def description() -> Json:
    """What `GET /openapi.json` answers."""
    found: Json = operator_app.description()
    return found


def undescribed(route: str, status: int, content_type: str, body: Any) -> list[str]:
    """What of this answer the description does not tell; `route` as the template writes it, `body` read from JSON."""
    method, path = route.split()
    told = description()["paths"][path][method.lower()]["responses"].get(str(status))
    if told is None:
        return [f"{route} may not answer {status}"]
    contents = _followed(told)["content"]
    media = content_type.partition(";")[0]
    if media not in contents:
        return [f"{route} {status} may not answer {media}"]
    return [error.message for error in _validator(route, status, media).iter_errors(body)]


def _followed(told: Json) -> Json:
    """A response, where it stands in one place for all."""
    if "$ref" not in told:
        return told
    found: Json = description()["components"]["responses"][told["$ref"].rsplit("/", 1)[1]]
    return found


@cache
def _validator(route: str, status: int, media: str) -> jsonschema_rs.Draft202012Validator:
    method, path = route.split()
    told = _followed(description()["paths"][path][method.lower()]["responses"][str(status)])
    schemas = {name: _closed(schema) for name, schema in description()["components"]["schemas"].items()}
    return validator(told["content"][media]["schema"], schemas)


def validator(schema: Json, schemas: Json | None = None) -> jsonschema_rs.Draft202012Validator:
    """Of a schema of the description, which may refer to others of it."""
    components = {"schemas": schemas or description()["components"]["schemas"]}
    return jsonschema_rs.Draft202012Validator({**schema, "components": components}, validate_formats=True)


def _closed(schema: Json) -> Json:
    """As Herald answers now: nothing that is not told. Clients must bear more, so the description itself is open."""
    return {"additionalProperties": False, **schema} if "properties" in schema else schema
