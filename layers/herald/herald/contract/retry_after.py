"""The header `Retry-After` of a partner's response (RFC 9110, section 10.2.3): seconds, or a date. Pure."""

import re
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Final

from herald.domain.clock import DAY, SECOND

STATUSES: Final = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)  # with which the header counts
LONGEST: Final = 366 * DAY  # a later moment is read as this one, so that every moment can be stored and shown
_SECONDS: Final = re.compile(r"0*([0-9]+)")
_DIGITS: Final = 9  # of a number that is converted: more seconds than that exceed `LONGEST`
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTH: Final = rf"(?P<month>{'|'.join(_MONTHS)})"
_TIME: Final = r"(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2}):(?P<second>[0-9]{2})"
# The three forms of a date that a recipient must read (RFC 9110, section 5.6.7). The name of the day says nothing new.
_DATES: Final = tuple(
    re.compile(form)
    for form in (
        rf"[A-Z][a-z]{{2}}, (?P<day>[0-9]{{2}}) {_MONTH} (?P<year>[0-9]{{4}}) {_TIME} GMT",
        rf"[A-Z][a-z]{{5,8}}, (?P<day>[0-9]{{2}})-{_MONTH}-(?P<year>[0-9]{{2}}) {_TIME} GMT",
        rf"[A-Z][a-z]{{2}} {_MONTH} (?P<day>[ 0-9][0-9]) {_TIME} (?P<year>[0-9]{{4}})",
    )
)
_CENTURY: Final = 100


def read_retry_after(status: int | None, header: str | None, now: int) -> int | None:
    """The moment before which the partner does not want another attempt, later than `now` (both ms since the epoch).

    None where the header says nothing: with another status than 429 and 503, absent, malformed, or a moment that is
    over.
    """
    if status not in STATUSES or header is None:
        return None
    text = header.strip(" \t")
    moment = _after_seconds(text, now) if _SECONDS.fullmatch(text) else _date(text, now)
    return min(moment, now + LONGEST) if moment is not None and moment > now else None


def _after_seconds(text: str, now: int) -> int:
    digits = text.lstrip("0") or "0"
    return now + (int(digits) * SECOND if len(digits) <= _DIGITS else LONGEST)


def _date(text: str, now: int) -> int | None:
    form = next((found for date in _DATES if (found := date.fullmatch(text))), None)
    if form is None:
        return None
    part = {name: int(form[name]) for name in ("day", "year", "hour", "minute", "second")}
    year = _full_year(part["year"], now) if len(form["year"]) == 2 else part["year"]  # noqa: PLR2004 - two digits
    month = _MONTHS.index(form["month"]) + 1
    try:
        date = datetime(year, month, part["day"], part["hour"], part["minute"], part["second"], tzinfo=UTC)
    except ValueError:  # such as the 31st of February
        return None
    return int(date.timestamp()) * SECOND


def _full_year(two_digits: int, now: int) -> int:
    """A year that seems to lie more than 50 years ahead is the last one with these digits (RFC 9110)."""
    present = datetime.fromtimestamp(now // SECOND, UTC).year
    year = present // _CENTURY * _CENTURY + two_digits
    return year - _CENTURY if year > present + 50 else year
