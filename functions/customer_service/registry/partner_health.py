"""How a partner does: how many of its notifications need a person now."""

from collections.abc import Iterable

from customer_service.dependencies import attention
from customer_service.schemas.responses import PartnerHealthResponse
from herald.domain.partner import Partner
from herald.domain.transitions import State


def health_of(one: Partner) -> PartnerHealthResponse:
    """Two requests, one more for each 5,000 notifications. Raises `TableUnavailable`."""
    return {
        "failed": attention().count(State.FAILED, one.partner_id),
        "held": attention().count(State.HELD, one.partner_id),
        "alertOpen": one.alert_open,
    }


def health_of_each(those: Iterable[Partner]) -> dict[int, PartnerHealthResponse]:
    """Likewise of each of these: one request for 1 MB of the index `attention`."""
    found = attention().summaries((State.FAILED, State.HELD))
    counts = {state: {number: one.count for number, one in lines.items()} for state, lines in found.items()}
    return {
        one.partner_id: {
            "failed": counts[State.FAILED].get(one.partner_id, 0),
            "held": counts[State.HELD].get(one.partner_id, 0),
            "alertOpen": one.alert_open,
        }
        for one in those
    }
