"""Stores notifications once, and responds `success` only after they are stored."""

from typing import Any, Final

from herald.contract.envelope import parse_envelope
from herald.runtime.caller import Caller, caller_of, require_partner, set_language_of
from herald.runtime.http_response import HttpResponse, error_response, text_response
from herald.runtime.logging import logger
from herald.runtime.metrics import emits_metrics
from receiver.acceptance import require_known, require_publisher
from receiver.batch import accept_batch
from submission.body import text_of
from submission.failures import failure_of
from submission.metrics import measure_response
from submission.storing import send, store

BATCH: Final = "POST /notifications/batch"


@emits_metrics
def handler(event: dict[str, Any], _context: object) -> HttpResponse:
    """`POST /notifications`: 200 `success`; `POST /notifications/batch`: a result for each. Or an error."""
    set_language_of(event)
    caller = caller_of(event)
    accept = accept_batch if event.get("routeKey") == BATCH else accept_one
    try:
        return accept(event, caller)
    except Exception as error:  # noqa: BLE001 - each failure has its response
        failure = failure_of(error)
        measure_response(failure.status)
        log_submission(failure.status, None, caller)
        return error_response(failure.status, failure.message)


def accept_one(event: dict[str, Any], caller: Caller) -> HttpResponse:
    """Reads the submission and stores it. A duplicate is acknowledged. Raises what `failure_of` explains."""
    require_publisher(caller)
    envelope = parse_envelope(text_of(event))
    require_partner(caller, envelope.id.partner_id)
    require_known(envelope.id.partner_id)
    if to_send := store(envelope):
        send([to_send])
    log_submission(200, str(envelope.id), caller)
    return text_response("success", {"herald-notification-id": str(envelope.id)})


def log_submission(status: int, notification_id: str | None, caller: Caller) -> None:
    """The one line of a submission: never its payload."""
    logger.info(
        "submission", extra={"status": status, "notification": notification_id, "publisher": caller.get("name")}
    )
