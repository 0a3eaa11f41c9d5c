"""Looking at notifications, and deciding about them."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated, Any, Literal

from api_errors import ApiRefusal
from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from caller import require
from house import attention, delivery_queue, notifications, partners
from pydantic import BaseModel, Field
from views import Json, notification_view, work_view

from herald.clock import now
from herald.key_table import Role
from herald.notification import Action, Notification, State, close, redrive
from herald.notification_id import NotificationId
from herald.settings import get_settings
from herald.sqs import QueueUnavailable
from herald.telemetry import logger

router = APIGatewayHttpRouter()  # type: ignore[no-untyped-call] # Powertools leaves its type out
type NeedsAPerson = Literal["failed", "held"]


class Decision(BaseModel):
    """Why, and, if it must not have changed since, the turn that the operator saw."""

    reason: Annotated[str, Field(min_length=1, max_length=500, pattern=r"\S")]
    turn: int | None = None


@router.get("/notifications/<notification_id>")
def show(notification_id: str) -> Json:
    """One notification with every attempt and its history."""
    require(router, Role.OPERATOR, Role.PUBLISHER)
    return notification_view(_find(notification_id))


@router.get("/notifications")
def list_notifications(
    state: NeedsAPerson | None = None,
    partner_id: Annotated[int | None, Query(alias="partnerId", gt=0)] = None,
    order_id: Annotated[str | None, Query(alias="orderId", pattern=r"^[\x21-\x7e]{1,64}$")] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    cursor: str | None = None,
) -> Json:
    """The work list by partner, one partner's work, or all notifications of one order."""
    require(router, Role.OPERATOR)
    if partner_id is not None and order_id is not None:
        return {"items": [notification_view(one) for one in notifications().of_order(partner_id, order_id, now())]}
    if state is None:
        raise ApiRefusal(HTTPStatus.BAD_REQUEST, "give `state` (failed or held), or `partnerId` with `orderId`")
    if partner_id is None:
        return {"items": _work_list(State(state))}
    return _work_of(State(state), partner_id, limit, cursor)


@router.post("/notifications/<notification_id>/redrive")
def redrive_one(notification_id: str, decision: Decision) -> Json:
    """The whole ladder again, in the next round, from now."""
    by = require(router, Role.OPERATOR)
    after = _decide(notification_id, decision, lambda before: redrive(before, by, decision.reason, now()))
    try:
        delivery_queue().send([after.due], now())
    except QueueUnavailable:
        # It is due and stands in the index: the poll's rescue sends it.
        logger.warning("message not sent", extra={"notification": notification_id}, exc_info=True)
    return notification_view(after)


@router.post("/notifications/<notification_id>/resolve")
def resolve_one(notification_id: str, decision: Decision) -> Json:
    """It was settled otherwise: it is not sent again."""
    return _close(notification_id, decision, Action.RESOLVE)


@router.post("/notifications/<notification_id>/cancel")
def cancel_one(notification_id: str, decision: Decision) -> Json:
    """It must not be sent."""
    return _close(notification_id, decision, Action.CANCEL)


def _close(notification_id: str, decision: Decision, action: Action) -> Json:
    by, days = require(router, Role.OPERATOR), get_settings().retention_days
    after = _decide(notification_id, decision, lambda before: close(before, action, by, decision.reason, now(), days))
    return notification_view(after)


def _decide(notification_id: str, decision: Decision, change: Callable[[Notification], Notification]) -> Notification:
    before = _find(notification_id)
    if decision.turn is not None and decision.turn != before.turn:
        seen = f"you saw turn {decision.turn}, it is at turn {before.turn} and {before.state.value}"
        raise ApiRefusal(HTTPStatus.CONFLICT, f"{seen}: look at it again, then decide")
    after = change(before)
    notifications().save(before, after)
    return after


def _find(notification_id: str) -> Notification:
    found = notifications().get(NotificationId.parse(notification_id), now())
    if found is None:
        raise ApiRefusal(HTTPStatus.NOT_FOUND, f"there is no notification `{notification_id}`")
    return found


def _work_list(state: State) -> list[Json]:
    work = ((partner, attention().summary(state, partner.partner_id)) for partner in partners().all())
    lines: list[dict[str, Any]] = [work_view(partner, summary) for partner, summary in work if summary]
    return sorted(lines, key=lambda line: (-line["count"], line["partnerId"]))


def _work_of(state: State, partner_id: int, limit: int, cursor: str | None) -> Json:
    page = attention().newest(state, partner_id, limit, cursor)
    found = (notifications().get(entry.id, now()) for entry in page.entries)
    items = [notification_view(one) for one in found if one is not None and one.state is state]
    return {"items": items, "cursor": page.cursor}
