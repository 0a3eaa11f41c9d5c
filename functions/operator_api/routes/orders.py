"""The deletion of what is stored of an order."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from pydantic import BeforeValidator

from customer_service.deletion import Deletion, delete_order
from customer_service.schemas.requests import Reason
from customer_service.schemas.responses import DeletedResponse
from customer_service.validation_messages import partner_number, stripped
from herald.domain.notification_id import ORDER_ID
from herald.domain.partner_number import MAX_PARTNER_ID
from operator_api.authorization import name_of_caller
from operator_api.routes.metadata import Tag, errors

router = APIGatewayHttpRouter()  # type: ignore[no-untyped-call] # Powertools leaves its type out


@router.delete("/orders/<order_id>", tags=[Tag.NOTIFICATIONS], responses=errors(400, 404, 409))
def delete(
    order_id: Annotated[str, Path(pattern=rf"^{ORDER_ID}\z")],
    partner_id: Annotated[int, BeforeValidator(partner_number), Query(alias="partnerId", gt=0, le=MAX_PARTNER_ID)],
    reason: Annotated[Reason, BeforeValidator(stripped), Query()],
    *,
    force: bool = False,
) -> DeletedResponse:
    """Delete what is stored of an order.

    The payloads with their codes, the attempts and the histories of its notifications. What remains is that they were
    deleted, when, by whom and why; a duplicate that is submitted later is acknowledged and not sent. 409 while one
    waits, is held or failed, unless `force` is true, which cancels it. One request deletes as many as it has time for,
    but none of which an attempt is under way; `left` says how many are left: repeat it.
    """
    wanted = Deletion(partner_id=partner_id, order_id=order_id, reason=reason, force=force)
    return delete_order(wanted, name_of_caller(router))
