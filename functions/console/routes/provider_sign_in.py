"""Signing in by an OpenID Connect provider: to the provider, and back from it."""

from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from console.dependencies import is_secure, provider_host, sessions
from console.pages.sign_in import PATH, START, own_path, sign_in_page, signed_in_page
from console.rendering.page import set_address
from console.request import Request
from console.routing.responses import html, see_other
from console.routing.visit import request_of
from console.security.access import end_session_of
from console.security.oidc.flow import CALLBACK, Admitted, admitted, authorization_address
from console.security.oidc.pending_sign_in import (
    ended_pending_cookie,
    new_pending_sign_in,
    pending_cookie,
    pending_cookie_name,
    read_pending,
)
from console.security.oidc.provider import configured_provider
from console.security.oidc.refusals import SignInRefused, not_begun
from console.security.session import new_session, session_cookie
from herald.domain.clock import now
from herald.languages.current import localized
from herald.runtime.logging import logger

router = APIGatewayHttpRouter()  # type: ignore[no-untyped-call] # Powertools leaves its type out


@router.get(START)
def start() -> Response[str]:
    """To the provider. By a link: the policy for forms (`form-action`) would stop a form's redirect to another site."""
    request, provider = request_of(router), configured_provider()
    if provider is None:
        return see_other(PATH)
    pending = new_pending_sign_in(own_path(request.query.get("back")), now())
    try:
        afresh = bool(request.query.get("afresh"))
        where = authorization_address(provider, pending, _origin(request), afresh=afresh)
    except SignInRefused as refused:
        return _refused(refused, pending.back)
    return see_other(where, [pending_cookie(pending, secure=is_secure())])


@router.get(CALLBACK)
def come_back() -> Response[str]:
    """From the provider: a session for the person, and the way to where they wanted to go."""
    request, provider = request_of(router), configured_provider()
    set_address("")  # no link leads here again: the provider's answer counts once
    if provider is None:
        return see_other(PATH)
    pending = read_pending(request.cookies.get(pending_cookie_name(secure=is_secure()), ""))
    if pending is None:
        return _refused(not_begun(), "")
    try:
        return _begin(request, admitted(provider, pending, request.query, _origin(request)), pending.back)
    except SignInRefused as refused:
        return _refused(refused, pending.back)


def _begin(request: Request, person: Admitted, back: str) -> Response[str]:
    session = new_session(person.name, person.role, "", now(), subject=person.subject)
    end_session_of(request)
    sessions().add(session)
    logger.info("signed in", extra={"name_of_person": person.name, "role": person.role, "subject": person.subject})
    cookies = [session_cookie(session, secure=is_secure()), ended_pending_cookie(secure=is_secure())]
    return html(signed_in_page(session, back), HTTPStatus.OK, cookies)


def _refused(refused: SignInRefused, back: str) -> Response[str]:
    """The sign-in page with the reason. The cookie stays: a link that anybody may have made ends no sign-in."""
    logger.warning("sign-in refused", extra={"why": refused.why})
    page = sign_in_page(back, (), localized(refused.message), provider=provider_host())
    return html(page, refused.status)


def _origin(request: Request) -> str:
    """The console's own scheme and host. API Gateway passes no request on whose host is not the API's."""
    return f"{'https' if is_secure() else 'http'}://{request.headers.get('host', '')}"
