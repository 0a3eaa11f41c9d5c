"""Who asks for what: the request that is being handled, and its session."""

from dataclasses import dataclass
from typing import Any, Final, Protocol, cast

from console.request import Request
from console.security.session import Session

_REQUEST: Final = "request"
_SESSION: Final = "session"
_RECORD: Final = "record"


class WithContext(Protocol):
    """A resolver of Powertools, or one of its routers: they share the context of the request."""

    context: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Visit:
    """A request of a person who is signed in."""

    request: Request
    session: Session


@dataclass(slots=True)
class Record:
    """What the log line of a request says; filled while the request is handled."""

    route: str | None = None  # such as `GET /console/jobs/<job_id>`
    caller: str | None = None


def begin(app: WithContext, request: Request) -> Record:
    """Notes the request, before anything is known of its session; nothing of the request before it is left."""
    record = Record()
    app.context.clear()
    app.context.update({_REQUEST: request, _RECORD: record})
    return record


def record_of(app: WithContext) -> Record:
    """What is to be logged."""
    return cast("Record", app.context[_RECORD])


def sign_in(app: WithContext, session: Session) -> None:
    """Notes the session of the request."""
    app.context[_SESSION] = session
    record_of(app).caller = session.name


def visit_of(app: WithContext) -> Visit:
    """The request and its session, in a route for people who are signed in."""
    return Visit(request_of(app), app.context[_SESSION])


def request_of(app: WithContext) -> Request:
    """The request."""
    return cast("Request", app.context[_REQUEST])


def session_of(app: WithContext) -> Session | None:
    """The session; None where there is none, or where it is not known yet."""
    return app.context.get(_SESSION)
