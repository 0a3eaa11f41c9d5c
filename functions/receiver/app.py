"""Stores a notification once, and responds `success` only after it is stored."""

from base64 import b64decode
from functools import cache
from http import HTTPStatus
from typing import Any

from herald.contract.envelope import Envelope, EnvelopeRefused, EnvelopeTooLarge, parse_envelope
from herald.domain.clock import now
from herald.domain.notification import Notification, receive
from herald.languages.message import Message
from herald.messaging.delivery_queue import DeliveryQueue
from herald.messaging.sqs import QueueUnavailable
from herald.runtime.caller import Caller, RoleRefused, caller_of, require_partner, require_role, set_language_of
from herald.runtime.http_response import HttpResponse, error_response, text_response
from herald.runtime.logging import logger
from herald.runtime.metric_names import Metric
from herald.runtime.metrics import emits_metrics, record
from herald.runtime.settings import get_settings
from herald.store.dynamodb import TableUnavailable
from herald.store.notification_table import NotificationTable
from herald.store.partner_table import PartnerTable
from receiver.duplicates import may_lack_its_message
from receiver.metrics import measure_response


@emits_metrics
def handler(event: dict[str, Any], _context: object) -> HttpResponse:
    """`POST /notifications`: 200 `success`, or an error in the API's form."""
    set_language_of(event)
    caller = caller_of(event)
    answer = accept(event, caller)
    measure_response(answer["statusCode"])
    notification_id = answer["headers"].get("herald-notification-id")
    logger.info(
        "submission",
        extra={"status": answer["statusCode"], "notification": notification_id, "publisher": caller.get("name")},
    )
    return answer


def accept(event: dict[str, Any], caller: Caller) -> HttpResponse:
    """Reads the submission and stores it; each failure has its response."""
    try:
        check_role(caller.get("role", "unknown"))
        envelope = parse_envelope(text_of(event))
        require_partner(caller, envelope.id.partner_id)
        return store(envelope)
    except RoleRefused as refused:
        return error_response(HTTPStatus.FORBIDDEN, refused.message)
    except EnvelopeRefused as refused:
        return error_response(HTTPStatus.BAD_REQUEST, refused.message)
    except EnvelopeTooLarge as refused:
        return error_response(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, refused.message)
    except TableUnavailable:
        logger.warning("table unavailable", exc_info=True)
        return error_response(HTTPStatus.SERVICE_UNAVAILABLE, Message("not stored: submit it again"))
    except Exception:  # noqa: BLE001 - logged, and never answered by `success`
        logger.exception("submission failed")
        return error_response(
            HTTPStatus.INTERNAL_SERVER_ERROR, Message("our fault; it may not be stored: submit it again")
        )


def check_role(role: str) -> None:
    """Only publishers submit. Raises `RoleRefused`."""
    require_role(
        role,
        ("publisher",),
        Message("a key of the role `{role}` may not submit: use a publisher's key", role=role),
    )


def store(envelope: Envelope) -> HttpResponse:
    """Stores it once. A duplicate is acknowledged; its message is sent again only if the first one may be missing."""
    moment, at_once = now(), get_settings().first_attempt == "AtOnce"
    if partners().get_cached(envelope.id.partner_id, moment) is None:
        message = Message("partner {partner_id} is not in the registry", partner_id=envelope.id.partner_id)
        return error_response(HTTPStatus.NOT_FOUND, message)
    notification = receive(envelope.id, envelope.text, moment, at_once=at_once)
    there = notifications().put(notification, moment)
    record(Metric.ACCEPTED if there is None else Metric.DUPLICATES)
    if at_once and (there is None or may_lack_its_message(there)):
        send(notification)
    return text_response("success", {"herald-notification-id": str(envelope.id)})


def send(notification: Notification) -> None:
    """Sends the first message. If it cannot be sent, a poll finds the notification in the due index."""
    try:
        DeliveryQueue(get_settings().delivery_queue_url).send([notification.due], now())
    except QueueUnavailable:
        logger.warning("message not sent", extra={"notification": str(notification.id)}, exc_info=True)


def text_of(event: dict[str, Any]) -> str:
    """The body as text. API Gateway encodes it in base64 where the content type is neither text nor JSON."""
    body = event.get("body") or ""
    if not event.get("isBase64Encoded"):
        return body
    try:
        return b64decode(body).decode()
    except UnicodeDecodeError as error:
        raise EnvelopeRefused(
            Message("byte {place} is not UTF-8: encode the JSON as UTF-8", place=error.start)
        ) from None


@cache
def partners() -> PartnerTable:
    """The registry, with a cache for this execution environment."""
    return PartnerTable(get_settings().partner_table)


@cache
def notifications() -> NotificationTable:
    """Where notifications are stored."""
    return NotificationTable(get_settings().notification_table)
