"""What a person typed into the search, and what is looked for: each problem by its field."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Final

from console.rendering.page import translate
from console.rendering.text import shown
from console.request import Form
from customer_service.lists.search_terms import Kind, Place, Wanted
from herald.contract.methods import METHODS
from herald.domain.attempt import Verdict
from herald.domain.clock import SECOND
from herald.domain.lists.notification_search import Filters
from herald.domain.partner import search_text
from herald.domain.partner_number import read_partner_number
from herald.domain.transitions import State

FIELDS: Final = ("q", "partnerId", "from", "to", "state", "verdict", "method")
MOST_CHARACTERS: Final = 200  # of a voucher code, as in the API
_FIRST: Final = date(1970, 1, 1)
_NAMED: Final = 5  # partners in a sentence
_IN_A_SENTENCE: Final = 40


@dataclass(frozen=True, slots=True)
class Typed:
    """The fields of the search form, and where a page of its results begins."""

    values: Mapping[str, str]
    kind: str = ""
    at: str = ""  # the partner
    cursor: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing is looked for."""
        return not any(self.values.values())


@dataclass(slots=True)
class Reading:
    """What is looked for as far as it could be read, and the problems by field."""

    problems: dict[str, str] = field(default_factory=dict)
    wanted: Wanted | None = None  # None where there are problems


def typed_of(query: Form) -> Typed:
    """What was typed. `day` is one day: the first and the last one."""
    values = {name: query.get(name) for name in FIELDS}
    if day := query.get("day"):
        values |= {"from": day, "to": day}
    return Typed(values, query.get("kind"), query.get("at"), query.get("cursor"))


def read(typed: Typed, names: Mapping[int, str]) -> Reading:
    """What is looked for. `names` are those of all partners, by number."""
    reading, values = Reading(), typed.values
    if len(values["q"]) > MOST_CHARACTERS:
        reading.problems["q"] = translate("At most {count} characters.", count=MOST_CHARACTERS)
    partner_ids = _partners(values["partnerId"], names, reading)
    since, last = _day("from", values, reading), _day("to", values, reading)
    filters = _filters(values, reading)
    if not reading.problems:
        reading.wanted = Wanted(
            partner_ids=partner_ids,
            text=values["q"],
            kind=Kind(typed.kind) if typed.kind in {*Kind} else None,
            since=None if since is None else _begin_of(since),
            until=None if last is None else _begin_of(last + timedelta(days=1)),
            filters=filters,
            after=_place(typed),
        )
    return reading


def _place(typed: Typed) -> Place | None:
    number = read_partner_number(typed.at)
    return None if number is None else Place(number, typed.cursor or None)


def _partners(text: str, names: Mapping[int, str], reading: Reading) -> list[int]:
    """The partner with this number or name; all of them where nothing is typed."""
    if not text:
        return [*names]
    number = read_partner_number(text)
    if number is not None and number in names:
        return [number]
    found = _named(search_text(text), names)
    if len(found) != 1:
        reading.problems["partnerId"] = _ambiguous(text, found, names)
    return found


def _named(text: str, names: Mapping[int, str]) -> list[int]:
    """Those with exactly this name, else those whose name has it."""
    exact = [number for number, name in names.items() if search_text(name) == text]
    return exact or [number for number, name in names.items() if text in search_text(name)]


def _ambiguous(text: str, found: list[int], names: Mapping[int, str]) -> str:
    if not found:
        return translate("No partner has “{text}” in its name, or as its number.", text=shown(text, _IN_A_SENTENCE))
    listed = ", ".join(f"{number} {shown(names[number], _IN_A_SENTENCE)}" for number in found[:_NAMED])
    more = len(found) - _NAMED
    several = translate("Several partners have it in their names: {partners}", partners=listed)
    return several if more <= 0 else f"{several} {translate('and {count} more', count=more)}"


def _day(name: str, values: Mapping[str, str], reading: Reading) -> date | None:
    text = values[name]
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = date.min
    if _FIRST <= day < date.max:
        return day
    reading.problems[name] = translate("{text} is no day, such as 2027-11-23.", text=shown(text, _IN_A_SENTENCE))
    return None


def _begin_of(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) * SECOND


def _filters(values: Mapping[str, str], reading: Reading) -> Filters:
    """The filters; the page offers no other values than these."""
    allowed = {"state": {*State}, "verdict": {*Verdict}, "method": {*METHODS}}
    for name, those in allowed.items():
        if values[name] and values[name] not in those:
            reading.problems[name] = translate("Choose one of the list.")
    if reading.problems:
        return Filters()
    return Filters(
        state=State(values["state"]) if values["state"] else None,
        verdict=Verdict(values["verdict"]) if values["verdict"] else None,
        method=values["method"] or None,
    )
