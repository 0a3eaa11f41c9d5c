"""The errors of the API: `code`, which is the HTTP status times 100, and a sentence."""

import json
from http import HTTPStatus

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response, content_types
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError

from herald.domain.job import JobRefused
from herald.domain.notification import Notification
from herald.domain.notification_id import MalformedId
from herald.domain.partner import ReviewRefused
from herald.domain.transitions import TransitionRefused
from herald.runtime.http_response import RETRY_AFTER, error_body
from herald.runtime.logging import logger
from herald.store.dynamodb import TableUnavailable
from herald.store.indexes.page_token import MalformedCursor
from herald.store.job_table import JobConflict
from herald.store.notification_table import NotificationConflict
from herald.store.partner_table import PartnerConflict
from operator_api.validation_messages import explain


class ApiRefusal(Exception):
    """A request that is refused: the HTTP status, and a sentence for the caller."""

    def __init__(self, status: HTTPStatus, describe: str) -> None:
        super().__init__(describe)
        self.status = status


_BAD_REQUEST = (MalformedCursor, MalformedId)
_CONFLICT = (TransitionRefused, ReviewRefused, JobRefused)


def handle_exceptions(api: APIGatewayHttpResolver) -> None:
    """Registers a handler for every exception, so that each error has the API's form."""
    api.not_found(lambda _: _response(HTTPStatus.NOT_FOUND, "there is no such route"))
    api.exception_handler(RequestValidationError)(lambda error: _response(HTTPStatus.BAD_REQUEST, explain(error)))
    api.exception_handler(ApiRefusal)(lambda error: _response(error.status, str(error)))
    api.exception_handler(list(_BAD_REQUEST))(lambda error: _response(HTTPStatus.BAD_REQUEST, str(error)))
    api.exception_handler(list(_CONFLICT))(lambda error: _response(HTTPStatus.CONFLICT, str(error)))
    api.exception_handler([NotificationConflict, PartnerConflict, JobConflict])(_lost_update)
    api.exception_handler(TableUnavailable)(_unavailable)
    api.exception_handler(Exception)(_internal_error)


def _lost_update(conflict: NotificationConflict | PartnerConflict | JobConflict) -> Response[str]:
    if conflict.current is None:
        return _response(HTTPStatus.NOT_FOUND, "it is not there any more")
    turn = f"at turn {conflict.current.turn} and " if isinstance(conflict.current, Notification) else ""
    now = f"it is {turn}{conflict.current.state.value} now"
    return _response(HTTPStatus.CONFLICT, f"somebody changed it since you saw it, {now}: look at it again, then decide")


def _unavailable(_: TableUnavailable) -> Response[str]:
    logger.warning("table unavailable", exc_info=True)
    return _response(HTTPStatus.SERVICE_UNAVAILABLE, "Herald's tables do not answer now: try again")


def _internal_error(_: Exception) -> Response[str]:
    logger.exception("request failed")
    return _response(HTTPStatus.INTERNAL_SERVER_ERROR, "our fault: the log says more")


def _response(status: HTTPStatus, describe: str) -> Response[str]:
    headers: dict[str, str | list[str]] = (
        {"retry-after": RETRY_AFTER} if status is HTTPStatus.SERVICE_UNAVAILABLE else {}
    )
    body = json.dumps(error_body(status, describe), ensure_ascii=False)
    return Response(status_code=int(status), content_type=content_types.APPLICATION_JSON, body=body, headers=headers)
