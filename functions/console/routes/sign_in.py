"""Signing in with an API key, and out."""

from http import HTTPStatus

from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from console.context import request_of, session_of_context
from console.dependencies import is_secure, keys, sessions
from console.languages import language_cookie
from console.pages.sign_in import PATH, continue_page, kept_fields, own_path, sign_in_page
from console.rendering.page import translate
from console.request import Request
from console.response import Page, page, redirect
from console.security.access import READERS
from console.security.session import Session, ended_cookie, hash_of_id, new_session, session_cookie
from herald.domain.clock import now
from herald.runtime.logging import logger

router = APIGatewayHttpRouter()  # type: ignore[no-untyped-call] # Powertools leaves its type out


@router.get(PATH)
def show() -> Page:
    """The form."""
    return page(sign_in_page(request_of(router).query.get("back") or "/console"))


@router.post(PATH)
def sign_in() -> Page:
    """Exchanges a key for a session; then on to the page, or the form, that asked for it."""
    request, moment = request_of(router), now()
    if sessions().must_wait(request.address, moment):
        return _again(request, translate("Too many wrong keys came from your address: wait a minute."), 429)
    session = _session_for(request.form.get("key"), moment)
    if session is None:
        sessions().count_wrong_key(request.address, moment)
        problem = translate("This is no operator's or viewer's key that is valid: check that you copied all of it.")
        return _again(request, problem, 403)
    _store(session)
    return _go_on(request, session)


@router.post("/console/sign-out")
def sign_out() -> Page:
    """Ends the session here and in the browser."""
    sessions().end(hash_of_id(session_of_context(router).session_id))
    return redirect(PATH, [ended_cookie(secure=is_secure())])


@router.post("/console/language")
def choose_language() -> Page:
    """Remembers the language, and shows the same page in it."""
    form = request_of(router).form
    return redirect(own_path(form.get("back")), [language_cookie(form.get("language"))])


def _session_for(text: str, moment: int) -> Session | None:
    found = keys().find(text) if text else None
    if found is None or not found.is_valid(moment) or found.key.role not in READERS:
        logger.info("sign-in refused")
        return None
    return new_session(found.key.name, found.key.role.value, found.key_hash, moment)


def _store(session: Session) -> None:
    stored = {"holder": session.name, "role": session.role, "key_hash": session.key_hash}
    sessions().add(hash_of_id(session.session_id), stored, session.expires_at)
    logger.info("signed in", extra={"caller": session.name, "role": session.role})


def _go_on(request: Request, session: Session) -> Page:
    cookies = [session_cookie(session, secure=is_secure())]
    back, kept = own_path(request.form.get("back")), kept_fields(request.form)
    return page(continue_page(session, back, request.form), cookies=cookies) if kept else redirect(back, cookies)


def _again(request: Request, problem: str, status: int) -> Page:
    form = request.form
    return page(sign_in_page(form.get("back"), kept_fields(form), problem), HTTPStatus(status))
