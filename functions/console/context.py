"""What the handler found out about a request, for the routes."""

from typing import cast

from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from console.request import Request
from console.security.session import Session


def request_of(router: APIGatewayHttpRouter) -> Request:
    """The present request."""
    return cast("Request", router.context["request"])


def session_of_context(router: APIGatewayHttpRouter) -> Session:
    """The session of the present request; routes that need none do not ask."""
    return cast("Session", router.context["session"])
