"""`herald notifications`: what failed or is held, one in full, and sending one again."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated, Any

import typer

from herald.languages.message import Message
from tools.cli.context import CommandContext, command
from tools.cli.rendering.notification import changed_line, notification_page
from tools.cli.rendering.notification_list import (
    ATTENTION_COLUMNS,
    NOTIFICATION_COLUMNS,
    attention_page,
    notifications_page,
)
from tools.common.errors import Misused
from tools.common.pages import LARGEST_PAGE, Query, all_pages

notifications = typer.Typer(no_args_is_help=True, help="What was told, what failed, and sending it again.")

Id = Annotated[str, typer.Argument(metavar="ID", help="As `list` and `send` print it.", show_default=False)]


class Attention(StrEnum):
    """The states that need a person."""

    FAILED = "failed"
    HELD = "held"


@command(
    notifications,
    "list",
    lists=True,
    examples=(
        "herald notifications list",
        "herald notifications list --state held",
        "herald notifications list --partner 3528 --limit 100 --json",
        "herald notifications list --partner 3528 --csv > failed.csv",
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

    Of an order and with --csv all pages are read, unless --limit or --cursor asks for one.
    """
    if partner is None:
        if order:
            remedy = Message("add --partner, e.g. --partner 3528")
            raise Misused(Message("--order goes with a partner"), remedy)
        lines = _pages(context, {"state": state.value}, limit, cursor)
        context.show_list(lines, ATTENTION_COLUMNS, lambda all_: attention_page(all_, state.value, context.formatter))
        return
    which: Query = {"partnerId": partner, **({"orderId": order} if order else {"state": state.value})}
    context.show_list(
        _pages(context, which, limit, cursor),
        NOTIFICATION_COLUMNS,
        lambda whole: notifications_page(whole, context.partner_name(partner), context.formatter),
    )


def _pages(context: CommandContext, which: Query, limit: int | None, cursor: str | None) -> Iterable[dict[str, Any]]:
    """The page that is asked for; all pages of an order, and all that --csv writes, where none is asked for."""
    if limit is None and cursor is None and (context.as_csv or "orderId" in which):
        most = {"limit": LARGEST_PAGE} if context.as_csv and "partnerId" in which else {}
        return all_pages(context.api.notifications, {**which, **most})
    return [context.api.notifications(**which, limit=limit, cursor=cursor)]


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
