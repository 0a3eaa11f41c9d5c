"""API keys: the list, one in full, and a new one with its text, this once."""

from collections.abc import Iterator
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table

from tools.common.formatting import Formatter
from tools.common.text import Text

type Json = dict[str, Any]

_UNKNOWN = "-"  # of a key that an earlier version made


def keys_page(response: Json, told: Formatter) -> RenderableType:
    """One line for each."""
    if not response["items"]:
        return Text("No such keys.")
    table = Table("id", "role", "name", "partners", "made", "last used", "state", box=None, pad_edge=False)
    table.header_style = "dim"
    for one in response["items"]:
        state = _state(one, told)
        cells = (one["id"], one["role"], one["name"], _partners(one), _made(one, told), one["lastUsedOn"] or _UNKNOWN)
        table.add_row(*(Text(str(cell)) for cell in cells), Text(state, style="" if state == "valid" else "yellow"))
    return table


def key_page(one: Json, told: Formatter) -> RenderableType:
    """All that is known of it."""
    return Group(*_lines(one, told))


def new_key_page(response: Json, told: Formatter) -> RenderableType:
    """The key itself, and whose it is."""
    where = f", in {response['table']}" if "table" in response else ""
    ends = f", valid until {told.at(response['expiresAt'])}" if response.get("expiresAt") else ""
    return Group(
        Text(response["key"], style="bold"),
        Text(f"  the {response['role']} key of {response['name']}{where}{ends}; its id is {response['id']}"),
        Text("  It is shown this once: put it where secrets are kept. Use it as HERALD_KEY.", style="yellow"),
    )


def revocation_question(key_id: str, one: Json | None, told: Formatter) -> str:
    """What is about to end, and when it was last used."""
    if one is None:
        return f"Revoke the key {key_id}?"
    used = f"last used on {one['lastUsedOn']}" if one["lastUsedOn"] else "no use noted"
    return f"Revoke the {one['role']} key of {one['name']} (made {_made(one, told)}, {used})?"


def _lines(one: Json, told: Formatter) -> Iterator[Text]:
    state = _state(one, told)
    yield Text(f"Key {one['id']}: {one['role']}, {one['name']}", style="bold")
    yield _line("state", state, "" if state == "valid" else "yellow")
    if bound := _partners(one):
        yield _line("partners", bound)
    yield _line("made", _made(one, told))
    if one["reason"]:
        yield _line("for", f"“{one['reason']}”")
    yield _line("last used", one["lastUsedOn"] or "no use noted")


def _state(one: Json, told: Formatter) -> str:
    if end := one["revoked"]:
        return f"revoked at {told.at(end['at'])} by {end['by']}: “{end['reason']}”"
    if one["expiresAt"] is None:
        return "valid"
    past = told.is_past(one["expiresAt"])
    return f"expired at {told.at(one['expiresAt'])}" if past else f"valid until {told.at(one['expiresAt'])}"


def _partners(one: Json) -> str:
    bound = [one["partnerId"]] if one["partnerId"] is not None else one["partnerIds"] or ()
    return ", ".join(map(str, bound))


def _made(one: Json, told: Formatter) -> str:
    when = told.at(one["createdAt"]) if one["createdAt"] else _UNKNOWN
    return f"{when} by {one['createdBy']}" if one["createdBy"] else when


def _line(name: str, text: str, style: str = "") -> Text:
    return Text.assemble((f"  {name:<10}", "dim"), (text, style))
