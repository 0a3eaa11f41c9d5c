"""`herald partners`: who may receive, and where."""

from typing import Annotated

import typer

from tools.herald_cli.desk import Desk, command
from tools.herald_cli.pages.partner import partner_page, partners_page, tested_page

partners = typer.Typer(no_args_is_help=True, help="The registry: who receives notifications, and where.")

Id = Annotated[int, typer.Argument(metavar="PARTNER", help="The partner's number, e.g. 3528.", show_default=False)]


@command(partners, "list", examples=("herald partners list", "herald partners list --json"))
def list_partners(desk: Desk) -> None:
    """All partners, with their state and address."""
    answer = desk.api.partners()
    desk.show(answer, lambda: partners_page(answer))


@command(partners, "show", examples=("herald partners show 3528",))
def show_partner(desk: Desk, partner_id: Id) -> None:
    """One partner: its addresses, its ladder, its last test and who decided what."""
    answer = desk.api.partner(partner_id)
    desk.show(answer, lambda: partner_page(answer, desk.words))


@command(
    partners,
    "create",
    examples=(
        'herald partners create 3528 --name "Lakeside Travel" --url https://lakeside.example/notify',
        'herald partners create 3528 --name "Lakeside Travel" --url https://… --ladder "1m 5m 30m"',
    ),
)
def create_partner(
    desk: Desk,
    partner_id: Id,
    name: Annotated[str, typer.Option(help="As people call it.", show_default=False)],
    url: Annotated[str, typer.Option(help="Its notification address (https).", show_default=False)],
    contact: Annotated[str | None, typer.Option(help="Whom to ask there.", show_default=False)] = None,
    ladder: Annotated[str | None, typer.Option(help='Waits of its own, e.g. "3m 6m 12m".', show_default=False)] = None,
) -> None:
    """Adds a partner with its proposed address, and prints its secrets, this once.

    Then test the address, and approve it: until that it receives nothing.
    """
    wish = {"partnerId": partner_id, "name": name, "url": url, "contact": contact, "ladder": ladder}
    answer = desk.api.create_partner({field: value for field, value in wish.items() if value is not None})
    desk.show(answer, lambda: partner_page(answer, desk.words))


@command(partners, "test", examples=("herald partners test 3528", "herald partners test 3528 --approved"))
def send_test(
    desk: Desk,
    partner_id: Id,
    *,
    approved: Annotated[bool, typer.Option("--approved", help="The approved address, not the proposed one.")] = False,
) -> None:
    """Sends a signed test to the address and says how it was answered. Exit code 1 when the test failed."""
    which = "approved" if approved else "proposed"
    attempt = desk.api.act_on_partner(partner_id, "test", {"which": which})
    desk.show(attempt, lambda: tested_page(attempt, desk.partner_name(partner_id), partner_id, which))
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
    desk: Desk,
    partner_id: Id,
    reason: Annotated[str, typer.Option(help="Why, for the history.", show_default=False)],
    *,
    force: Annotated[bool, typer.Option("--force", help="Even though no test of this address has passed.")] = False,
) -> None:
    """Lets the partner receive at its proposed address, whose last test must have passed."""
    wish = {"reason": reason, "force": True} if force else {"reason": reason}
    answer = desk.api.act_on_partner(partner_id, "approve", wish)
    desk.show(answer, lambda: partner_page(answer, desk.words))
