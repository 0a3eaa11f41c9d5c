"""Lists of notifications: what needs a person, by partner or one by one, and all of one order."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from rich.console import Group, RenderableType

from herald.languages.message import Message, plural
from herald.languages.words import STATES
from tools.cli.rendering.notification import STYLES, what_next
from tools.common import formatting
from tools.common.formatting import Formatter
from tools.common.sentence import word
from tools.common.text import Text

type Json = dict[str, Any]

ATTENTION_COLUMNS = ("partnerId", "name", "count", "oldest", "reason")
NOTIFICATION_COLUMNS = (
    "id",
    "partnerId",
    "orderId",
    "method",
    "state",
    "turn",
    "round",
    "attempt",
    "acceptedAt",
    "nextAttemptAt",
    "since",
    "reason",
)


def attention_page(response: Json, state: str, told: Formatter) -> RenderableType:
    """One entry for each partner that has something in this state."""
    if not response["items"]:
        nothing = Message("Nothing is {state}.", state=word(STATES, state))
        return Text(Message("Nothing has failed.") if state == "failed" else nothing, style="green")
    more = [Text(_omitted(response["omitted"]))] if response.get("omitted") else []
    return Group(
        *(line for entry in response["items"] for line in _partner(entry, state, told)), *more, *_go_on(response)
    )


def _omitted(count: int) -> Message:
    return plural("And {count} partner more, with fewer.", "And {count} partners more, with fewer.", count=count)


def _partner(entry: Json, state: str, told: Formatter) -> Iterator[Text]:
    oldest = entry["oldest"]
    name = formatting.partner(entry.get("name"), entry["partnerId"])
    said = Message("{partner}: {count} {state}", partner=name, count=entry["count"], state=word(STATES, state))
    yield Text.with_styles(said, partner="bold", state=STYLES.get(state, ""))
    since = {"when": told.at(oldest), "distance": told.distance(oldest), "reason": entry["reason"]}
    yield Text.assemble("  ", Message("the oldest since {when}, {distance}; mostly: {reason}", **since))
    yield Text(f"  herald notifications list --state {state} --partner {entry['partnerId']}", style="dim")


def notifications_page(
    response: Json, partner_name: str | None, told: Formatter, *, with_cursor: bool = True
) -> RenderableType:
    """Two lines for each notification, and how to go on where there are more: by `--cursor`, or by `--all`."""
    if not response["items"]:
        return Text(Message("No such notification."))
    more = response.get("cursor") and not with_cursor
    go_on = [Text(Message("There are more: add --all."))] if more else _go_on(response)
    return Group(*_entries(response["items"], partner_name, told), *go_on)


def found_page(response: Json, text: str, told: Formatter) -> RenderableType:
    """What was found for a text, partner by partner; what else to try where nothing was."""
    if not response["items"]:
        nothing = Message("Nothing has the order number or the voucher code {text}.", text=text)
        hint = Message("A code is only looked for in a range: try --from with an earlier day, and --partner.")
        return Group(Text(nothing), Text(hint, style="dim"))
    by_partner = groupby(response["items"], key=lambda one: one["partnerId"])
    return Group(*(line for _, those in by_partner for line in _entries([*those], None, told)))


def _entries(items: list[Json], partner_name: str | None, told: Formatter) -> Iterator[Text]:
    yield Text(formatting.partner(partner_name, items[0]["partnerId"]), style="bold")
    for notification in items:
        state = notification["state"]
        yield Text.assemble(f"  {notification['id']}  ", (word(STATES, state), STYLES.get(state, "")))
        order = Message("order {order}, {last}", order=notification["orderId"], last=_last(notification, told))
        yield Text.assemble("    ", order, style="dim")


def _go_on(response: Json) -> Iterator[Text]:
    """How to see the next page, where there is one."""
    if response.get("cursor"):
        yield Text()
        yield Text(Message("There are more: add --cursor {cursor}", cursor=response["cursor"]))


def _last(notification: Json, told: Formatter) -> Message:
    """The last word on it: the last attempt, or what comes next while there is none."""
    attempts = notification.get("attempts")
    if not attempts:
        return what_next(notification, told)
    last = attempts[-1]
    place = {"method": notification["method"], "round": last["round"], "attempt": last["attempt"]}
    result = {"when": told.at(last["at"]), "verdict": formatting.verdict(last["verdict"]), "reason": last["reason"]}
    return Message("{method}, round {round} attempt {attempt} at {when}: {verdict}, {reason}", **place, **result)
