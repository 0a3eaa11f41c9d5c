"""Requests that are refused: with which HTTP status, and with which sentence."""

from http import HTTPStatus
from typing import Final

from herald.domain.decisions.deletion import ContentDeleted
from herald.domain.jobs.job import JobRefused
from herald.domain.limits.extra_headers import HeaderRefused
from herald.domain.lists.notification_search import RangeRefused
from herald.domain.notification import Notification
from herald.domain.notification_id import MalformedId
from herald.domain.partner import Partner, ReviewRefused
from herald.domain.sources.changes import SourceRefused
from herald.domain.sources.source import Source
from herald.domain.transitions import TransitionRefused
from herald.languages import words
from herald.languages.message import Message
from herald.languages.refusal import Refusal
from herald.store.dynamodb import TableUnavailable
from herald.store.encryption.kms import SecretsUnavailable
from herald.store.indexes.page_token import MalformedCursor
from herald.store.job_table import AnyJob, JobConflict
from herald.store.notification_table import NotificationConflict
from herald.store.partner_table import PartnerConflict
from herald.store.sources.source_table import SourceConflict


class ApiRefusal(Refusal):
    """A request that is refused: the HTTP status, and a sentence for the caller."""

    def __init__(self, status: HTTPStatus, message: Message) -> None:
        super().__init__(message)
        self.status = status


_STATUSES: Final[dict[type[Refusal], HTTPStatus]] = {
    MalformedCursor: HTTPStatus.BAD_REQUEST,
    MalformedId: HTTPStatus.BAD_REQUEST,
    HeaderRefused: HTTPStatus.BAD_REQUEST,
    RangeRefused: HTTPStatus.BAD_REQUEST,
    TransitionRefused: HTTPStatus.CONFLICT,
    ContentDeleted: HTTPStatus.CONFLICT,
    ReviewRefused: HTTPStatus.CONFLICT,
    SourceRefused: HTTPStatus.CONFLICT,
    JobRefused: HTTPStatus.CONFLICT,
}
_CONFLICTS: Final = (NotificationConflict, PartnerConflict, SourceConflict, JobConflict)
_WORDS: Final = {Partner: words.REVIEW_STATES, Source: words.SOURCE_STATES}  # of others: JOB_STATES
EXPECTED: Final[tuple[type[Exception], ...]] = (ApiRefusal, *_STATUSES, *_CONFLICTS, TableUnavailable)


def refusal_of(error: Exception) -> ApiRefusal:
    """What the caller is told of one of the `EXPECTED` exceptions; of any other one that it is our fault."""
    match error:
        case ApiRefusal():
            return error
        case NotificationConflict() | PartnerConflict() | SourceConflict() | JobConflict():
            return _lost_update(error)
        case SecretsUnavailable():
            message = Message("the key that encrypts partners' secrets cannot be used now: try again")
            return ApiRefusal(HTTPStatus.SERVICE_UNAVAILABLE, message)
        case TableUnavailable():
            message = Message("Herald's tables do not answer now: try again")
            return ApiRefusal(HTTPStatus.SERVICE_UNAVAILABLE, message)
        case Refusal():
            status = next((status for kind, status in _STATUSES.items() if isinstance(error, kind)), None)
            if status is not None:
                return ApiRefusal(status, error.message)
    return ApiRefusal(HTTPStatus.INTERNAL_SERVER_ERROR, Message("our fault: the log says more"))


def _lost_update(conflict: NotificationConflict | PartnerConflict | SourceConflict | JobConflict) -> ApiRefusal:
    if conflict.current is None:
        return ApiRefusal(HTTPStatus.NOT_FOUND, Message("it is not there any more"))
    return ApiRefusal(HTTPStatus.CONFLICT, _changed(conflict.current))


def _changed(current: Notification | Partner | Source | AnyJob) -> Message:
    if isinstance(current, Notification):
        return Message(
            "somebody changed it since you saw it, it is at turn {turn} and {state:word} now: look at it again, "
            "then decide",
            turn=current.turn,
            state=words.STATES[current.state],
        )
    state = _WORDS.get(type(current), words.JOB_STATES)[current.state]
    return Message(
        "somebody changed it since you saw it, it is {state:word} now: look at it again, then decide", state=state
    )
