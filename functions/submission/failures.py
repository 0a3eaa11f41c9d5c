"""Why a submission, or a notification of a batch, is not acknowledged: the status and the sentence."""

from dataclasses import dataclass
from http import HTTPStatus

from herald.contract.batch import BatchRefused, BatchTooLarge
from herald.contract.envelope import EnvelopeRefused, EnvelopeTooLarge
from herald.languages.message import Message
from herald.languages.refusal import Refusal
from herald.runtime.caller import RoleRefused
from herald.runtime.logging import logger
from herald.store.dynamodb import TableUnavailable


class PartnerUnknown(Refusal):
    """The registry has no partner with this number."""


@dataclass(frozen=True, slots=True)
class Failure:
    """The HTTP status of the answer, and what it says."""

    status: HTTPStatus
    message: Message


NOT_STORED = Failure(HTTPStatus.SERVICE_UNAVAILABLE, Message("not stored: submit it again"))
OUR_FAULT = Failure(HTTPStatus.INTERNAL_SERVER_ERROR, Message("our fault; it may not be stored: submit it again"))
_STATUS: dict[type[Refusal], HTTPStatus] = {
    RoleRefused: HTTPStatus.FORBIDDEN,
    EnvelopeRefused: HTTPStatus.BAD_REQUEST,
    BatchRefused: HTTPStatus.BAD_REQUEST,
    EnvelopeTooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    BatchTooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    PartnerUnknown: HTTPStatus.NOT_FOUND,
}


def failure_of(error: Exception) -> Failure:
    """The failure for what was raised. What is no refusal is logged; it is never answered by `success`."""
    if isinstance(error, Refusal) and type(error) in _STATUS:
        return Failure(_STATUS[type(error)], error.message)
    if isinstance(error, TableUnavailable):
        # The cause without a traceback: a batch may have a hundred of them.
        logger.warning("table unavailable", extra={"cause": str(error.__cause__ or error)})
        return NOT_STORED
    logger.error("submission failed", exc_info=error)
    return OUR_FAULT
