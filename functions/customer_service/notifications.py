"""One notification, and what a person decides about it. `by` is the person's name, for its history."""

from collections.abc import Callable
from http import HTTPStatus

from customer_service.dependencies import delivery_queue, notifications, partners
from customer_service.refusals import ApiRefusal
from customer_service.schemas.requests import Decision
from customer_service.schemas.responses import NotificationResponse
from customer_service.serializers.notification_serializer import notification_response
from herald.domain.clock import now
from herald.domain.decisions.decisions import close, redrive
from herald.domain.notification import Notification
from herald.domain.notification_id import NotificationId
from herald.domain.transitions import Action
from herald.languages.message import Message
from herald.messaging.sqs import QueueUnavailable
from herald.runtime.logging import logger
from herald.runtime.settings import get_settings
from herald.store.dynamodb import TableUnavailable
from herald.store.notification_table import NotificationConflict


def find_notification(notification_id: str) -> NotificationResponse:
    """The notification with this id. Raises `MalformedId`, and `ApiRefusal` 404."""
    return notification_response(_find(notification_id))


def decide_notification(notification_id: str, action: Action, decision: Decision, by: str) -> NotificationResponse:
    """Redrives, resolves or cancels it. Raises what these raise."""
    if action is Action.REDRIVE:
        return redrive_notification(notification_id, decision, by)
    return close_notification(notification_id, action, decision, by)


def redrive_notification(notification_id: str, decision: Decision, by: str) -> NotificationResponse:
    """Begins the next round now. Raises `TransitionRefused`, and `NotificationConflict` for another turn."""
    after = _decide(notification_id, decision, lambda before: redrive(before, by, decision.reason, now()))
    try:
        delivery_queue().send([after.due], now(), asked=_is_to_be_the_probe(after))
    except QueueUnavailable:
        # It stands in the due index, so a later poll sends its message (the rescue).
        logger.warning("message not sent", extra={"notification": notification_id}, exc_info=True)
    return notification_response(after)


def close_notification(notification_id: str, action: Action, decision: Decision, by: str) -> NotificationResponse:
    """Resolves or cancels it. Raises `TransitionRefused`, and `NotificationConflict` for another turn."""
    days = get_settings().retention_days
    after = _decide(notification_id, decision, lambda before: close(before, action, by, decision.reason, now(), days))
    return notification_response(after)


def not_there(notification_id: str) -> ApiRefusal:
    """The refusal for an id that no notification has: 404."""
    return ApiRefusal(HTTPStatus.NOT_FOUND, Message("there is no notification `{id}`", id=notification_id))


def _is_to_be_the_probe(redriven: Notification) -> bool:
    """Whether its message has to say that a person asked: the partner's breaker is open."""
    if get_settings().breaker != "On":
        return False
    try:
        partner = partners().get(redriven.id.partner_id)
    except TableUnavailable:  # it is held back then as any other, until the breaker closes
        logger.warning("the breaker was not read", extra={"notification": str(redriven.id)}, exc_info=True)
        return False
    return partner is not None and partner.is_spared


def _decide(notification_id: str, decision: Decision, change: Callable[[Notification], Notification]) -> Notification:
    before = _find(notification_id)
    if decision.turn not in {None, before.turn}:
        raise NotificationConflict(before)
    after = change(before)
    notifications().save(before, after)
    return after


def _find(notification_id: str) -> Notification:
    found = notifications().get(NotificationId.parse(notification_id), now())
    if found is None:
        raise not_there(notification_id)
    return found
