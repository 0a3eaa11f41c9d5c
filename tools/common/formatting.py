"""Moments, waits, partners and verdicts, in words for people: each a message in the reader's language."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo

from herald.contract.methods import METHODS
from herald.domain.clock import DAY, HOUR, MINUTE, SECOND
from herald.languages.catalogue import N_
from herald.languages.dates import written_date
from herald.languages.language import Language
from herald.languages.message import Message
from herald.languages.words import METHODS as METHOD_WORDS
from herald.languages.words import VERDICTS, Words
from tools.common.sentence import Sentence, word

MEANINGS: Words = {**{method.name: method.meaning for method in METHODS.values()}, **METHOD_WORDS}
_UNITS = ((DAY, N_("{count} d")), (HOUR, N_("{count} h")), (MINUTE, N_("{count} min")), (SECOND, N_("{count} s")))


class Formatter:
    """Speaks of moments as seen from `now` (ms since the epoch), in the reader's time zone."""

    def __init__(self, now: int, zone: tzinfo | None = None) -> None:
        self._now = now
        self._zone = zone

    def at(self, text: str) -> Sentence:
        """The API's moment as the reader's clock shows it; with its date unless that is today."""
        there, here = self._local(_ms(text)), self._local(self._now)
        time = f"{there:%H:%M:%S}"
        return time if there.date() == here.date() else with_day(there.date(), time)

    def distance(self, text: str) -> Message:
        """`3 min 5 s ago`, `in 41 s`, `just now`."""
        gap = _ms(text) - self._now
        if abs(gap) < SECOND:
            return Message("just now")
        if gap > 0:
            return Message("in {duration}", duration=duration(gap))
        return Message("{duration} ago", duration=duration(-gap))

    def is_past(self, text: str) -> bool:
        """Whether the moment has come."""
        return _ms(text) <= self._now

    def _local(self, moment: int) -> datetime:
        return datetime.fromtimestamp(moment / SECOND, UTC).astimezone(self._zone)


def with_day(day: date, time: str) -> Message:
    """A day and a time of it: `2026-11-22 12:05:06`."""
    return Message("{day} {time}", day=_Day(day), time=time)


@dataclass(frozen=True, slots=True)
class _Day:
    """A day, in English as ISO 8601 has it, so that it is short and lines up in columns."""

    day: date

    def in_language(self, language: Language) -> str:
        text = self.day.isoformat()
        return text if language is Language.ENGLISH else written_date(text, language)


def duration(ms: int) -> Message:
    """The two largest units that count: `41 ms`, `2.5 s`, `3 min 5 s`, `2 d 1 h`."""
    if ms < SECOND:
        return Message("{count} ms", count=ms)
    if ms < 10 * SECOND:
        seconds = f"{ms / SECOND:.1f}".removesuffix(".0")
        return Message("{count} s", count=seconds)
    counts: list[tuple[int, str]] = []
    for unit, template in _UNITS:
        count, ms = divmod(ms, unit)
        if count or counts:
            counts.append((count, template))
    parts = [Message(template, count=count) for count, template in counts[:2] if count]
    return parts[0] if len(parts) == 1 else Message("{larger} {smaller}", larger=parts[0], smaller=parts[1])


def many(count: int, noun: str) -> str:
    """`1 attempt`, `2 attempts`: for the tools of developers, which are in English; commands use `plural`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def partner(name: str | None, partner_id: int) -> Message:
    """`Lakeside Travel (partner 3528)`."""
    if name:
        return Message("{name} (partner {number})", name=name, number=partner_id)
    return Message("partner {number}", number=partner_id)


def verdict(name: str) -> Sentence:
    """The verdict in two or three words; its own name when this command line is older than the API."""
    return word(VERDICTS, name) if name in VERDICTS else name.replace("_", " ")


def _ms(text: str) -> int:
    return round(datetime.fromisoformat(text).timestamp() * SECOND)
