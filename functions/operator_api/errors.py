"""The errors of the API: `code`, which is the HTTP status times 100, and a sentence in the language of the request."""

from http import HTTPStatus

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response, content_types
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError

from herald.domain.jobs.job import JobRefused
from herald.domain.lists.notification_search import RangeRefused
from herald.domain.notification import Notification
from herald.domain.notification_id import MalformedId
from herald.domain.partner import Partner, ReviewRefused
from herald.domain.transitions import TransitionRefused
from herald.languages import words
from herald.languages.message import Message
from herald.languages.refusal import Refusal
from herald.runtime.http_response import error_response
from herald.runtime.logging import logger
from herald.store.dynamodb import TableUnavailable
from herald.store.indexes.page_token import MalformedCursor
from herald.store.job_table import AnyJob, JobConflict
from herald.store.notification_table import NotificationConflict
from herald.store.partner_table import PartnerConflict
from operator_api.validation_messages import explain


class ApiRefusal(Refusal):
    """A request that is refused: the HTTP status, and a sentence for the caller."""

    def __init__(self, status: HTTPStatus, message: Message) -> None:
        super().__init__(message)
        self.status = status


_BAD_REQUEST = (MalformedCursor, MalformedId, RangeRefused)
_CONFLICT = (TransitionRefused, ReviewRefused, JobRefused)
NO_ROUTE = Message("there is no such route")


def handle_exceptions(api: APIGatewayHttpResolver) -> None:
    """Registers a handler for every exception, so that each error has the API's form."""
    api.not_found(lambda _: _response(HTTPStatus.NOT_FOUND, NO_ROUTE))
    api.exception_handler(RequestValidationError)(lambda error: _response(HTTPStatus.BAD_REQUEST, explain(error)))
    api.exception_handler(ApiRefusal)(lambda error: _response(error.status, error.message))
    api.exception_handler(list(_BAD_REQUEST))(lambda error: _response(HTTPStatus.BAD_REQUEST, error.message))
    api.exception_handler(list(_CONFLICT))(lambda error: _response(HTTPStatus.CONFLICT, error.message))
    api.exception_handler([NotificationConflict, PartnerConflict, JobConflict])(_lost_update)
    api.exception_handler(TableUnavailable)(_unavailable)
    api.exception_handler(Exception)(_internal_error)


def _lost_update(conflict: NotificationConflict | PartnerConflict | JobConflict) -> Response[str]:
    if conflict.current is None:
        return _response(HTTPStatus.NOT_FOUND, Message("it is not there any more"))
    return _response(HTTPStatus.CONFLICT, _changed(conflict.current))


def _changed(current: Notification | Partner | AnyJob) -> Message:
    if isinstance(current, Notification):
        return Message(
            "somebody changed it since you saw it, it is at turn {turn} and {state:word} now: look at it again, "
            "then decide",
            turn=current.turn,
            state=words.STATES[current.state],
        )
    state = (words.REVIEW_STATES if isinstance(current, Partner) else words.JOB_STATES)[current.state]
    return Message(
        "somebody changed it since you saw it, it is {state:word} now: look at it again, then decide", state=state
    )


def _unavailable(_: TableUnavailable) -> Response[str]:
    logger.warning("table unavailable", exc_info=True)
    return _response(HTTPStatus.SERVICE_UNAVAILABLE, Message("Herald's tables do not answer now: try again"))


def _internal_error(_: Exception) -> Response[str]:
    logger.exception("request failed")
    return _response(HTTPStatus.INTERNAL_SERVER_ERROR, Message("our fault: the log says more"))


def _response(status: HTTPStatus, message: Message) -> Response[str]:
    """As Powertools takes it, which has its own argument for the content type."""
    error = error_response(status, message)
    headers = {name: value for name, value in error["headers"].items() if name != "content-type"}
    return Response(
        status_code=int(status), content_type=content_types.APPLICATION_JSON, body=error["body"], headers=headers
    )
