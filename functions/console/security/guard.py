"""What stands before every route: the session, and for a change the proof that the person made it."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from aws_lambda_powertools.event_handler import ApiGatewayResolver

from console.response import Page
from console.security.access import RequestRefused, check_change, session_of
from console.security.same_origin import is_same_origin
from herald.domain.clock import now

if TYPE_CHECKING:
    from console.request import Request

OPEN_PATHS: Final = frozenset({"/console/sign-in", "/console/language"})
OPEN_FOLDER: Final = "/console/static/"


def guard(app: ApiGatewayResolver, next_middleware: Callable[[ApiGatewayResolver], Page]) -> Page:
    """Raises `SignInNeeded`, `RequestRefused` or `ReadOnly`; else the route has the session in its context."""
    request: Request = app.context["request"]
    if is_open(request.path):
        if request.method == "POST" and not is_same_origin(request):
            raise RequestRefused  # also signing in: another site must not sign a person in with a key of its own
    else:
        session = session_of(request, now())
        app.context["session"] = session
        check_change(request, session)
    return next_middleware(app)


def is_open(path: str) -> bool:
    """Whether the path answers without a session."""
    return path in OPEN_PATHS or path.startswith(OPEN_FOLDER)
