"""The lists of notifications: what needs a person, one order, one partner."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from pydantic import BeforeValidator

from customer_service.lists import acceptance_list, attention_list, order_list
from customer_service.lists.acceptance_list import Search
from customer_service.lists.pagination import OptionalLimit
from customer_service.refusals import ApiRefusal
from customer_service.schemas.requests import Moment
from customer_service.schemas.responses import (
    AcceptancePageResponse,
    AttentionListResponse,
    AttentionPageResponse,
    OrderPageResponse,
)
from customer_service.validation_messages import known_method, partner_number, stripped
from herald.contract.methods import METHODS
from herald.domain.attempt import Verdict
from herald.domain.clock import SECOND
from herald.domain.lists.notification_search import Filters
from herald.domain.notification_id import ORDER_ID
from herald.domain.partner_number import MAX_PARTNER_ID
from herald.domain.transitions import State
from herald.languages.message import Message
from operator_api.routes.metadata import Tag, errors

router = APIGatewayHttpRouter()  # type: ignore[no-untyped-call] # Powertools leaves its type out
NEEDS_A_PERSON = frozenset({State.FAILED, State.HELD})
_PARTNER_LIMIT, _ORDER_LIMIT = 20, 100  # items on a page if `limit` is not given
_EARLIEST, _LATEST = (int(datetime(year, 1, 1, tzinfo=UTC).timestamp()) * SECOND for year in (1, 9999))
type KnownMethod = Annotated[str | None, BeforeValidator(known_method), Query(json_schema_extra={"enum": [*METHODS]})]


@router.get("/notifications", tags=[Tag.NOTIFICATIONS], responses=errors(400))
def list_notifications(  # noqa: PLR0913, PLR0917 - each is a query parameter, which Powertools passes by name
    state: State | None = None,
    partner_id: Annotated[
        int | None, BeforeValidator(partner_number), Query(alias="partnerId", gt=0, le=MAX_PARTNER_ID)
    ] = None,
    order_id: Annotated[str | None, Query(alias="orderId", pattern=rf"^{ORDER_ID}\z")] = None,
    since: Annotated[Moment | None, Query(alias="from")] = None,
    until: Annotated[Moment | None, Query(alias="to")] = None,
    method: KnownMethod = None,
    verdict: Verdict | None = None,
    sncode: Annotated[str | None, BeforeValidator(stripped), Query(min_length=1, max_length=200)] = None,
    limit: OptionalLimit = None,
    cursor: str | None = None,
) -> AttentionListResponse | AttentionPageResponse | OrderPageResponse | AcceptancePageResponse:
    """List notifications.

    What needs a person: with `state` (`failed` or `held`) alone one line a partner, the most first; with `state` and
    `partnerId` its notifications, those that became so last first.

    One order: with `partnerId` and `orderId`, by acceptance.

    One partner: with `partnerId`, all that was accepted `from` (included) `to` (not included) these moments, the newest
    first, in any state. At most 92 days; without `to` until now, without `from` the seven days before that. Filters on
    it: `state`, `method`, `verdict` (of the last attempt), `sncode` (one voucher code). With a filter a page may have
    less than `limit`, even nothing, and still a `cursor`: the search goes on there.

    By pages, of `limit` (if not given 20, of an order 100, of the lines as many as one answer holds) or fewer where
    they are large, and `cursor`.
    """
    filters = Filters(state=state, method=method, verdict=verdict, sncode=sncode)
    is_search = any(one is not None for one in (since, until, method, verdict, sncode))
    match state, partner_id, order_id:
        case _, int(), None if is_search or state not in NEEDS_A_PERSON:
            search = Search(partner_id=partner_id, since=_ms(since), until=_ms(until), filters=filters)
            return acceptance_list.page(search, limit or _PARTNER_LIMIT, cursor)
        case None, int(), str() if not is_search:
            return order_list.page(partner_id, order_id, limit or _ORDER_LIMIT, cursor)
        case State.FAILED | State.HELD, None, None if not is_search:
            return attention_list.lines(state, limit, cursor)
        case State.FAILED | State.HELD, int(), None:
            return attention_list.page(state, partner_id, limit or _PARTNER_LIMIT, cursor)
    raise ApiRefusal(
        HTTPStatus.BAD_REQUEST,
        Message(
            "give `state` (failed or held), or `partnerId` with `orderId`, or `partnerId` with any of `from`, `to`, "
            "`state`, `method`, `verdict` and `sncode`"
        ),
    )


def _ms(moment: datetime | None) -> int | None:
    """In UTC, an offset may lead out of the years that can be written: then the first or the last moment."""
    if moment is None:
        return None
    return max(_EARLIEST, min(round(moment.timestamp() * SECOND), _LATEST))
