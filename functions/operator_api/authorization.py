"""Which role may use which route.

A route that is not named here is for operators, and for viewers too if it only reads. GET means that (RFC 9110, "Safe
Methods").
"""

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from customer_service.refusals import ApiRefusal
from herald.domain.api_key import Role
from herald.languages.enumeration import any_of, as_written
from herald.languages.message import Message
from herald.runtime.caller import caller_of, may_concern, require_role
from operator_api.errors import NO_ROUTE

# A partner's number, a notification's id, a job's, a key's.
_ID = re.compile(r"\d{1,15}(_[A-Za-z0-9_-]{1,90}_[0-9a-f]{32})?|\d{8}T\d{6}-[0-9a-f]{8}|[0-9a-f]{16}", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]|%(?:[01][0-9A-Fa-f]|7[Ff])")
WITHOUT_KEY = {"GET /health", "GET /openapi.json"}
_ROLES: Mapping[str, tuple[Role, ...]] = {
    "GET /notifications/{id}": (Role.OPERATOR, Role.VIEWER, Role.PUBLISHER),
}


def check_access(event: Mapping[str, Any]) -> None:
    """Checked before anything else of the request. Raises `RoleRefused`, or `ApiRefusal` 404 for an unknown route."""
    route = event["routeKey"]
    if route == "$default":  # API Gateway asks for no key there, so no route may be reachable through it
        raise ApiRefusal(HTTPStatus.NOT_FOUND, NO_ROUTE)
    if route not in WITHOUT_KEY:
        allowed = roles_of(route)
        role = caller_of(event).get("role") or "none"
        require_role(role, allowed, _only_for(allowed, role))


def _only_for(allowed: tuple[Role, ...], role: str) -> Message:
    """The roles as the registry of keys has them, in every language."""
    names = any_of(as_written(one.value) for one in allowed)
    return Message("a key of the role `{role}` may not do this: {allowed} only", role=role, allowed=names)


def roles_of(route: str) -> tuple[Role, ...]:
    """The roles that may use a route of this function, `POST /jobs`; of a dry run too, which is the same route."""
    readers = (Role.OPERATOR, Role.VIEWER) if route.startswith("GET ") else (Role.OPERATOR,)
    return _ROLES.get(route, readers)


def check_path(event: Mapping[str, Any]) -> None:
    """Refuses a path with control characters, which API Gateway decodes. Raises `ApiRefusal`: 400."""
    if _CONTROL.search(event.get("rawPath", "")):
        raise ApiRefusal(
            HTTPStatus.BAD_REQUEST, Message("the path has a control character, such as a line end: leave it out")
        )


def path_to_log(event: Mapping[str, Any]) -> str | None:
    """The path if each of its parameters has the form of an id of Herald; None otherwise.

    A caller may have put a key into the path instead of the header; a key must not be logged.
    """
    path = str(event.get("rawPath"))
    template, parts = event["routeKey"].partition(" ")[2].split("/"), path.split("/")
    matches = (
        _ID.fullmatch(part) if expected.startswith("{") else expected == part
        for expected, part in zip(template, parts, strict=False)
    )
    return path if len(template) == len(parts) and all(matches) else None


def may_see(router: APIGatewayHttpRouter, partner_id: int) -> bool:
    """Whether the caller's key is for notifications of this partner."""
    return may_concern(caller_of(router.current_event.raw_event), partner_id)


def key_id_of_caller(router: APIGatewayHttpRouter) -> str | None:
    """The id of the key with which the request was made."""
    return caller_of(router.current_event.raw_event).get("keyId")


def name_of_caller(router: APIGatewayHttpRouter) -> str:
    """The name of the key's owner, for the histories."""
    return str(caller_of(router.current_event.raw_event)["name"])
