"""A moment as people write it on the command line."""

import re
from datetime import UTC, datetime, time, timedelta, tzinfo

from herald.domain.clock import DAY, HOUR, MINUTE, SECOND, iso
from herald.languages.message import Message
from tools.common.errors import Misused
from tools.common.formatting import with_day

_RFC_3339 = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?([Zz]|[+-][0-9]{2}:[0-9]{2})"
)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_AGO = re.compile(r"-?([1-9][0-9]{0,4})([mhd])")
_DAYS = {"today": 0, "yesterday": 1}  # by their names, how many days before the present one
_AHEAD = re.compile(r"([1-9][0-9]{0,4})([mhd])")
_UNITS = {"m": MINUTE, "h": HOUR, "d": DAY}
_TIME_AGO = Message(
    "give `today`, `yesterday`, a date (2026-11-26) in this machine's time zone, a time ago (30m, 2h, 3d), or "
    "2026-11-26T04:00:00Z"
)
_TIME_AHEAD = Message(
    "give a time from now (30m, 12h, 90d), a date (2027-11-26, in this machine's time zone), or RFC 3339"
)


def moment(option: str, text: str | None, now: int, zone: tzinfo | None = None) -> str | None:
    """The moment in RFC 3339, or None where none is given. Raises `Misused`, which names the option.

    A date, `today` and `yesterday` are the day's beginning in `zone` (None: this machine's), `2h` and `-2h` are so long
    before `now` (ms).
    """
    if text is not None and (ago := _AGO.fullmatch(text)):
        return iso(max(0, now - int(ago[1]) * _UNITS[ago[2]]))
    if text in _DAYS:
        today = datetime.fromtimestamp(now / SECOND, UTC).astimezone(zone).date()
        return _begins(datetime.combine(today - timedelta(_DAYS[text]), time()), zone).isoformat()
    return _fixed(option, text, zone, _TIME_AGO)


def ahead(option: str, text: str | None, now: int, zone: tzinfo | None = None) -> str | None:
    """As `moment`, for one that lies ahead: `90d` is so long after `now` (ms). Raises `Misused`."""
    if text is not None and (after := _AHEAD.fullmatch(text)):
        return iso(now + int(after[1]) * _UNITS[after[2]])
    return _fixed(option, text, zone, _TIME_AHEAD)


def _fixed(option: str, text: str | None, zone: tzinfo | None, remedy: Message) -> str | None:
    """A moment that does not depend on the present one."""
    if text is None:
        return None
    try:
        if _RFC_3339.fullmatch(text):
            datetime.fromisoformat(text.upper())
            return text
        if _DATE.fullmatch(text):
            return _begins(datetime.fromisoformat(text), zone).isoformat()
    except (ValueError, OverflowError):
        raise _refused(option, text, remedy) from None
    raise _refused(option, text, remedy)


def _begins(day: datetime, zone: tzinfo | None) -> datetime:
    return day.replace(tzinfo=zone) if zone else day.astimezone()


def _refused(option: str, text: str, remedy: Message) -> Misused:
    return Misused(Message("{option} `{text}` is no moment", option=option, text=text[:40]), remedy)


def within(wanted: dict[str, str], zone: tzinfo | None = None) -> Message:
    """From when to when, in words, in the reader's time zone, which is told with each moment."""
    since, before = wanted.get("since"), wanted.get("before")
    start = _told(since, zone) if since and _parsed(since) > _EPOCH else None
    end = _told(before, zone) if before else None
    if start and end:
        return Message("from {start} until before {end}", start=start, end=end)
    if start:
        return Message("from {start} until now", start=start)
    if end:
        return Message("from the beginning until before {end}", end=end)
    return Message("from the beginning until now")


_EPOCH = datetime.fromtimestamp(0, UTC)


def _parsed(text: str) -> datetime:
    return datetime.fromisoformat(text.upper())


def _told(text: str, zone: tzinfo | None) -> Message:
    there = _parsed(text).astimezone(zone)
    moment, name, offset = with_day(there.date(), f"{there:%H:%M:%S}"), f"{there:%Z}", f"{there:%:z}"
    return Message("{moment} ({zone}, UTC{offset})", moment=moment, zone=name, offset=offset)
