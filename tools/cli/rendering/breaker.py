"""A partner's breaker: nothing for a partner that answers, otherwise what is known of its outage or recovery."""

from collections.abc import Iterator
from typing import Any

from herald.domain.clock import SECOND
from herald.languages.message import Message, plural
from tools.common import formatting
from tools.common.formatting import Formatter
from tools.common.text import Text, labelled


def breaker_lines(breaker: dict[str, Any], told: Formatter) -> Iterator[Text]:
    """The lines of a partner's page."""
    match breaker.get("state"):
        case "open":
            yield _line(_unanswered(breaker, told), "bold red")
            yield _more(_probes(breaker, told))
            if waiting := breaker.get("waiting"):
                yield _more(_waiting(waiting))
        case "recovering":
            since = told.at(breaker["recoveringSince"])
            yield _line(Message("closed at {time}: what waits is sent, the oldest first", time=since), "yellow")
        case _ if outages := breaker.get("outages"):
            message = plural(
                "closed; the last attempt found its server unreachable or out of order",
                "closed; the last {count} attempts found its server unreachable or out of order",
                count=outages,
            )
            yield _line(message, "yellow")


def _unanswered(breaker: dict[str, Any], told: Formatter) -> Message:
    since = breaker.get("unansweredSince") or breaker.get("openedAt")
    if not since:
        return Message("open: its server does not answer")
    return Message("open: its server stopped answering at {time}", time=told.at(since))


def _probes(breaker: dict[str, Any], told: Formatter) -> Message:
    every = formatting.duration(breaker.get("probeEverySeconds", 0) * SECOND)
    if "nextProbeAt" not in breaker:
        return Message("one attempt every {duration}", duration=every)
    return Message(
        "one attempt every {duration}, the next at {time}", duration=every, time=told.at(breaker["nextProbeAt"])
    )


def _waiting(count: int) -> Message:
    return plural("{count:,} notification is held back", "{count:,} notifications are held back", count=count)


def _line(message: Message, style: str) -> Text:
    return labelled(Message("breaker"), message, style, width=10)


def _more(message: Message) -> Text:
    return Text.assemble(" " * 12, message)
