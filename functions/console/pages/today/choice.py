"""Which day, and which partners, the address of the page names."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Final, Self

from console.rendering.page import translate
from console.rendering.text import shown
from console.request import Form
from herald.domain.partner_number import read_partner_number

_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_FIRST: Final = "2000-01-01"  # long before the first notification
_SHOWN: Final = 40  # characters of what is no day, or no number


class ChoiceRefused(ValueError):
    """What was typed is no choice: `field` is to blame, the text says why."""

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(problem)
        self.field = field


@dataclass(frozen=True, slots=True)
class Choice:
    """A UTC day, and one partner, or those behind the number `after`."""

    day: date
    partner_id: int | None = None
    after: int = 0

    @classmethod
    def of(cls, day: str) -> Self:
        """The first partners on a day that is one."""
        return cls(date.fromisoformat(day))


def choice_of(query: Form, today: str) -> Choice:
    """The choice; without a day it is `today` (`2026-11-26`). Raises `ChoiceRefused`."""
    return Choice(
        day=_day(query.get("day") or today, today),
        partner_id=_number("partnerId", query),
        after=_number("after", query) or 0,
    )


def _day(text: str, today: str) -> date:
    try:
        day = date.fromisoformat(text) if _DAY.fullmatch(text) and _FIRST <= text <= today else None
    except ValueError:
        day = None
    if day is None:
        raise ChoiceRefused(
            "day",
            translate("{text} is no day up to today, {today}, in UTC.", text=shown(text, _SHOWN), today=today),
        )
    return day


def _number(field: str, query: Form) -> int | None:
    text = query.get(field)
    number = read_partner_number(text) if text else None
    if text and number is None:
        problem = translate("{text} is no partner's number, such as 3528.", text=shown(text, _SHOWN))
        raise ChoiceRefused("partnerId", problem)
    return number
