"""What is failed or held of one partner, read for its page."""

from typing import Final

from console.pages.work_list.attention import PartnerWork
from console.pages.work_list.selection import MOST
from console.request import Form
from customer_service.lists import attention_list
from customer_service.registry.partner_access import find
from herald.domain.transitions import State

STATES: Final = (State.FAILED, State.HELD)


def state_of(fields: Form) -> State:
    """The state that an address or a form names: `held`, or else `failed`."""
    return State.HELD if fields.get("state") == State.HELD else State.FAILED


def state_of_all(fields: Form) -> State:
    """Likewise of the page about all at once, which also knows `waiting`."""
    return State.WAITING if fields.get("state") == State.WAITING else state_of(fields)


def read_partner_work(number: int, fields: Form, most: int = MOST) -> PartnerWork:
    """The page that an address or a form names, with at most so many.

    Raises `ApiRefusal` 404, `MalformedCursor` and `TableUnavailable`.
    """
    partner, state, cursor = find(number), state_of(fields), fields.get("cursor")
    return PartnerWork(
        partner_id=number,
        name=partner.name,
        state=state,
        cursor=cursor,
        page=attention_list.page(state, number, most, cursor or None),
        counts={one: attention_list.count(one, number) for one in STATES},
    )
