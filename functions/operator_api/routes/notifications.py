"""One notification, and the operators' decisions."""

from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from customer_service.notifications import close_notification, find_notification, not_there, redrive_notification
from customer_service.schemas.requests import Decision
from customer_service.schemas.responses import NotificationResponse
from herald.domain.notification_id import NotificationId
from herald.domain.transitions import Action
from operator_api.authorization import may_see, name_of_caller
from operator_api.routes.metadata import Tag, errors

router = APIGatewayHttpRouter()  # type: ignore[no-untyped-call] # Powertools leaves its type out


@router.get("/notifications/<notification_id>", tags=[Tag.NOTIFICATIONS], responses=errors(400, 404))
def show(notification_id: str) -> NotificationResponse:
    """Show a notification.

    For publishers as well. A publisher's key that is bound to partners sees theirs only; any other one is 404 to it.
    """
    if not may_see(router, NotificationId.parse(notification_id).partner_id):
        raise not_there(notification_id)
    return find_notification(notification_id)


@router.post("/notifications/<notification_id>/redrive", tags=[Tag.NOTIFICATIONS], responses=errors(400, 404, 409))
def redrive_one(notification_id: str, decision: Decision) -> NotificationResponse:
    """Send a notification again.

    The whole ladder, from now. Where `turn` is given, only if the notification is still at that turn.
    """
    return redrive_notification(notification_id, decision, name_of_caller(router))


@router.post("/notifications/<notification_id>/resolve", tags=[Tag.NOTIFICATIONS], responses=errors(400, 404, 409))
def resolve_one(notification_id: str, decision: Decision) -> NotificationResponse:
    """Resolve a notification.

    It was settled otherwise. Where `turn` is given, only if the notification is still at that turn.
    """
    return close_notification(notification_id, Action.RESOLVE, decision, name_of_caller(router))


@router.post("/notifications/<notification_id>/cancel", tags=[Tag.NOTIFICATIONS], responses=errors(400, 404, 409))
def cancel_one(notification_id: str, decision: Decision) -> NotificationResponse:
    """Cancel a notification.

    It must not be sent. Where `turn` is given, only if the notification is still at that turn.
    """
    return close_notification(notification_id, Action.CANCEL, decision, name_of_caller(router))
