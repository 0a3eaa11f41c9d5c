"""Exceptions as pages, so that whoever meets one knows what to do, and what was typed is kept."""

from http import HTTPStatus

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response

from console.pages import problem
from console.pages.kept_form import retry_page
from console.pages.sign_in import PATH as SIGN_IN
from console.request import FormRefused, Request
from console.routing.responses import html
from console.routing.visit import request_of, session_of
from console.security.access import session_of_request
from console.security.session import Session
from customer_service.refusals import EXPECTED, refusal_of
from herald.languages.current import localized
from herald.runtime.logging import logger
from herald.store.dynamodb import TableUnavailable


def handle_failures(app: APIGatewayHttpResolver) -> None:
    """Registers a handler for every exception, and for unknown paths."""
    app.not_found(lambda _: html(problem.not_found(request_of(app).path, _session(app)), HTTPStatus.NOT_FOUND))
    app.exception_handler(list(EXPECTED))(lambda error: _refused(app, error))
    app.exception_handler(TableUnavailable)(lambda _: _unavailable(app))  # in place of the one for all of `EXPECTED`
    app.exception_handler(FormRefused)(lambda _: _not_a_form(app))
    app.exception_handler(Exception)(lambda _: _failed(app))


def _refused(app: APIGatewayHttpResolver, error: Exception) -> Response[str]:
    """What a form's page would show beside the form, where there is no such page: a notification that is gone."""
    refusal = refusal_of(error)
    page = problem.explained(request_of(app).path, session_of(app), localized(refusal.message))
    return html(page, refusal.status)


def _unavailable(app: APIGatewayHttpResolver) -> Response[str]:
    logger.warning("table unavailable", exc_info=True)
    request = request_of(app)
    page = (
        retry_page(session_of(app), request)
        if _has_form(request)
        else problem.unavailable(request.path, session_of(app))
    )
    return html(page, HTTPStatus.SERVICE_UNAVAILABLE)


def _has_form(request: Request) -> bool:
    """Whether something was typed that may be shown again: a key never is."""
    if request.method != "POST" or request.path == SIGN_IN:
        return False
    try:
        return bool(request.form.fields)
    except FormRefused:
        return False


def _not_a_form(app: APIGatewayHttpResolver) -> Response[str]:
    return html(problem.refused(request_of(app).path, session_of(app)), HTTPStatus.BAD_REQUEST)


def _failed(app: APIGatewayHttpResolver) -> Response[str]:
    logger.exception("request failed")
    return html(problem.failed(request_of(app).path, session_of(app)), HTTPStatus.INTERNAL_SERVER_ERROR)


def _session(app: APIGatewayHttpResolver) -> Session | None:
    """The session for the navigation of a page that needs none."""
    try:
        return session_of_request(request_of(app))
    except TableUnavailable:
        return None
