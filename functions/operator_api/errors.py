"""The errors of the API: `code`, which is the HTTP status times 100, and a sentence in the language of the request."""

from http import HTTPStatus

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response, content_types
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError

from customer_service.refusals import EXPECTED, refusal_of
from customer_service.validation_messages import explain
from herald.languages.message import Message
from herald.runtime.http_response import error_response
from herald.runtime.logging import logger
from herald.store.dynamodb import TableUnavailable

NO_ROUTE = Message("there is no such route")


def handle_exceptions(api: APIGatewayHttpResolver) -> None:
    """Registers a handler for every exception, so that each error has the API's form."""
    api.not_found(lambda _: _response(HTTPStatus.NOT_FOUND, NO_ROUTE))
    api.exception_handler(RequestValidationError)(lambda error: _response(HTTPStatus.BAD_REQUEST, explain(error)))
    api.exception_handler(list(EXPECTED))(_refused)
    api.exception_handler(Exception)(_refused)


def _refused(error: Exception) -> Response[str]:
    if isinstance(error, TableUnavailable):
        logger.warning("table unavailable", exc_info=True)
    elif not isinstance(error, EXPECTED):
        logger.exception("request failed")
    refusal = refusal_of(error)
    return _response(refusal.status, refusal.message)


def _response(status: HTTPStatus, message: Message) -> Response[str]:
    """As Powertools takes it, which has its own argument for the content type."""
    error = error_response(status, message)
    headers = {name: value for name, value in error["headers"].items() if name != "content-type"}
    return Response(
        status_code=int(status), content_type=content_types.APPLICATION_JSON, body=error["body"], headers=headers
    )
