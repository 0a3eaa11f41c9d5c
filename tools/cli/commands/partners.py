"""`herald partners`: who may receive, and where."""

from typing import Annotated, Any

import typer

from herald.languages.message import Message
from tools.cli.context import CommandContext, command
from tools.cli.partner_limits import header_changes, limit_changes
from tools.cli.rendering.partner import PARTNER_COLUMNS, partner_page, partners_page, tested_page
from tools.common import formatting
from tools.common.pages import all_pages

partners = typer.Typer(no_args_is_help=True, help="The registry: who receives notifications, and where.")

Id = Annotated[int, typer.Argument(metavar="PARTNER", help="The partner's number, e.g. 3528.", show_default=False)]


Why = Annotated[str, typer.Option("--reason", help="Why, for the history.", show_default=False)]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]


@command(
    partners,
    "list",
    lists=True,
    examples=("herald partners list", "herald partners list --name lake", "herald partners list --csv > partners.csv"),
)
def list_partners(
    context: CommandContext,
    name: Annotated[
        str | None, typer.Option(help="Only those whose name or number contains this.", show_default=False)
    ] = None,
) -> None:
    """All partners, with their state and address, by number."""
    pages = all_pages(context.api.partners, {"name": name})
    context.show_list(pages, PARTNER_COLUMNS, lambda whole: partners_page(whole, name))


@command(partners, "show", examples=("herald partners show 3528",))
def show_partner(context: CommandContext, partner_id: Id) -> None:
    """One partner: its addresses, its ladder, its last test and who decided what."""
    response = context.api.partner(partner_id)
    context.show(response, lambda: partner_page(response, context.formatter))


@command(
    partners,
    "create",
    examples=(
        'herald partners create 3528 --name "Lakeside Travel" --url https://lakeside.example/notify',
        'herald partners create 3528 --name "Lakeside Travel" --url https://… --ladder "1m 5m 30m"',
        'herald partners create 3528 --name "Our shop" --url http://shop.internal/notify --internal',
    ),
)
def create_partner(  # noqa: PLR0913 - each is an option of the command
    context: CommandContext,
    partner_id: Id,
    name: Annotated[str, typer.Option(help="As people call it.", show_default=False)],
    url: Annotated[str, typer.Option(help="Its notification address (https).", show_default=False)],
    contact: Annotated[str | None, typer.Option(help="Whom to ask there.", show_default=False)] = None,
    ladder: Annotated[str | None, typer.Option(help='Waits of its own, e.g. "3m 6m 12m".', show_default=False)] = None,
    *,
    internal: Annotated[
        bool, typer.Option("--internal", help="Its address is in a range of InternalCidrs, by https or http.")
    ] = False,
) -> None:
    """Adds a partner with its proposed address, and prints its secrets, this once.

    Then test the address, and approve it: until that it receives nothing.
    """
    body = {"partnerId": partner_id, "name": name, "url": url, "contact": contact, "ladder": ladder}
    given = {field: value for field, value in body.items() if value is not None}
    response = context.api.create_partner({**given, "internal": True} if internal else given)
    context.show(response, lambda: partner_page(response, context.formatter))


@command(partners, "test", examples=("herald partners test 3528", "herald partners test 3528 --approved"))
def send_test(
    context: CommandContext,
    partner_id: Id,
    *,
    approved: Annotated[bool, typer.Option("--approved", help="The approved address, not the proposed one.")] = False,
) -> None:
    """Sends a signed test to the address and says how it was answered. Exit code 1 when the test failed."""
    which = "approved" if approved else "proposed"
    attempt = context.api.act_on_partner(partner_id, "test", {"which": which})
    context.show(attempt, lambda: tested_page(attempt, context.partner_name(partner_id), partner_id, which))
    if attempt["verdict"] != "success":
        raise typer.Exit(1)


@command(
    partners,
    "approve",
    examples=(
        'herald partners approve 3528 --reason "contract signed, test passed"',
        'herald partners approve 3528 --reason "their test system refuses tests" --force',
    ),
)
def approve_partner(
    context: CommandContext,
    partner_id: Id,
    reason: Annotated[str, typer.Option(help="Why, for the history.", show_default=False)],
    *,
    force: Annotated[bool, typer.Option("--force", help="Even though no test of this address has passed.")] = False,
) -> None:
    """Lets the partner receive at its proposed address, whose last test must have passed."""
    body = {"reason": reason, "force": True} if force else {"reason": reason}
    response = context.api.act_on_partner(partner_id, "approve", body)
    context.show(response, lambda: partner_page(response, context.formatter))


