"""Shows a partner the state of one of its orders, as its notifications say. The partner's review state is ignored."""

import re
from functools import cache
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs

from herald.contract.order_status import fold
from herald.domain.clock import now
from herald.domain.notification_id import ORDER_ID, ORDER_ID_RULE
from herald.domain.partner_number import is_partner_number
from herald.languages.message import Message
from herald.languages.refusal import Refusal
from herald.runtime.caller import Caller, RoleRefused, caller_of, require_role, set_language_of
from herald.runtime.http_response import HttpResponse, error_response, json_text_response
from herald.runtime.logging import logger
from herald.runtime.settings import get_settings
from herald.store.dynamodb import TableUnavailable
from herald.store.indexes.order_notifications import OrderNotifications

_EXAMPLE = "GET /orders?orderId=test158585"


class OrderIdRefused(Refusal):
    """The query does not name one order; the message says what to send instead."""


def handler(event: dict[str, Any], _context: object) -> HttpResponse:
    """`GET /orders?orderId=`: 200 with the order in the envelope's form, or an error in the API's form."""
    set_language_of(event)
    caller = caller_of(event)
    answer = query(event, caller)
    logger.info("order query", extra={"status": answer["statusCode"], "partner_id": caller.get("partnerId")})
    return answer


def query(event: dict[str, Any], caller: Caller) -> HttpResponse:
    """Only the caller's own orders: the key names the partner, never the request."""
    try:
        return order_response(partner_of(caller), order_id_of(event.get("rawQueryString", "")))
    except RoleRefused as refused:
        return error_response(HTTPStatus.FORBIDDEN, refused.message)
    except OrderIdRefused as refused:
        return error_response(HTTPStatus.BAD_REQUEST, refused.message)
    except TableUnavailable:
        logger.warning("table unavailable", exc_info=True)
        return error_response(HTTPStatus.SERVICE_UNAVAILABLE, Message("the orders cannot be read now: ask again"))
    except Exception:  # noqa: BLE001 - logged, and answered in the API's form
        logger.exception("order query failed")
        return error_response(HTTPStatus.INTERNAL_SERVER_ERROR, Message("our fault: ask again later"))


def partner_of(caller: Caller) -> int:
    """The partner to which the caller's key is bound. Raises `RoleRefused`."""
    role = caller.get("role", "unknown")
    require_role(
        role, ("partner",), Message("a key of the role `{role}` may not ask: use a partner's query key", role=role)
    )
    if not is_partner_number(caller.get("partnerId")):
        raise RoleRefused(Message("this key is bound to no partner: ask customer service for another"))
    return int(caller["partnerId"])


def order_response(partner_id: int, order_id: str) -> HttpResponse:
    """The order, or 404 where no notification is about it."""
    order = fold(notifications().told(partner_id, order_id, now()))
    if order is None:
        message = Message("no notification tells of an order `{order_id}`", order_id=order_id)
        return error_response(HTTPStatus.NOT_FOUND, message)
    return json_text_response(order)


def order_id_of(query_string: str) -> str:
    """The one `orderId` of the query. Raises `OrderIdRefused`."""
    given = parse_qs(query_string, keep_blank_values=True).get("orderId", [])
    if not given:
        raise OrderIdRefused(Message("`orderId` is missing: ask for one order, as {example} does", example=_EXAMPLE))
    if len(given) > 1:
        raise OrderIdRefused(
            Message(
                "`orderId` stands {count} times: ask for one order, as {example} does",
                count=len(given),
                example=_EXAMPLE,
            )
        )
    if not re.fullmatch(ORDER_ID, given[0]):
        raise OrderIdRefused(Message("`orderId` must be {rule}; write + as %2B", rule=ORDER_ID_RULE))
    return given[0]


@cache
def notifications() -> OrderNotifications:
    """What is stored of an order."""
    return OrderNotifications(get_settings().notification_table)
