"""`herald notifications`: what failed or is held, one in full, and sending one again."""

from enum import StrEnum
from typing import Annotated

import typer

from herald.languages.message import Message
from tools.cli.context import CommandContext, command
from tools.cli.rendering.notification import changed_line, notification_page
from tools.cli.rendering.notification_list import attention_page, notifications_page
from tools.common.errors import Misused

notifications = typer.Typer(no_args_is_help=True, help="What was told, what failed, and sending it again.")

Id = Annotated[str, typer.Argument(metavar="ID", help="As `list` and `send` print it.", show_default=False)]


class Attention(StrEnum):
    """The states that need a person."""

    FAILED = "failed"
    HELD = "held"


@command(
    notifications,
    "list",
    examples=(
        "herald notifications list",
        "herald notifications list --state held",
        "herald notifications list --partner 3528 --limit 100 --json",
        "herald notifications list --partner 3528 --order test158585",
    ),
)
def list_notifications(
    context: CommandContext,
    state: Annotated[Attention, typer.Option(help="Which of them.")] = Attention.FAILED,
    partner: Annotated[int | None, typer.Option(help="Only this partner's, one by one.", show_default=False)] = None,
    order: Annotated[str | None, typer.Option(help="All of this order, in any state.", show_default=False)] = None,
    limit: Annotated[int | None, typer.Option(min=1, max=100, help="At most so many.", show_default=False)] = None,
    cursor: Annotated[str | None, typer.Option(help="Go on where a list ended.", show_default=False)] = None,
) -> None:
    """What failed or is held: partner by partner, or one partner's one by one, or all of one order.

    Of an order all pages are read, unless --limit or --cursor asks for one.
    """
    if partner is None:
        if order or limit or cursor:
            raise Misused(
                Message("--order, --limit and --cursor go with a partner"),
                Message("add --partner, e.g. --partner 3528"),
            )
        response = context.api.notifications(state=state.value)
        context.show(response, lambda: attention_page(response, state.value, context.formatter))
        return
    if order and not limit and not cursor:
        response = context.api.notifications_of_order(partner, order)
    else:
        which = {"orderId": order} if order else {"state": state.value}
        response = context.api.notifications(partnerId=partner, **which, limit=limit, cursor=cursor)
    context.show(response, lambda: notifications_page(response, context.partner_name(partner), context.formatter))


@command(
    notifications,
    "show",
    examples=("herald notifications show 3528_dGVzdDE1ODU4NQ_5f2c…", "herald notifications show 3528_… --json"),
)
def show_notification(context: CommandContext, notification_id: Id) -> None:
    """Shows one notification: partner, method, each attempt and its response, what comes next."""
    response = context.api.notification(notification_id)
    context.show(
        response, lambda: notification_page(response, context.partner_name(response["partnerId"]), context.formatter)
    )


Why = Annotated[str, typer.Option(help="Why, for the history.", show_default=False)]
Turn = Annotated[int | None, typer.Option(help="Only if it is still at this turn.", show_default=False)]


@command(
    notifications,
    "redrive",
    examples=('herald notifications redrive 3528_dGVzdDE1ODU4NQ_5f2c… --reason "they repaired their server"',),
)
def redrive_notification(context: CommandContext, notification_id: Id, reason: Why, turn: Turn = None) -> None:
    """Sends it again now, with the whole ladder: the next round."""
    _act(context, notification_id, "redrive", reason, turn)


@command(
    notifications,
    "resolve",
    examples=('herald notifications resolve 3528_dGVzdDE1ODU4NQ_5f2c… --reason "told them by telephone"',),
)
def resolve_notification(context: CommandContext, notification_id: Id, reason: Why, turn: Turn = None) -> None:
    """Says that it was settled otherwise: it is not sent again."""
    _act(context, notification_id, "resolve", reason, turn)


@command(
    notifications,
    "cancel",
    examples=('herald notifications cancel 3528_dGVzdDE1ODU4NQ_5f2c… --reason "the order was a test"',),
)
def cancel_notification(context: CommandContext, notification_id: Id, reason: Why, turn: Turn = None) -> None:
    """Says that it must not be sent."""
    _act(context, notification_id, "cancel", reason, turn)


def _act(context: CommandContext, notification_id: str, action: str, reason: str, turn: int | None) -> None:
    response = context.api.act_on_notification(notification_id, action, reason, turn)
    context.show(response, lambda: changed_line(response, context.formatter))