@command(
    partners,
    "change",
    examples=(
        'herald partners change 3528 --url https://new.lakeside.example/notify --reason "they move"',
        'herald partners change 3528 --ladder "1m 5m 30m" --reason "asked for it"',
        'herald partners change 3528 --ladder "" --reason "as everybody again"',
        'herald partners change 3528 --internal --reason "it moved into our network"',
        'herald partners change 3528 --timeout 5 --rate 20 --concurrency 4 --reason "a small server"',
        'herald partners change 3528 --header X-Api-Key --reason "their gateway asks for it"',
    ),
)
def change_partner(  # noqa: PLR0913, PLR0917 - each is an option of the command
    context: CommandContext,
    partner_id: Id,
    reason: Why,
    url: Annotated[str | None, typer.Option(help="Its next address; it is proposed.", show_default=False)] = None,
    name: Annotated[str | None, typer.Option(help="As people call it.", show_default=False)] = None,
    contact: Annotated[str | None, typer.Option(help="Whom to ask there.", show_default=False)] = None,
    ladder: Annotated[str | None, typer.Option(help='Waits of its own; "" for none.', show_default=False)] = None,
    timeout: Annotated[
        int | None, typer.Option(min=0, max=15, help="Seconds for one attempt; 0 for the stack's.", show_default=False)
    ] = None,
    rate: Annotated[
        int | None, typer.Option(min=0, max=200, help="Attempts a second at most; 0 for no limit.", show_default=False)
    ] = None,
    concurrency: Annotated[
        int | None, typer.Option(min=0, max=50, help="POSTs at once at most; 0 for no limit.", show_default=False)
    ] = None,
    header: Annotated[
        list[str] | None,
        typer.Option(
            help='A header in each request, "Name: value"; with the name only, its value is asked for, unseen. '
            "Repeatable.",
            show_default=False,
        ),
    ] = None,
    remove_header: Annotated[
        list[str] | None, typer.Option(help="The name of a header to leave out again. Repeatable.", show_default=False)
    ] = None,
    *,
    internal: Annotated[
        bool | None,
        typer.Option(
            "--internal/--public",
            help="Whether its address is in a range of InternalCidrs; a change is proposed.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Changes what is given. A new address has to be tested and approved; the approved one serves on until then.

    Values of headers are secrets: nothing shows them again.
    """
    asked = {"url": url or None, "name": name, "contact": contact, "ladder": ladder or None}
    given = {"url": url, "name": name, "contact": contact, "ladder": ladder}
    body = {field: value for field, value in asked.items() if given[field] is not None}
    mark = {} if internal is None else {"internal": internal}
    limits = limit_changes(timeout, rate, concurrency) | header_changes(header or (), remove_header or ())
    response = context.api.change_partner(partner_id, {**body, **mark, **limits, "reason": reason})
    context.show(response, lambda: partner_page(response, context.formatter))


@command(partners, "suspend", examples=('herald partners suspend 3528 --reason "their server is moving"',))
def suspend_partner(context: CommandContext, partner_id: Id, reason: Why) -> None:
    """Sends it nothing until it is resumed. What falls due meanwhile is held, and nothing is lost.

    Deliverers keep what they read of a partner for up to 30 seconds: until then an attempt may still begin.
    """
    _act(context, partner_id, "suspend", {"reason": reason})


@command(partners, "resume", examples=('herald partners resume 3528 --reason "moved"',))
def resume_partner(context: CommandContext, partner_id: Id, reason: Why) -> None:
    """Lets it receive again. The polls send on what was held, 20 a second or at its own rate."""
    _act(context, partner_id, "resume", {"reason": reason})


@command(partners, "probe", examples=('herald partners probe 3528 --reason "they say that it works again"',))
def probe_partner(context: CommandContext, partner_id: Id, reason: Why) -> None:
    """Attempts one due notification now, although the breaker is open. The first answer closes the breaker.

    Where none is known yet, the next poll sends one.
    """
    _act(context, partner_id, "probe", {"reason": reason})


@command(
    partners, "close-breaker", examples=('herald partners close-breaker 3528 --reason "repaired, they are waiting"',)
)
def close_breaker(context: CommandContext, partner_id: Id, reason: Why) -> None:
    """Attempts again, and sends what waits at a rate, without a probe before.

    The breaker opens again if the server is still out of order.
    """
    _act(context, partner_id, "close-breaker", {"reason": reason})


@command(
    partners,
    "rotate-secret",
    examples=(
        'herald partners rotate-secret 3528 --reason "once a year"',
        'herald partners rotate-secret 3528 --reason "leaked" --force --yes',
    ),
)
def rotate_secret(
    context: CommandContext,
    partner_id: Id,
    reason: Why,
    *,
    force: Annotated[bool, typer.Option("--force", help="Even while the one before still signs: ends it.")] = False,
    yes: Yes = False,
) -> None:
    """Makes a new secret and prints it, this once. For 24 hours notifications are signed with both."""
    context.confirm(Message("Make a new secret for {partner}?", partner=_whose(context, partner_id)), yes=yes)
    _act(context, partner_id, "rotate-secret", {"reason": reason, **({"force": True} if force else {})})


@command(partners, "rotate-key", examples=('herald partners rotate-key 3528 --reason "leaked" --yes',))
def rotate_key(context: CommandContext, partner_id: Id, reason: Why, *, yes: Yes = False) -> None:
    """Makes a new query key and prints it, this once. Every other one of the partner stops within 60 seconds."""
    whose = _whose(context, partner_id)
    context.confirm(Message("Make a new query key for {partner}? Every present one stops.", partner=whose), yes=yes)
    _act(context, partner_id, "rotate-key", {"reason": reason})


def _whose(context: CommandContext, partner_id: int) -> Message:
    return formatting.partner(context.partner_name(partner_id), partner_id)


def _act(context: CommandContext, partner_id: int, action: str, body: dict[str, Any]) -> None:
    response = context.api.act_on_partner(partner_id, action, body)
    context.show(response, lambda: partner_page(response, context.formatter))
