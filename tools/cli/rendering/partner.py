"""Partners: the list, one in full, its secrets once, and what a test of its address came to."""

from collections.abc import Iterator
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table

from tools.cli.rendering.attempts import attempt_answer, attempt_reason, headline, history_page
from tools.common import formatting
from tools.common.formatting import Formatter
from tools.common.text import Text

type Json = dict[str, Any]

STYLES = {"active": "green", "pending": "yellow", "suspended": "red"}
MEANINGS = {
    "active": "receives at its approved address",
    "pending": "receives nothing until its address is approved",
    "suspended": "receives nothing until it is resumed",
}


PARTNER_COLUMNS = (
    "partnerId",
    "name",
    "contact",
    "state",
    "url",
    "proposedUrl",
    "ladder",
    "lastTest.at",
    "lastTest.verdict",
    "lastTest.reason",
)


def partners_page(response: Json, search: str | None) -> RenderableType:
    """One line for each. `search` is the part of a name or number that was looked for."""
    if not response["items"] and search:
        return Text(f"No partner's name or number contains `{search}`.")
    if not response["items"]:
        return Text("No partners yet: `herald partners create --help` says how to add one.")
    table = Table("id", "name", "state", "address", box=None, pad_edge=False, header_style="dim")
    for partner in response["items"]:
        state = Text(partner["state"], style=STYLES.get(partner["state"], ""))
        table.add_row(Text(str(partner["partnerId"])), Text(partner["name"]), state, Text(_address(partner)))
    return table


def _address(partner: Json) -> str:
    url, proposed = _with_host(partner, "url"), _with_host(partner, "proposedUrl")
    if url and proposed:
        return f"{url} (proposed: {proposed})"
    return url or f"{proposed} (proposed)"


def _with_host(partner: Json, member: str) -> str | None:
    """The address, with the ASCII form of a host that has other letters."""
    host = partner.get(f"{member}Host")
    return f"{partner[member]} (host {host['ascii']})" if host else partner.get(member)


def _host_warnings(holder: Json, member: str) -> Iterator[Text]:
    for warning in (holder.get(f"{member}Host") or {}).get("warnings", ()):
        yield Text(f"  Look closely: {warning}", style="bold yellow")


def partner_page(partner: Json, told: Formatter) -> RenderableType:
    """All that the registry says of it."""
    return Group(*_partner(partner, told))


def _partner(partner: Json, told: Formatter) -> Iterator[RenderableType]:
    state = partner["state"]
    yield Text(formatting.partner(partner["name"], partner["partnerId"]), style="bold")
    yield _line("state", f"{state}: {MEANINGS.get(state, '')}", STYLES.get(state, ""))
    yield _line("address", _with_host(partner, "url") or "none approved yet")
    yield from _host_warnings(partner, "url")
    if proposed := _with_host(partner, "proposedUrl"):
        yield _line("proposed", proposed)
    yield from _host_warnings(partner, "proposedUrl")
    if contact := partner.get("contact"):
        yield _line("contact", contact)
    yield _line("ladder", partner.get("ladder") or "as everybody's")
    if test := partner.get("lastTest"):
        yield _line("last test", _test(test, told))
    yield from _secrets(partner)
    if history := partner.get("history"):
        yield from headline("History")
        yield from history_page(history, told)


def _secrets(partner: Json) -> Iterator[Text]:
    shown = {"secret": partner.get("secret"), "query key": partner.get("queryKey")}
    for name, secret in shown.items():
        if secret:
            yield _line(name, secret, "bold")
    if any(shown.values()):
        yield Text("  These are shown this once: give them to the partner over a safe way now.", style="yellow")


def _test(test: Json, told: Formatter) -> str:
    response = attempt_answer(test)
    said = f"{formatting.verdict(test['verdict'])} at {told.at(test['at'])}: {test['reason']}"
    return f"{said}; {response}" if response else said


def tested_page(attempt: Json, name: str | None, partner_id: int, which: str) -> RenderableType:
    """What a test came to, and what to do then."""
    passed = attempt["verdict"] == "success"
    partner = formatting.partner(name, partner_id)
    says = f"{partner}: the {which} address {'acknowledged the test' if passed else 'failed the test'}"
    follow = f'herald partners approve {partner_id} --reason "…"' if passed else f"herald partners test {partner_id}"
    response = attempt_answer(attempt)
    hint = f"Next: {follow}" if passed and which == "proposed" else f"Once it is repaired: {follow}"
    return Group(
        Text(says, style="green" if passed else "red"),
        Text("  ").append_text(attempt_reason(attempt)).append(f" in {formatting.duration(attempt['durationMs'])}"),
        *([Text(f"  {response}")] if response else []),
        *_host_warnings(attempt, "url"),
        *([] if passed and which == "approved" else [Text(f"  {hint}", style="dim")]),
    )


def _line(name: str, text: str, style: str = "") -> Text:
    return Text.assemble((f"  {name:<10}", "dim"), (text, style))
