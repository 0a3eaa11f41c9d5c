"""All notifications of one order, page by page."""

from bisect import bisect_right
from functools import partial

from customer_service.dependencies import notifications, order_notifications
from customer_service.lists.pagination import first_page
from customer_service.schemas.responses import NotificationResponse, OrderPageResponse
from customer_service.serializers.notification_serializer import notification_response
from herald.domain.clock import now
from herald.runtime.response_size import PAGE_BYTES
from herald.store.indexes.order_notifications import Place, id_at
from herald.store.indexes.page_token import read_order_cursor, write_order_cursor


def page(partner_id: int, order_id: str, limit: int, cursor: str | None) -> OrderPageResponse:
    """At most `limit` in the order of acceptance, and the next page's cursor; fewer if they are large.

    Notifications that are accepted between two pages stand on a later one. Raises `MalformedCursor`.
    """
    order_key = f"{partner_id}:{order_id}"
    after = Place(*read_order_cursor(cursor, order_key)) if cursor is not None else None
    places = order_notifications().places(partner_id, order_id, now())
    left = places[bisect_right(places, after) :] if after else places
    items, last = first_page(left[:limit], partial(_item, partner_id, order_id), PAGE_BYTES)
    if last is None and len(left) > limit:
        last = left[limit - 1]
    return {"items": items, "cursor": write_order_cursor(order_key, last.accepted_at, last.digest) if last else None}


def _item(partner_id: int, order_id: str, place: Place) -> NotificationResponse | None:
    """None if the notification has expired since the places were read."""
    one = notifications().get(id_at(partner_id, order_id, place), now())
    return notification_response(one) if one else None
