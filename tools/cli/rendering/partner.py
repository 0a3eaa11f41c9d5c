"""Partners: the list, one in full, its secrets once, and what a test of its address came to."""

from collections.abc import Iterator
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Column, Table

from herald.languages.catalogue import N_
from herald.languages.message import Message
from herald.languages.words import BREAKER_STATES, REVIEW_STATES, Words
from tools.cli.rendering.attempts import attempt_answer, attempt_reason, headline, history_page
from tools.cli.rendering.breaker import breaker_lines
from tools.common import formatting
from tools.common.formatting import Formatter
from tools.common.sentence import Sentence, listed, word
from tools.common.text import Text, labelled

type Json = dict[str, Any]

STYLES = {"active": "green", "pending": "yellow", "suspended": "red"}
MEANINGS: Words = {
    "active": N_("receives at its approved address"),
    "pending": N_("receives nothing until its address is approved"),
    "suspended": N_("receives nothing until it is resumed"),
    "deleting": N_("a job deletes its data"),
    "deleted": N_("only this is left of it; the number can be registered anew"),
}
_HEADERS = (Message("id"), Message("name"), Message("state"), Message("address"))


PARTNER_COLUMNS = (
    "partnerId",
    "name",
    "contact",
    "state",
    "url",
    "proposedUrl",
    "ladder",
    "timeout",
    "ratePerSecond",
    "concurrency",
    "lastTest.at",
    "lastTest.verdict",
    "lastTest.reason",
    "breaker.state",
    "internal",
    "proposedInternal",
)


def partners_page(response: Json, search: str | None) -> RenderableType:
    """One line for each. `search` is the part of a name or number that was looked for."""
    if not response["items"] and search:
        return Text(Message("No partner's name or number contains `{search}`.", search=search))
    if not response["items"]:
        return Text(Message("No partners yet: `herald partners create --help` says how to add one."))
    table = Table(
        *(Column(Text(header), overflow="fold") for header in _HEADERS), box=None, pad_edge=False, header_style="dim"
    )
    for partner in response["items"]:
        table.add_row(Text(str(partner["partnerId"])), Text(partner["name"]), _state(partner), Text(_address(partner)))
    return table


def _state(partner: Json) -> Text:
    """Of its review, and of its breaker where its server does not answer or has just begun to."""
    state, breaker = partner["state"], (partner.get("breaker") or {}).get("state", "closed")
    review = word(REVIEW_STATES, state)
    if breaker == "closed":
        return Text(review, style=STYLES.get(state, ""))
    said = Message("{state}, breaker {breaker}", state=review, breaker=word(BREAKER_STATES, breaker))
    return Text(said, style="red" if breaker == "open" else "yellow")


def _address(partner: Json) -> Sentence:
    url, proposed = _with_host(partner, "url"), _with_host(partner, "proposedUrl")
    if url and proposed:
        return Message("{url} (proposed: {proposed})", url=url, proposed=proposed)
    return url or (Message("{proposed} (proposed)", proposed=proposed) if proposed else "")


def _with_host(partner: Json, member: str) -> Sentence | None:
    """The address, with the ASCII form of a host that has other letters, and whether it is internal."""
    url, host = partner.get(member), partner.get(f"{member}Host")
    named = Message("{url} (host {host})", url=url, host=host["ascii"]) if host else url
    internal = partner.get({"url": "internal", "proposedUrl": "proposedInternal"}[member])
    return Message("{url} (internal)", url=named) if named and internal else named


def _host_warnings(holder: Json, member: str) -> Iterator[Text]:
    for warning in (holder.get(f"{member}Host") or {}).get("warnings", ()):
        yield Text.assemble("  ", Message("Look closely: {warning}", warning=warning), style="bold yellow")


def partner_page(partner: Json, told: Formatter) -> RenderableType:
    """All that the registry says of it."""
    return Group(*_partner(partner, told))


