"""Checked before each route: whether somebody is signed in and may do this, and whether a form is the console's own."""

from http import HTTPStatus
from typing import Any, Final

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.middlewares import NextMiddleware

from console.dependencies import provider_host
from console.pages import problem
from console.pages.sign_in import ended_session, kept_fields, onward_page, sign_in_page
from console.rendering.links import address
from console.request import Request
from console.routing.responses import html, see_other
from console.routing.visit import record_of, request_of, sign_in
from console.security.access import session_of_request
from console.security.same_origin import is_same_origin
from console.security.session import Session
from herald.domain.api_key import Role

WITHOUT_SESSION: Final = ("/console/sign-in", "/console/language", "/console/static/")
_OTHER_SITES: Final = frozenset({"cross-site", "same-site"})  # a `Strict` cookie does not come with their links
_LONGEST: Final = 2_000  # characters of an address that is kept; API Gateway refuses headers of more than 10 KB in all


def guard(app: APIGatewayHttpResolver, next_middleware: NextMiddleware) -> Response[Any]:
    """A middleware of Powertools: answers itself where the request is not allowed."""
    request = request_of(app)
    record_of(app).route = f"{request.method} {app.context['_route'].path}"
    if request.method != "GET" and not is_same_origin(request.headers):
        return html(problem.refused(request.path, None), HTTPStatus.FORBIDDEN)
    if request.path.startswith(WITHOUT_SESSION):
        return next_middleware(app)
    session = session_of_request(request)
    if session is None:
        return _signed_out(request)
    sign_in(app, session)
    return _refusal(request, session) or next_middleware(app)


def _refusal(request: Request, session: Session) -> Response[str] | None:
    """Why a request that changes something is refused; None where it is not."""
    if request.method == "GET":
        return None
    if not session.owns(request.form.get("token")):
        return html(problem.refused(request.path, session), HTTPStatus.FORBIDDEN)
    if session.role != Role.OPERATOR and request.path != "/console/sign-out":
        return html(problem.read_only(request.path, session), HTTPStatus.FORBIDDEN)
    return None


def _signed_out(request: Request) -> Response[str]:
    """To the sign-in, and from there back to what the person wanted; a form that was interrupted is kept."""
    if request.method == "GET" and request.headers.get("sec-fetch-site") in _OTHER_SITES:
        return html(onward_page(request.address))  # perhaps signed in: then the next request has the cookie
    if request.method == "GET":
        return see_other(address("/console/sign-in", back=request.address if len(request.address) <= _LONGEST else ""))
    if request.path == "/console/sign-out":
        return see_other("/console/sign-in")
    page = sign_in_page(
        request.path, kept_fields(request.form), ended_session(), interrupted=True, provider=provider_host()
    )
    return html(page, HTTPStatus.FORBIDDEN)
