"""One notification: partner, method, attempts, what comes next."""

import json
import shlex
from collections.abc import Iterable, Iterator
from typing import Any

from rich.console import Group, RenderableType

from herald.languages.message import Message, plural
from herald.languages.words import STATES
from tools.cli.rendering.attempts import attempts_page, headline, history_page
from tools.common import formatting
from tools.common.formatting import Formatter
from tools.common.sentence import Sentence, listed, word
from tools.common.text import Text, labelled

type Json = dict[str, Any]

ON_THE_WIRE = Message("an attempt is under way, so the partner may be told this once more")
STYLES = {"delivered": "green", "failed": "red", "held": "yellow", "waiting": "cyan"}


def notification_page(notification: Json, partner_name: str | None, told: Formatter) -> RenderableType:
    """The whole page."""
    return Group(*_story(notification, partner_name, told))


def _story(notification: Json, partner_name: str | None, told: Formatter) -> Iterator[RenderableType]:
    yield Text(Message("Notification {id}", id=notification["id"]), style="bold")
    partner = formatting.partner(partner_name, notification["partnerId"])
    yield _line(Message("to"), Message("{partner}, order {order}", partner=partner, order=notification["orderId"]))
    if source := notification.get("source"):
        yield _line(Message("from"), Message("the source {id}", id=source))
    yield _line(Message("what"), what(notification))
    accepted = notification["acceptedAt"]
    moment = {"when": told.at(accepted), "distance": told.distance(accepted)}
    yield _line(Message("accepted"), Message("{when}, {distance}", **moment))
    yield _line(Message("state"), _state(notification, told), STYLES.get(notification["state"], ""))
    yield _line(Message("next"), what_next(notification, told))
    yield from headline(Message("What was tried"))
    yield from _attempts(notification, told)
    if history := notification.get("history"):
        yield from headline(Message("What people and Herald decided"))
        yield from history_page(history, told)
    yield from headline(Message("Payload, as accepted"))
    yield Text(notification["payload"])


def _attempts(notification: Json, told: Formatter) -> Iterable[RenderableType]:
    attempts = notification.get("attempts", [])
    if not attempts:
        return [Text.assemble("  ", Message("nothing yet"))]
    return attempts_page(attempts, notification.get("olderAttempts", 0), told)


def _state(notification: Json, told: Formatter) -> Sentence:
    state, since = word(STATES, notification["state"]), notification.get("since")
    return Message("{state} since {when}", state=state, when=told.at(since)) if since else state


def what(notification: Json) -> Message:
    """What the partner is told, in a sentence, as far as the payload says it."""
    method = notification["method"]
    known = method in formatting.MEANINGS
    unknown = Message("of a kind that this command line does not know")
    said = {"method": method, "meaning": Message(formatting.MEANINGS[method]) if known else unknown}
    facts = list(_facts(_payload(notification)))
    if not facts:
        return Message("{method}: {meaning}", **said)
    return Message("{method}: {meaning} ({facts})", facts=listed(facts), **said)


def _payload(notification: Json) -> Json:
    try:
        payload = json.loads(notification["payload"])
    except ValueError:
        return {}
    return payload if isinstance(payload, dict) else {}


def _facts(payload: Json) -> Iterator[Message]:
    body = payload.get("body", {})
    if "usedQuantity" in body:
        ordered = body.get("orderQuantity", "?")
        yield Message("{used} of {ordered} used", used=body["usedQuantity"], ordered=ordered)
    if "reQuantity" in body:
        yield Message("{quantity} refunded in all", quantity=body["reQuantity"])
    if codes := body.get("sncode"):
        each = codes.split(",")
        yield plural("code {codes}", "codes {codes}", count=len(each), codes=", ".join(each))
    if payload.get("describe"):
        yield Message("“{describe}”", describe=payload["describe"])


def what_next(notification: Json, told: Formatter) -> Message:
    """What happens by itself, or what a person can do now."""
    match notification["state"]:
        case "waiting":
            return _next_attempt(notification, told)
        case "held":
            look = f"`herald partners show {notification['partnerId']}`"
            return Message("a poll sends it on when its partner may receive: {command}", command=look)
        case "failed":
            return Message(
                "nothing by itself. When the partner is repaired: {command}", command=redrive_command(notification)
            )
        case "delivered":
            place = {"attempt": notification["attempt"], "round": notification["round"]}
            return Message("nothing: acknowledged at attempt {attempt} of round {round}", **place)
    return Message("nothing, unless somebody sends it again: {command}", command=redrive_command(notification))


def _next_attempt(notification: Json, told: Formatter) -> Message:
    place = {"attempt": notification["attempt"], "round": notification["round"]}
    due = notification.get("nextAttemptAt")
    if due is None or told.is_past(due):
        return Message(
            "attempt {attempt} of round {round} is due, and is made at the next poll or is being made now", **place
        )
    when = {"when": told.at(due), "distance": told.distance(due)}
    return Message("attempt {attempt} of round {round} at {when}, {distance}", **place, **when)


def redrive_command(notification: Json) -> str:
    """The command that sends it again, to copy."""
    return f'`herald notifications redrive {shlex.quote(notification["id"])} --reason "…"`'


def changed_line(notification: Json, told: Formatter) -> RenderableType:
    """After somebody changed it: the new state, and what follows."""
    state = notification["state"]
    said = Message("{id} is now {state}", id=notification["id"], state=word(STATES, state))
    return Group(
        Text.with_styles(said, state=STYLES.get(state, "")),
        _line(Message("next"), what_next(notification, told)),
        *([_line(Message("but"), ON_THE_WIRE)] if closed_on_the_wire(notification) else []),
    )


def closed_on_the_wire(notification: Json) -> bool:
    """Whether it was closed while an attempt may be under way."""
    return bool(notification.get("attemptUnderWay")) and notification["state"] in {"resolved", "cancelled"}


def _line(label: Message, text: Sentence, style: str = "") -> Text:
    return labelled(label, text, style, width=9)
