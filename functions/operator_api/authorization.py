"""Which role may use which route, and who is calling. What is not named here is the operators' alone."""

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from herald.store.key_table import Role
from operator_api.errors import ApiRefusal

# A partner's number, a notification's id, a job's.
_ID = re.compile(r"\d{1,15}(_[A-Za-z0-9_-]{1,90}_[0-9a-f]{32})?|\d{8}T\d{6}-[0-9a-f]{8}", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]|%(?:[01][0-9A-Fa-f]|7[Ff])")
_OPEN = {"GET /health", "GET /openapi.json"}
_OTHERS: Mapping[str, tuple[Role, ...]] = {"GET /notifications/{id}": (Role.OPERATOR, Role.PUBLISHER)}


def check_access(event: Mapping[str, Any]) -> None:
    """Before anything else of the request is looked at. Raises `ApiRefusal`: 403, or 404 for an unknown route."""
    route = event["routeKey"]
    if route == "$default":  # nobody is asked for a key there, so nothing may be found there
        raise ApiRefusal(HTTPStatus.NOT_FOUND, "there is no such route")
    roles, role = _OTHERS.get(route, (Role.OPERATOR,)), caller(event).get("role")
    if route not in _OPEN and role not in roles:
        wanted = " or ".join(one.value for one in roles)
        raise ApiRefusal(HTTPStatus.FORBIDDEN, f"a key of the role `{role or 'none'}` may not do this: {wanted} only")


def check_path(event: Mapping[str, Any]) -> None:
    """Refuses a path with control characters, which API Gateway decodes: 400, because `%0A` ends no id."""
    if _CONTROL.search(event.get("rawPath", "")):
        raise ApiRefusal(HTTPStatus.BAD_REQUEST, "the path has a control character, such as a line end: leave it out")


def caller(event: Mapping[str, Any]) -> dict[str, Any]:
    """What the authorizer said of whoever calls (`role`, `name`); nothing where it was not asked."""
    said: dict[str, Any] = (event["requestContext"].get("authorizer") or {}).get("lambda") or {}
    return said


def path_to_log(event: Mapping[str, Any]) -> str | None:
    """The path, where each of its parameters is an id of ours; None otherwise.

    It is whatever the caller wrote, and that may be a key, which belongs into a header.
    """
    path = str(event.get("rawPath"))
    wanted, given = event["routeKey"].partition(" ")[2].split("/"), path.split("/")
    known = (
        _ID.fullmatch(there) if part.startswith("{") else part == there
        for part, there in zip(wanted, given, strict=False)
    )
    return path if len(wanted) == len(given) and all(known) else None


def name_of_caller(router: APIGatewayHttpRouter) -> str:
    """Whose key it is, for the histories."""
    return str(caller(router.current_event.raw_event)["name"])
