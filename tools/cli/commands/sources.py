"""`herald sources`: senders that submit at an inbound address of their own."""

from typing import Annotated, Any

import typer

from herald.languages.message import Message
from tools.cli.context import CommandContext, command
from tools.cli.rendering.source import SOURCE_COLUMNS, source_page, sources_page
from tools.cli.source_proof import proof_changes
from tools.common.pages import all_pages

sources = typer.Typer(no_args_is_help=True, help="Senders without a key: each has an inbound address of its own.")

Id = Annotated[str, typer.Argument(metavar="ID", help="As `list` prints it.", show_default=False)]
Why = Annotated[str, typer.Option("--reason", help="Why, for the history.", show_default=False)]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
Cidrs = Annotated[
    list[str] | None,
    typer.Option(help='A network of the sender, e.g. 203.0.113.0/24; "" for none. Repeatable.', show_default=False),
]
Header = Annotated[
    str | None,
    typer.Option(
        help='A header that each request must have, "Name: value"; with the name only, its value is asked for, unseen; '
        '"" for none.',
        show_default=False,
    ),
]
Signed = Annotated[
    bool | None,
    typer.Option(
        "--signed/--unsigned",
        help="Whether each request must be signed by Standard Webhooks; the sender's secret is asked for, unseen.",
        show_default=False,
    ),
]


@command(sources, "list", lists=True, examples=("herald sources list", "herald sources list --csv"))
def list_sources(context: CommandContext) -> None:
    """All sources, the newest first. Never their tokens."""
    context.show_list(all_pages(context.api.sources.page, {}), SOURCE_COLUMNS, sources_page)


@command(sources, "show", examples=("herald sources show 0f1e2d3c4b5a6978",))
def show_source(context: CommandContext, source_id: Id) -> None:
    """One source: where its notifications go, what it demands, and who decided what."""
    response = context.api.sources.get(source_id)
    context.show(response, lambda: source_page(response, context.formatter))


@command(
    sources,
    "create",
    examples=(
        'herald sources create "The platform" --partner 3528 --cidr 203.0.113.0/24 --reason "contract of May"',
        'herald sources create "Another Herald" --partner 3528 --signed --reason "they sign"',
        'herald sources create "The platform" --partner 3528 --header X-Platform-Token --reason "their gateway"',
    ),
)
def create_source(  # noqa: PLR0913, PLR0917 - each is an option of the command
    context: CommandContext,
    name: Annotated[str, typer.Argument(help="As people call the sender.", show_default=False)],
    partner: Annotated[int, typer.Option(help="The partner to which its notifications go.", show_default=False)],
    reason: Why,
    cidr: Cidrs = None,
    header: Header = None,
    signed: Signed = None,
) -> None:
    """Adds a source and prints its inbound address, this once. What is given is demanded of every request."""
    wish = {"name": name, "partnerId": partner, "reason": reason, **proof_changes(cidr, header, signed)}
    response = context.api.sources.create(wish)
    context.show(response, lambda: source_page(response, context.formatter, context.api.url))


@command(
    sources,
    "change",
    examples=(
        'herald sources change 0f1e2d3c4b5a6978 --cidr 198.51.100.0/24 --cidr 203.0.113.0/24 --reason "they move"',
        'herald sources change 0f1e2d3c4b5a6978 --signed --reason "a new secret of theirs"',
        'herald sources change 0f1e2d3c4b5a6978 --header "" --reason "their gateway is gone"',
    ),
)
def change_source(  # noqa: PLR0913, PLR0917 - each is an option of the command
    context: CommandContext,
    source_id: Id,
    reason: Why,
    name: Annotated[str | None, typer.Option(help="As people call the sender.", show_default=False)] = None,
    cidr: Cidrs = None,
    header: Header = None,
    signed: Signed = None,
) -> None:
    """Changes what is given, within 30 seconds everywhere. The partner never changes: add another source for that."""
    wish: dict[str, Any] = {**proof_changes(cidr, header, signed), "reason": reason}
    if name is not None:
        wish["name"] = name
    response = context.api.sources.change(source_id, wish)
    context.show(response, lambda: source_page(response, context.formatter))


@command(
    sources,
    "rotate-token",
    examples=(
        'herald sources rotate-token 0f1e2d3c4b5a6978 --reason "once a year"',
        'herald sources rotate-token 0f1e2d3c4b5a6978 --reason "leaked" --force --yes',
    ),
)
def rotate_token(
    context: CommandContext,
    source_id: Id,
    reason: Why,
    *,
    force: Annotated[bool, typer.Option("--force", help="End every token before the new one at once.")] = False,
    yes: Yes = False,
) -> None:
    """Makes a new inbound address and prints it, this once. For 24 hours the one before serves on."""
    context.confirm(Message("Make a new inbound address for the source {id}?", id=source_id), yes=yes)
    wish = {"reason": reason, **({"force": True} if force else {})}
    response = context.api.sources.act(source_id, "rotate-token", wish)
    context.show(response, lambda: source_page(response, context.formatter, context.api.url))


@command(sources, "suspend", examples=('herald sources suspend 0f1e2d3c4b5a6978 --reason "their key leaked"',))
def suspend_source(context: CommandContext, source_id: Id, reason: Why) -> None:
    """Accepts nothing more from it: its address answers as one that does not exist. Nothing that it sent is lost."""
    _act(context, source_id, "suspend", reason)


@command(sources, "resume", examples=('herald sources resume 0f1e2d3c4b5a6978 --reason "repaired"',))
def resume_source(context: CommandContext, source_id: Id, reason: Why) -> None:
    """Lets its sender submit again, at the same address."""
    _act(context, source_id, "resume", reason)


def _act(context: CommandContext, source_id: str, action: str, reason: str) -> None:
    response = context.api.sources.act(source_id, action, {"reason": reason})
    context.show(response, lambda: source_page(response, context.formatter))
