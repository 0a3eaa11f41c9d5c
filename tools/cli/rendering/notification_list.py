"""Lists of notifications: what needs a person, by partner or one by one, and all of one order."""

from collections.abc import Iterator
from typing import Any

from rich.console import Group, RenderableType

from tools.cli.rendering.notification import STYLES, what_next
from tools.common import formatting
from tools.common.formatting import Formatter
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
        return Text("Nothing has failed." if state == "failed" else f"Nothing is {state}.", style="green")
    omitted = response.get("omitted")
    more = [Text(f"And {formatting.many(omitted, 'partner')} more, with fewer.")] if omitted else []
    return Group(
        *(line for entry in response["items"] for line in _partner(entry, state, told)), *more, *_go_on(response)
    )


def _partner(entry: Json, state: str, told: Formatter) -> Iterator[Text]:
    oldest = entry["oldest"]
    name = formatting.partner(entry.get("name"), entry["partnerId"])
    yield Text.assemble((name, "bold"), f": {entry['count']} ", (state, STYLES.get(state, "")))
    yield Text(f"  the oldest since {told.at(oldest)}, {told.distance(oldest)}; mostly: {entry['reason']}")
    yield Text(f"  herald notifications list --state {state} --partner {entry['partnerId']}", style="dim")


def notifications_page(response: Json, partner_name: str | None, told: Formatter) -> RenderableType:
    """Two lines for each notification, and how to go on where there are more."""
    if not response["items"]:
        return Text("No such notification.")
    return Group(*_entries(response, partner_name, told))


def _entries(response: Json, partner_name: str | None, told: Formatter) -> Iterator[Text]:
    yield Text(formatting.partner(partner_name, response["items"][0]["partnerId"]), style="bold")
    for notification in response["items"]:
        state = notification["state"]
        yield Text.assemble(f"  {notification['id']}  ", (state, STYLES.get(state, "")))
        yield Text(f"    order {notification['orderId']}, {_last(notification, told)}", style="dim")
    yield from _go_on(response)


def _go_on(response: Json) -> Iterator[Text]:
    """How to see the next page, where there is one."""
    if response.get("cursor"):
        yield Text()
        yield Text(f"There are more: add --cursor {response['cursor']}")


def _last(notification: Json, told: Formatter) -> str:
    """The last word on it: the last attempt, or what comes next while there is none."""
    attempts = notification.get("attempts")
    if not attempts:
        return what_next(notification, told)
    last = attempts[-1]
    tried = f"round {last['round']} attempt {last['attempt']} at {told.at(last['at'])}"
    return f"{notification['method']}, {tried}: {formatting.verdict(last['verdict'])}, {last['reason']}"
