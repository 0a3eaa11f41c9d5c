"""Dates and moments as a language writes them. Pure."""

from datetime import datetime
from typing import Final

from herald.languages.catalogue import N_, translated
from herald.languages.language import Language

_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
# translators: a date; {number} is the number of the month
_DATE: Final = N_("{day} {month} {year}")
# translators: a moment with its zone, such as UTC
_MOMENT: Final = N_("{date}, {time} {zone}")


def written_date(text: str, language: Language) -> str:
    """A date (`2026-11-20`), or the date of a moment (RFC 3339), such as `20 November 2026`."""
    day = datetime.fromisoformat(text)
    pattern = translated(_DATE, language)
    return pattern.format(day=day.day, month=_MONTHS[day.month - 1], number=day.month, year=day.year)


def written_moment(text: str, language: Language) -> str:
    """A moment (RFC 3339) to the second, with its zone: `20 November 2026, 04:05:06 UTC`."""
    moment = datetime.fromisoformat(text)
    pattern = translated(_MOMENT, language)
    return pattern.format(date=written_date(text, language), time=f"{moment:%H:%M:%S}", zone=moment.tzname() or "")
