"""API keys: the list, one in full, and a new one with its text, this once."""

from collections.abc import Iterator
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Column, Table

from herald.languages.message import Message
from tools.common.formatting import Formatter
from tools.common.sentence import Sentence
from tools.common.text import Text, labelled

type Json = dict[str, Any]

KEY_COLUMNS = (
    *("id", "role", "name", "partnerId", "partnerIds", "createdAt", "createdBy", "reason", "expiresAt", "lastUsedOn"),
    *("revoked.at", "revoked.by", "revoked.reason"),
)
_UNKNOWN = "-"  # of a key that an earlier version made
_HEADERS = (
    *(Message("id"), Message("role"), Message("name"), Message("partners")),
    *(Message("made"), Message("last used"), Message("state")),
)


def keys_page(response: Json, told: Formatter) -> RenderableType:
    """One line for each."""
    if not response["items"]:
        return Text(Message("No such keys."))
    table = Table(*(Column(Text(header), overflow="fold") for header in _HEADERS), box=None, pad_edge=False)
    table.header_style = "dim"
    for one in response["items"]:
        cells = (one["id"], one["role"], one["name"], _partners(one), _made(one, told), one["lastUsedOn"] or _UNKNOWN)
        table.add_row(*(Text(cell) for cell in cells), Text(_state(one, told), style=_style(one)))
    return table


def key_page(one: Json, told: Formatter) -> RenderableType:
    """All that is known of it."""
    return Group(*_lines(one, told))


def new_key_page(response: Json, told: Formatter) -> RenderableType:
    """The key itself, and whose it is."""
    table, ends = response.get("table"), response.get("expiresAt")
    return Group(
        Text(response["key"], style="bold"),
        Text.assemble(
            "  ",
            Message("the {role} key of {name}", role=response["role"], name=response["name"]),
            Message(", in {table}", table=table) if table else "",
            Message(", valid until {when}", when=told.at(ends)) if ends else "",
            Message("; its id is {id}", id=response["id"]),
        ),
        Text.assemble(
            "  ",
            Message("It is shown this once: put it where secrets are kept. Use it as HERALD_KEY."),
            style="yellow",
        ),
    )


def revocation_question(key_id: str, one: Json | None, told: Formatter) -> Message:
    """What is about to end, and when it was last used."""
    if one is None:
        return Message("Revoke the key {id}?", id=key_id)
    said = {"role": one["role"], "name": one["name"], "made": _made(one, told)}
    if not one["lastUsedOn"]:
        return Message("Revoke the {role} key of {name} (made {made}, no use noted)?", **said)
    return Message("Revoke the {role} key of {name} (made {made}, last used on {day})?", day=one["lastUsedOn"], **said)


def _lines(one: Json, told: Formatter) -> Iterator[Text]:
    headline = Message("Key {id}: {role}, {name}", id=one["id"], role=one["role"], name=one["name"])
    yield Text(headline, style="bold")
    yield _line(Message("state"), _state(one, told), _style(one))
    if bound := _partners(one):
        yield _line(Message("partners"), bound)
    yield _line(Message("made"), _made(one, told))
    if one["reason"]:
        yield _line(Message("for"), Message("“{reason}”", reason=one["reason"]))
    yield _line(Message("last used"), one["lastUsedOn"] or Message("no use noted"))


def _style(one: Json) -> str:
    return "yellow" if one["revoked"] or one["expiresAt"] is not None else ""


def _state(one: Json, told: Formatter) -> Message:
    if end := one["revoked"]:
        said = {"when": told.at(end["at"]), "who": end["by"], "reason": end["reason"]}
        return Message("revoked at {when} by {who}: “{reason}”", **said)
    if one["expiresAt"] is None:
        return Message("valid")
    when = told.at(one["expiresAt"])
    past = told.is_past(one["expiresAt"])
    return Message("expired at {when}", when=when) if past else Message("valid until {when}", when=when)


def _partners(one: Json) -> str:
    bound = [one["partnerId"]] if one["partnerId"] is not None else one["partnerIds"] or ()
    return ", ".join(map(str, bound))


def _made(one: Json, told: Formatter) -> Sentence:
    when = told.at(one["createdAt"]) if one["createdAt"] else _UNKNOWN
    return Message("{when} by {who}", when=when, who=one["createdBy"]) if one["createdBy"] else when


def _line(label: Message, text: Sentence, style: str = "") -> Text:
    return labelled(label, text, style, width=10)
