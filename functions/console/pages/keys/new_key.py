"""A new key: the API's request from what was typed, and the page that shows the key."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from console.pages.keys.key_list import PATH, ROLES
from console.pages.shown_once import Credential, NextStep, shown_once_page
from console.rendering.page import translate
from console.rendering.text import shown, word
from console.request import Form
from console.security.session import Session
from herald.domain.clock import SECOND, iso
from herald.domain.partner_number import read_partner_number

if TYPE_CHECKING:
    from customer_service.schemas.keys import NewlyMade

FIELDS: Final = ("role", "name", "reason")
FIELDS_OF: Final = {"partnerId": "partners", "partnerIds": "partners", "expiresAt": "expires"}  # by the API's names
_BETWEEN: Final = re.compile(r"[\s,;，、；]+")


class KeyFormRefused(ValueError):
    """What was typed is not a request: `field` is to blame, the text says why."""

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(problem)
        self.field = field


def new_key_request(form: Form) -> dict[str, Any]:
    """The body of the API's `POST /keys`. Raises `KeyFormRefused` for what cannot be read; the API checks the rest."""
    numbers, role = _numbers(form.get("partners")), form.get("role")
    body: dict[str, Any] = {"role": role, "name": form.get("name"), "reason": form.get("reason")}
    if role == "partner":
        if len(numbers) != 1:
            raise KeyFormRefused("partners", translate("A partner's key needs the number of one partner."))
        body["partnerId"] = numbers[0]
    elif numbers:
        body["partnerIds"] = numbers
    if expires := form.get("expires"):
        body["expiresAt"] = _end_of(expires)
    return body


def new_key_page(session: Session, one: "NewlyMade") -> str:
    """The key, this once."""
    title = translate("The key {name} is made", name=shown(one["name"]))
    label = translate("API key")
    purpose = translate("It is for {holder}, with the role {role}.", holder=shown(one["name"]), role=_role(one))
    step = NextStep(PATH, translate("I have kept it: back to the keys"))
    return shown_once_page(session, PATH, title, [Credential("api-key", label, one["key"], purpose)], step)


def _role(one: "NewlyMade") -> str:
    return word(ROLES, one["role"])


def _numbers(text: str) -> list[int]:
    typed = [part for part in _BETWEEN.split(text) if part]
    numbers = [read_partner_number(part) for part in typed]
    for part, number in zip(typed, numbers, strict=True):
        if number is None:
            problem = translate("{text} is no partner's number, such as 3528.", text=shown(part, 40))
            raise KeyFormRefused("partners", problem)
    return [number for number in numbers if number is not None]


def _end_of(day: str) -> str:
    """The end of a UTC day, from which on the key is refused."""
    try:
        after = date.fromisoformat(day) + timedelta(days=1)
    except (ValueError, OverflowError):
        problem = translate("{text} is no day, such as 2027-11-23.", text=shown(day, 40))
        raise KeyFormRefused("expires", problem) from None
    return iso(round(datetime(after.year, after.month, after.day, tzinfo=UTC).timestamp() * SECOND))
