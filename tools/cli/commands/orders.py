"""`herald orders`: deletes what is stored of an order."""

from typing import Annotated

import typer

from herald.languages.message import Message, plural
from tools.cli.context import CommandContext, command
from tools.cli.waiting_note import waiting_note
from tools.common import formatting
from tools.common.api_client import Json
from tools.common.text import Text

orders = typer.Typer(no_args_is_help=True, help="Orders: delete what is stored of one.")


@command(
    orders,
    "delete",
    examples=(
        'herald orders delete test158585 --partner 3528 --reason "asked for by the buyer"',
        'herald orders delete test158585 --partner 3528 --reason "a mistake" --force --yes',
    ),
)
def delete_order(
    context: CommandContext,
    order: Annotated[str, typer.Argument(metavar="ORDER", help="The order's number.", show_default=False)],
    partner: Annotated[int, typer.Option(help="The partner's number.", show_default=False)],
    reason: Annotated[str, typer.Option("--reason", help="Why, for the history.", show_default=False)],
    *,
    force: Annotated[bool, typer.Option("--force", help="Even what waits, is held or failed: cancels it.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Deletes the payloads with their codes, the attempts and the histories of an order's notifications.

    What remains is that they were deleted, when, by whom and why. Nothing of it is sent again. Exit code 1 when some
    are left because an attempt is under way: run it again in a minute.
    """
    whose = formatting.partner(context.partner_name(partner), partner)
    context.confirm(
        Message("Delete what is stored of order {order} of {partner}?", order=order, partner=whose), yes=yes
    )
    done: Json = {"deleted": 0, "left": 0}
    while True:
        with waiting_note(_told(done)):
            response = context.api.delete_order(order, partner, reason, force=force)
        done = {"deleted": done["deleted"] + response["deleted"], "left": response["left"]}
        if not (response["deleted"] and response["left"]):
            break
    context.show(done, lambda: Text(_told(done)))
    if done["left"]:
        raise typer.Exit(1)


def _told(done: Json) -> Message:
    deleted = plural(
        "the content of {count} notification deleted",
        "the content of {count} notifications deleted",
        count=done["deleted"],
    )
    return Message("{deleted}, {left} left", deleted=deleted, left=done["left"])
