"""Each error as a page."""

from collections.abc import Callable
from http import HTTPStatus

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.event_handler.exceptions import NotFoundError

from console.pages import problem
from console.pages.sign_in import ended_session, kept_fields, sign_in_page
from console.request import Form, FormRefused, Request
from console.response import Page, page
from console.security.access import ReadOnly, RequestRefused, SignInNeeded
from console.security.session import Session
from herald.runtime.logging import logger
from herald.store.dynamodb import TableUnavailable

type Problem = Callable[[str, Session | None], str]


def handle_exceptions(console: APIGatewayHttpResolver) -> None:
    """Registers a handler for every exception, so that each error is a page in the reader's language."""

    def answered(status: HTTPStatus, write: Problem) -> Page:
        request: Request = console.context["request"]
        return page(write(request.path, console.context.get("session")), status)

    def failed(_: Exception) -> Page:
        logger.exception("page failed")
        return answered(HTTPStatus.INTERNAL_SERVER_ERROR, problem.failed)

    def unavailable(_: TableUnavailable) -> Page:
        logger.warning("table unavailable", exc_info=True)
        return answered(HTTPStatus.SERVICE_UNAVAILABLE, problem.unavailable)

    console.not_found(lambda _: answered(HTTPStatus.NOT_FOUND, problem.not_found))
    console.exception_handler(SignInNeeded)(lambda _: sign_in_first(console.context["request"]))
    console.exception_handler([RequestRefused, FormRefused])(lambda _: answered(HTTPStatus.FORBIDDEN, problem.refused))
    console.exception_handler(ReadOnly)(lambda _: answered(HTTPStatus.FORBIDDEN, problem.read_only))
    console.exception_handler(NotFoundError)(lambda _: answered(HTTPStatus.NOT_FOUND, problem.not_found))
    console.exception_handler(TableUnavailable)(unavailable)
    console.exception_handler(Exception)(failed)


def sign_in_first(request: Request) -> Page:
    """The sign-in page; what was typed in an interrupted form goes with it."""
    form = request.form if request.method == "POST" else Form()
    return page(sign_in_page(_back(request), kept_fields(form), _notice(request)), HTTPStatus.UNAUTHORIZED)


def _back(request: Request) -> str:
    return request.path if request.method == "POST" or not request.raw_query else f"{request.path}?{request.raw_query}"


def _notice(request: Request) -> str | None:
    return ended_session() if request.cookies or request.method == "POST" else None
