"""Notifications: the attention list, an order, one notification, and the operators' decisions."""

from collections.abc import Callable
from http import HTTPStatus

from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from herald.domain.clock import now
from herald.domain.notification import Notification, close, redrive
from herald.domain.notification_id import NotificationId
from herald.domain.transitions import Action
from herald.languages.message import Message
from herald.messaging.sqs import QueueUnavailable
from herald.runtime.logging import logger
from herald.runtime.settings import get_settings
from herald.store.notification_table import NotificationConflict
from operator_api.authorization import may_see, name_of_caller
from operator_api.dependencies import delivery_queue, notifications
from operator_api.errors import ApiRefusal
from operator_api.routes.metadata import Tag, errors
from operator_api.schemas.requests import Decision
from operator_api.schemas.responses import (
    NotificationResponse,
)
from operator_api.serializers import notification_response

router = APIGatewayHttpRouter()  # type: ignore[no-untyped-call] # Powertools leaves its type out


@router.get("/notifications/<notification_id>", tags=[Tag.NOTIFICATIONS], responses=errors(400, 404))
def show(notification_id: str) -> NotificationResponse:
    """Show a notification.

    For publishers as well. A publisher's key that is bound to partners sees theirs only; any other one is 404 to it.
    """
    if not may_see(router, NotificationId.parse(notification_id).partner_id):
        raise _not_there(notification_id)
    return notification_response(_find(notification_id))


@router.post("/notifications/<notification_id>/redrive", tags=[Tag.NOTIFICATIONS], responses=errors(400, 404, 409))
def redrive_one(notification_id: str, decision: Decision) -> NotificationResponse:
    """Send a notification again.

    The whole ladder, from now. Where `turn` is given, only if the notification is still at that turn.
    """
    by = name_of_caller(router)
    after = _decide(notification_id, decision, lambda before: redrive(before, by, decision.reason, now()))
    try:
        delivery_queue().send([after.due], now())
    except QueueUnavailable:
        # It stands in the due index, so a later poll sends its message (the rescue).
        logger.warning("message not sent", extra={"notification": notification_id}, exc_info=True)
    return notification_response(after)


@router.post("/notifications/<notification_id>/resolve", tags=[Tag.NOTIFICATIONS], responses=errors(400, 404, 409))
def resolve_one(notification_id: str, decision: Decision) -> NotificationResponse:
    """Resolve a notification.

    It was settled otherwise. Where `turn` is given, only if the notification is still at that turn.
    """
    return _close(notification_id, decision, Action.RESOLVE)


@router.post("/notifications/<notification_id>/cancel", tags=[Tag.NOTIFICATIONS], responses=errors(400, 404, 409))
def cancel_one(notification_id: str, decision: Decision) -> NotificationResponse:
    """Cancel a notification.

    It must not be sent. Where `turn` is given, only if the notification is still at that turn.
    """
    return _close(notification_id, decision, Action.CANCEL)


def _close(notification_id: str, decision: Decision, action: Action) -> NotificationResponse:
    by, days = name_of_caller(router), get_settings().retention_days
    after = _decide(notification_id, decision, lambda before: close(before, action, by, decision.reason, now(), days))
    return notification_response(after)


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
        raise _not_there(notification_id)
    return found


def _not_there(notification_id: str) -> ApiRefusal:
    return ApiRefusal(HTTPStatus.NOT_FOUND, Message("there is no notification `{id}`", id=notification_id))
