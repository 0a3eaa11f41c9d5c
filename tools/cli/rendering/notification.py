"""One notification: partner, method, attempts, what comes next."""

import json
import shlex
from collections.abc import Iterable, Iterator
from typing import Any

from rich.console import Group, RenderableType

from tools.cli.rendering.attempts import attempts_page, headline, history_page
from tools.common import formatting
from tools.common.formatting import Formatter
from tools.common.text import Text

type Json = dict[str, Any]

ON_THE_WIRE = "an attempt is under way, so the partner may be told this once more"
STYLES = {"delivered": "green", "failed": "red", "held": "yellow", "waiting": "cyan"}


def notification_page(notification: Json, partner_name: str | None, told: Formatter) -> RenderableType:
    """The whole page."""
    return Group(*_story(notification, partner_name, told))


def _story(notification: Json, partner_name: str | None, told: Formatter) -> Iterator[RenderableType]:
    partner = formatting.partner(partner_name, notification["partnerId"])
    yield Text(f"Notification {notification['id']}", style="bold")
    yield _line("to", f"{partner}, order {notification['orderId']}")
    yield _line("what", what(notification))
    accepted = notification["acceptedAt"]
    yield _line("accepted", f"{told.at(accepted)}, {told.distance(accepted)}")
    yield _line("state", _state(notification, told), STYLES.get(notification["state"], ""))
    yield _line("next", what_next(notification, told))
    yield from headline("What was tried")
    yield from _attempts(notification, told)
    if history := notification.get("history"):
        yield from headline("What people and Herald decided")
        yield from history_page(history, told)
    yield from headline("Payload, as accepted")
    yield Text(notification["payload"])


def _attempts(notification: Json, told: Formatter) -> Iterable[RenderableType]:
    attempts = notification.get("attempts", [])
    if not attempts:
        return [Text("  nothing yet")]
    return attempts_page(attempts, notification.get("olderAttempts", 0), told)


def _state(notification: Json, told: Formatter) -> str:
    since = notification.get("since")
    return f"{notification['state']} since {told.at(since)}" if since else str(notification["state"])


def what(notification: Json) -> str:
    """What the partner is told, in a sentence, as far as the payload says it."""
    method = notification["method"]
    said = f"{method}: {formatting.MEANINGS.get(method, 'of a kind that this command line does not know')}"
    facts = list(_facts(_payload(notification)))
    return f"{said} ({', '.join(facts)})" if facts else said


def _payload(notification: Json) -> Json:
    try:
        payload = json.loads(notification["payload"])
    except ValueError:
        return {}
    return payload if isinstance(payload, dict) else {}


def _facts(payload: Json) -> Iterator[str]:
    body = payload.get("body", {})
    if "usedQuantity" in body:
        yield f"{body['usedQuantity']} of {body.get('orderQuantity', '?')} used"
    if "reQuantity" in body:
        yield f"{body['reQuantity']} refunded in all"
    if codes := body.get("sncode"):
        yield f"{'code' if ',' not in codes else 'codes'} {codes.replace(',', ', ')}"
    if payload.get("describe"):
        yield f"“{payload['describe']}”"


def what_next(notification: Json, told: Formatter) -> str:
    """What happens by itself, or what a person can do now."""
    match notification["state"]:
        case "waiting":
            return _next_attempt(notification, told)
        case "held":
            return (
                f"a poll sends it on when its partner may receive: `herald partners show {notification['partnerId']}`"
            )
        case "failed":
            return f"nothing by itself. When the partner is repaired: {redrive_command(notification)}"
        case "delivered":
            return f"nothing: acknowledged at attempt {notification['attempt']} of round {notification['round']}"
    return f"nothing, unless somebody sends it again: {redrive_command(notification)}"


def _next_attempt(notification: Json, told: Formatter) -> str:
    place = f"attempt {notification['attempt']} of round {notification['round']}"
    due = notification.get("nextAttemptAt")
    if due is None or told.is_past(due):
        return f"{place} is due, and is made at the next poll or is being made now"
    return f"{place} at {told.at(due)}, {told.distance(due)}"


def redrive_command(notification: Json) -> str:
    """The command that sends it again, to copy."""
    return f'`herald notifications redrive {shlex.quote(notification["id"])} --reason "…"`'


def changed_line(notification: Json, told: Formatter) -> RenderableType:
    """After somebody changed it: the new state, and what follows."""
    return Group(
        Text.assemble(notification["id"], " is now ", (notification["state"], STYLES.get(notification["state"], ""))),
        _line("next", what_next(notification, told)),
        *([_line("but", ON_THE_WIRE)] if closed_on_the_wire(notification) else []),
    )


def closed_on_the_wire(notification: Json) -> bool:
    """Whether it was closed while an attempt may be under way."""
    return bool(notification.get("attemptUnderWay")) and notification["state"] in {"resolved", "cancelled"}


def _line(name: str, text: str, style: str = "") -> Text:
    return Text.assemble((f"  {name:<9}", "dim"), (text, style))