def _partner(partner: Json, told: Formatter) -> Iterator[RenderableType]:
    state = partner["state"]
    meaning = Message("{state}: {meaning}", state=word(REVIEW_STATES, state), meaning=_meaning(state))
    yield Text(formatting.partner(partner["name"], partner["partnerId"]), style="bold")
    yield _line(Message("state"), meaning, STYLES.get(state, ""))
    yield _line(Message("address"), _with_host(partner, "url") or Message("none approved yet"))
    yield from _host_warnings(partner, "url")
    if proposed := _with_host(partner, "proposedUrl"):
        yield _line(Message("proposed"), proposed)
    yield from _host_warnings(partner, "proposedUrl")
    if contact := partner.get("contact"):
        yield _line(Message("contact"), contact)
    yield _line(Message("ladder"), partner.get("ladder") or Message("as everybody's"))
    if limits := _limits(partner):
        yield _line(Message("limits"), listed(limits))
    if names := partner.get("headerNames"):
        yield _line(Message("headers"), Message("{names} (values are not shown)", names=listed(names)))
    if test := partner.get("lastTest"):
        yield _line(Message("last test"), _test(test, told))
    yield from breaker_lines(partner.get("breaker") or {}, told)
    yield from _secrets(partner)
    if history := partner.get("history"):
        yield from headline(Message("History"))
        yield from history_page(history, told)


def _limits(partner: Json) -> list[Message]:
    """Those that it has."""
    limits = (
        ("timeout", N_("{limit} s for one attempt")),
        ("ratePerSecond", N_("{limit} attempts a second")),
        ("concurrency", N_("{limit} POSTs at once")),
    )
    return [Message(text, limit=partner[name]) for name, text in limits if partner.get(name) is not None]


def _meaning(state: str) -> Sentence:
    return Message(MEANINGS[state]) if state in MEANINGS else ""


def _secrets(partner: Json) -> Iterator[Text]:
    shown = ((Message("secret"), partner.get("secret")), (Message("query key"), partner.get("queryKey")))
    for name, secret in shown:
        if secret:
            yield _line(name, secret, "bold")
    if any(secret for _, secret in shown):
        now = Message("These are shown this once: give them to the partner over a safe way now.")
        yield Text.assemble("  ", now, style="yellow")


def _test(test: Json, told: Formatter) -> Message:
    answer = attempt_answer(test)
    said = {"verdict": formatting.verdict(test["verdict"]), "when": told.at(test["at"]), "reason": test["reason"]}
    if answer is None:
        return Message("{verdict} at {when}: {reason}", **said)
    return Message("{verdict} at {when}: {reason}; {answer}", answer=answer, **said)


def tested_page(attempt: Json, name: str | None, partner_id: int, which: str) -> RenderableType:
    """What a test came to, and what to do then."""
    passed, answer = attempt["verdict"] == "success", attempt_answer(attempt)
    says = _result(formatting.partner(name, partner_id), which, passed=passed)
    duration = Message(" in {duration}", duration=formatting.duration(attempt["durationMs"]))
    hint = _after_test(partner_id, which, passed=passed)
    return Group(
        Text(says, style="green" if passed else "red"),
        Text.assemble("  ", attempt_reason(attempt), duration),
        *([Text.assemble("  ", answer)] if answer else []),
        *_host_warnings(attempt, "url"),
        *([Text.assemble("  ", hint, style="dim")] if hint else []),
    )


def _result(partner: Message, which: str, *, passed: bool) -> Message:
    match which, passed:
        case "approved", True:
            return Message("{partner}: the approved address acknowledged the test", partner=partner)
        case "approved", False:
            return Message("{partner}: the approved address failed the test", partner=partner)
        case _, True:
            return Message("{partner}: the proposed address acknowledged the test", partner=partner)
    return Message("{partner}: the proposed address failed the test", partner=partner)


def _after_test(partner_id: int, which: str, *, passed: bool) -> Message | None:
    """What to do next; None where there is nothing to do."""
    if not passed:
        again = f"herald partners test {partner_id}"
        return Message("Once it is repaired: {command}", command=again)
    if which == "approved":
        return None
    approve = f'herald partners approve {partner_id} --reason "…"'
    return Message("Next: {command}", command=approve)


def _line(label: Message, text: Sentence, style: str = "") -> Text:
    return labelled(label, text, style, width=10)
