"""What the API refuses, and how it says so: status times 100 and a sentence."""

import json
from http import HTTPStatus

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response, content_types
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError

from herald.address import EndpointRefused
from herald.cursor import MalformedCursor
from herald.dynamodb import TableUnavailable
from herald.http_answer import RETRY_AFTER, error_body
from herald.ladder import MalformedLadder
from herald.notification import TransitionRefused
from herald.notification_id import MalformedId
from herald.notification_table import Changed
from herald.partner import ReviewRefused
from herald.partner_table import PartnerChanged
from herald.telemetry import logger


class ApiRefusal(Exception):
    """The caller asked for something that cannot be: a status and a sentence."""

    def __init__(self, status: HTTPStatus, describe: str) -> None:
        super().__init__(describe)
        self.status = status


_BAD = (EndpointRefused, MalformedCursor, MalformedId, MalformedLadder)
_CONFLICT = (TransitionRefused, ReviewRefused)
_LOST_RACE = (Changed, PartnerChanged)


def answer_errors(api: APIGatewayHttpResolver) -> None:
    """Teaches the API to answer every exception in its own form."""
    api.not_found(lambda _: _answer(HTTPStatus.NOT_FOUND, "there is no such route"))
    api.exception_handler(RequestValidationError)(lambda error: _answer(HTTPStatus.BAD_REQUEST, _name_fields(error)))
    api.exception_handler(ApiRefusal)(lambda error: _answer(error.status, str(error)))
    api.exception_handler(list(_BAD))(lambda error: _answer(HTTPStatus.BAD_REQUEST, str(error)))
    api.exception_handler(list(_CONFLICT))(lambda error: _answer(HTTPStatus.CONFLICT, str(error)))
    api.exception_handler(list(_LOST_RACE))(
        lambda _: _answer(HTTPStatus.CONFLICT, "somebody changed it meanwhile: look at it again, then decide")
    )
    api.exception_handler(TableUnavailable)(_unavailable)
    api.exception_handler(Exception)(_our_fault)


def _unavailable(_: TableUnavailable) -> Response[str]:
    logger.warning("table unavailable", exc_info=True)
    return _answer(HTTPStatus.SERVICE_UNAVAILABLE, "Herald's tables do not answer now: try again")


def _our_fault(error: Exception) -> Response[str]:
    if isinstance(error, NotFoundError):
        return _answer(HTTPStatus.NOT_FOUND, "there is no such route")
    logger.exception("request failed")
    return _answer(HTTPStatus.INTERNAL_SERVER_ERROR, "our fault: the log says more")


def _answer(status: HTTPStatus, describe: str) -> Response[str]:
    headers: dict[str, str | list[str]] = (
        {"retry-after": RETRY_AFTER} if status is HTTPStatus.SERVICE_UNAVAILABLE else {}
    )
    body = json.dumps(error_body(status, describe), ensure_ascii=False)
    return Response(status_code=int(status), content_type=content_types.APPLICATION_JSON, body=body, headers=headers)


def _name_fields(error: RequestValidationError) -> str:
    """Each field by its path, with what is wrong with it."""
    return "; ".join(f"`{_path(detail['loc'])}`: {detail['msg']}" for detail in error.errors())


def _path(place: tuple[str | int, ...]) -> str:
    names = [part for part in place if isinstance(part, str) and part not in {"body", "query", "path"}]
    return ".".join(names) or "the body"
