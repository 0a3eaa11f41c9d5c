"""Signing in with an API key, signing out, and the choice of a language. `provider_sign_in` has the other way in."""

from http import HTTPStatus
from typing import Final

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from console.dependencies import is_secure, provider_host, sessions
from console.pages.kept_form import continue_page
from console.pages.sign_in import kept_fields, own_path, sign_in_page
from console.rendering.page import translate
from console.request import Request
from console.routing.responses import html, see_other
from console.routing.visit import request_of, visit_of
from console.security.access import end_session_of, key_for, session_of_request
from console.security.session import Session, ended_cookie, new_session, session_cookie
from console.visitor_language import language_cookie
from herald.domain.api_key import IssuedKey
from herald.domain.clock import now
from herald.runtime.logging import logger

router = APIGatewayHttpRouter()  # type: ignore[no-untyped-call] # Powertools leaves its type out
_WAIT: Final = "60"  # seconds


@router.get("/console/sign-in")
def show() -> Response[str]:
    """The form."""
    return html(sign_in_page(request_of(router).query.get("back"), provider=provider_host()))


@router.post("/console/sign-in")
def sign_in() -> Response[str]:
    """A session for a valid key, and the way to where the person wanted to go."""
    request, moment = request_of(router), now()
    if provider_host():
        return _go_on(request)
    if sessions().must_wait(request.source_ip, moment):
        return _too_many(request)
    stored = key_for(request.form.get("key"))
    if stored is None:
        sessions().count_wrong_key(request.source_ip, moment)
        return _wrong(request)
    return _begin(request, stored, moment)


@router.post("/console/sign-out")
def sign_out() -> Response[str]:
    """Ends the session, in the browser and in the table."""
    sessions().end(visit_of(router).session.session_id)
    return see_other("/console/sign-in", [ended_cookie(secure=is_secure())])


@router.post("/console/language")
def choose_language() -> Response[str]:
    """Notes the language in a cookie, and goes back."""
    form = request_of(router).form
    cookie = language_cookie(form.get("language"), secure=is_secure())
    return see_other(own_path(form.get("back")), [cookie] if cookie else None)


def _go_on(request: Request) -> Response[str]:
    """The form that was interrupted, once somebody has signed in by the provider in another tab. Keys open nothing."""
    session = session_of_request(request)
    if session is not None and request.form.get("interrupted"):
        return html(continue_page(session, request.form.get("back"), request.form))
    return html(_again(request, translate("You are not signed in yet.")), HTTPStatus.FORBIDDEN)


def _begin(request: Request, stored: IssuedKey, moment: int) -> Response[str]:
    session = new_session(stored.key.name, stored.key.role, stored.key_hash, moment)
    end_session_of(request)
    sessions().add(session)
    logger.info("signed in", extra={"name_of_key": session.name, "role": session.role, "key_id": stored.key_id})
    return _welcome(request, session)


def _welcome(request: Request, session: Session) -> Response[str]:
    cookies, back = [session_cookie(session, secure=is_secure())], own_path(request.form.get("back"))
    if request.form.get("interrupted"):
        return html(continue_page(session, back, request.form), HTTPStatus.OK, cookies)
    return see_other(back, cookies)


def _wrong(request: Request) -> Response[str]:
    problem = translate(
        "This key opens nothing here: it is unknown, revoked or expired, or not an operator's or viewer's."
    )
    return html(_again(request, problem), HTTPStatus.FORBIDDEN)


def _too_many(request: Request) -> Response[str]:
    problem = translate("Five wrong keys came from your address within a minute: wait a minute, then try again.")
    response = html(_again(request, problem), HTTPStatus.TOO_MANY_REQUESTS)
    response.headers["retry-after"] = _WAIT
    return response


def _again(request: Request, problem: str) -> str:
    form = request.form
    interrupted = bool(form.get("interrupted"))
    return sign_in_page(form.get("back"), kept_fields(form), problem, interrupted=interrupted, provider=provider_host())
