"""The operations of the document: this function's, read from docstrings and decorators, and those of others."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aws_lambda_powertools.event_handler.api_gateway import Route
from pydantic.alias_generators import to_camel

from operator_api.authorization import WITHOUT_KEY
from operator_api.routes.metadata import Tag

_PARAMETER_NAMES = {"notification_id": "id"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """What a route does; the statuses of its errors besides those of every route; the form of its response."""

    tag: str
    summary: str
    description: str = ""
    errors: tuple[int, ...] = ()
    without_key: bool = False
    media_type: str = "application/json"
    headers: Mapping[str, Any] | None = None


# Of the routes that other functions answer: the receiver, the inbound function and the order query.
OTHER_FUNCTIONS: Mapping[str, Operation] = {
    "POST /notifications": Operation(
        tag=Tag.PUBLISHERS,
        summary="Submit a notification",
        description="`success` is answered when it is stored; a duplicate is acknowledged and not sent again. Any "
        "answer other than 200 `success` means: unknown, submit it again. At most 64 KiB.",
        errors=(400, 404, 413),
        media_type="text/plain",
        headers={"herald-notification-id": {"description": "The notification's id.", "schema": {"type": "string"}}},
    ),
    "POST /notifications/batch": Operation(
        tag=Tag.PUBLISHERS,
        summary="Submit several notifications",
        description="A JSON array, or one notification on each line; up to 100, together at most 4 MiB. Each has a "
        "result, in the same order: what `POST /notifications` would have answered to it alone. One that is refused "
        "refuses no other. An array that is not JSON, or has an element nested beyond what the parser reads, is "
        "refused as a whole, and nothing of it is stored.",
        errors=(400, 413),
    ),
    "POST /inbound/{token}": Operation(
        tag=Tag.SENDERS,
        summary="Submit a notification at an inbound address",
        description="For a sender that can set no key: the token in the address names its source, which may demand a "
        "signature, an address or a header besides. `success` is answered when it is stored or was stored before; a "
        "`testNotify` is answered so and not passed on. Any other answer means: not stored, submit it again.",
        errors=(400, 401, 404, 413),
        without_key=True,
        media_type="text/plain",
    ),
    "GET /orders": Operation(
        tag=Tag.PARTNERS_OWN,
        summary="Query an order",
        description="The caller's own orders, in the form of a notification: the largest quantities, and the codes of "
        "all, as many as one answer holds (some hundred thousand); `omittedSncodes` counts the others.",
        errors=(400, 404),
    ),
}


def operation_of(route: Route) -> Operation:
    """From the docstring: its first line is the summary, the rest the description. The decorator has tag and errors."""
    summary, _, description = (route.func.__doc__ or "").partition("\n")
    (tag,) = route.tags
    return Operation(
        tag=tag,
        summary=summary.removesuffix("."),
        description=" ".join(description.split()),
        errors=tuple(route.responses or ()),
        without_key=route_key(route.method, route.openapi_path) in WITHOUT_KEY,
    )


def route_key(method: str, path: str) -> str:
    """The route as API Gateway and the template write it: `GET /partners/{partnerId}` for `{partner_id}`."""
    parts = [f"{{{parameter_name(part[1:-1])}}}" if part.startswith("{") else part for part in path.split("/")]
    return f"{method.upper()} {'/'.join(parts)}"


def parameter_name(name: str) -> str:
    """The name of a parameter as callers write it; in Python it is `partner_id`."""
    return _PARAMETER_NAMES.get(name) or to_camel(name)
