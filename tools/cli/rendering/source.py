"""Sources: the list, one in full, and its inbound address once."""

from collections.abc import Iterator
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Column, Table

from herald.languages.message import Message
from herald.languages.words import SOURCE_STATES
from tools.cli.rendering.attempts import headline, history_page
from tools.cli.rendering.partner import STYLES
from tools.common.formatting import Formatter
from tools.common.sentence import Sentence, listed, word
from tools.common.text import Text, labelled

type Json = dict[str, Any]

SOURCE_COLUMNS = (
    "id",
    "name",
    "partnerId",
    "state",
    "signed",
    "cidrs",
    "headerName",
    "createdAt",
    "previousTokenUntil",
)
_HEADERS = (Message("id"), Message("name"), Message("partner"), Message("state"), Message("demands"))


def sources_page(response: Json) -> RenderableType:
    """One line for each."""
    if not response["items"]:
        return Text(Message("No sources yet: `herald sources create --help` says how to add one."))
    table = Table(
        *(Column(Text(header), overflow="fold") for header in _HEADERS), box=None, pad_edge=False, header_style="dim"
    )
    for one in response["items"]:
        state = Text(word(SOURCE_STATES, one["state"]), style=STYLES.get(one["state"], ""))
        cells = (Text(one["id"]), Text(one["name"]), Text(str(one["partnerId"])), state)
        table.add_row(*cells, Text(_demands(one)))
    return table


def source_page(source: Json, told: Formatter, api_url: str = "") -> RenderableType:
    """All that is known of it; `api_url` is the API's, for the address of a new token."""
    return Group(*_source(source, told, api_url))


def _source(source: Json, told: Formatter, api_url: str) -> Iterator[RenderableType]:
    state = source["state"]
    yield Text(Message("Source {id}: {name}", id=source["id"], name=source["name"]), style="bold")
    yield _line(Message("state"), word(SOURCE_STATES, state), STYLES.get(state, ""))
    yield _line(Message("partner"), str(source["partnerId"]))
    yield _line(Message("demands"), _demands(source))
    if until := source.get("previousTokenUntil"):
        past = told.is_past(until)
        overlap = Message("the address before is accepted until {when}", when=told.at(until))
        yield _line(Message("rotation"), Message("over since {when}", when=told.at(until)) if past else overlap)
    yield from _address(source, api_url)
    if history := source.get("history"):
        yield from headline(Message("History"))
        yield from history_page(history, told)


def _address(source: Json, api_url: str) -> Iterator[Text]:
    if "path" in source:
        yield _line(Message("inbound address"), f"{api_url}{source['path']}", "bold")
        now = Message("It is shown this once: give it to the sender over a safe way now. Who has it can submit.")
        yield Text.assemble("  ", now, style="yellow")


def _demands(source: Json) -> Sentence:
    """What a request must have besides the token."""
    demands: list[Message] = []
    if source.get("signed"):
        demands.append(Message("a signature"))
    if cidrs := source.get("cidrs"):
        demands.append(Message("an address in {cidrs}", cidrs=listed(cidrs)))
    if name := source.get("headerName"):
        demands.append(Message("the header {name} (its value is not shown)", name=name))
    return listed(demands) if demands else Message("only its address")


def _line(label: Message, text: Sentence, style: str = "") -> Text:
    return labelled(label, text, style, width=10)
