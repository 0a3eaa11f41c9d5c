"""`herald list` and `herald find`: the notifications of a partner in any state, and those with a number or a code."""

import re
from collections.abc import Iterable, Iterator
from typing import Annotated, Any

import typer

from herald.domain.attempt import Verdict
from herald.domain.clock import now
from herald.domain.notification_id import FORM, ORDER_ID
from herald.domain.transitions import State
from herald.languages.message import Message
from tools.cli.context import CommandContext
from tools.cli.moments import moment
from tools.cli.rendering.notification_list import NOTIFICATION_COLUMNS, found_page, notifications_page
from tools.cli.waiting_note import waiting_note
from tools.common.errors import Misused
from tools.common.pages import LARGEST_PAGE, Query, all_pages, pages_up_to

type Json = dict[str, Any]

LIST_EXAMPLES = (
    "herald list --partner 3528",
    "herald list --partner 3528 --from today --state waiting",
    "herald list --partner 3528 --from yesterday --to today --verdict timeout",
    "herald list --partner 3528 --from 2026-11-01 --csv > november.csv",
)
FIND_EXAMPLES = (
    "herald find test158585 --partner 3528",
    "herald find 411258698456",
    "herald find 411258698456 --partner 3528 --from 2026-09-01",
    "herald find 3528_dGVzdDE1ODU4NQ_5f2c…",
)
_USUAL = 50  # notifications that `list` shows
_WEEK = "7d"  # how far back `list` looks; without a moment the API lists failed and held ones by when they became so
_FAR_BACK, _NOT_FAR_BACK = "92d", "7d"  # how far `find` looks for a code: of one partner, of all of them

Since = Annotated[
    str | None,
    typer.Option("--from", help="today, yesterday, 2026-11-25, 2h (ago), or RFC 3339.", show_default="7 days ago"),
]
Until = Annotated[str | None, typer.Option("--to", help="Not including this moment.", show_default="now")]


def list_of_partner(  # noqa: PLR0913, PLR0917 - each is an option of the command
    context: CommandContext,
    partner: Annotated[int, typer.Option(help="Whose.", show_default=False)],
    since: Since = None,
    until: Until = None,
    state: Annotated[State | None, typer.Option(help="Only these.", show_default=False)] = None,
    method: Annotated[str | None, typer.Option(help="snNotify or reNotify.", show_default=False)] = None,
    verdict: Annotated[Verdict | None, typer.Option(help="Of the last attempt.", show_default=False)] = None,
    code: Annotated[str | None, typer.Option(help="Only those with this voucher code.", show_default=False)] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many.", show_default=str(_USUAL))] = None,
    *,
    whole: Annotated[bool, typer.Option("--all", help="All of them.")] = False,
) -> None:
    """Lists what was accepted for a partner, in any state, the newest first. At most 92 days at once.

    With --csv all of them, unless --limit says otherwise. What was accepted by a version without this list is in it
    after `herald reindex`.
    """
    if whole and limit is not None:
        raise Misused(Message("--all and --limit exclude each other"), Message("give one of them"))
    query: Query = {
        "partnerId": partner,
        **_range(since, until, None if until else _WEEK),
        "state": state,
        "method": method,
        "verdict": verdict,
        "sncode": code,
    }
    with waiting_note(Message("Looking through the list …")):
        pages = [*_pages(context, query, limit, whole=whole)] if not context.as_csv else _pages(context, query, limit)
    context.show_list(
        pages,
        NOTIFICATION_COLUMNS,
        lambda found: notifications_page(found, context.partner_name(partner), context.formatter, with_cursor=False),
    )


def _pages(context: CommandContext, query: Query, limit: int | None, *, whole: bool = False) -> Iterator[Json]:
    if whole or (context.as_csv and limit is None):
        return all_pages(context.api.notifications, {**query, "limit": LARGEST_PAGE})
    return pages_up_to(context.api.notifications, query, limit or _USUAL)


def find(
    context: CommandContext,
    text: Annotated[
        str, typer.Argument(metavar="TEXT", help="An order number, a voucher code or an id.", show_default=False)
    ],
    partner: Annotated[int | None, typer.Option(help="Whose; faster than all.", show_default="all partners")] = None,
    since: Annotated[
        str | None,
        typer.Option("--from", help="How far back to look for a code.", show_default="92 days ago, of all partners 7"),
    ] = None,
    until: Until = None,
) -> None:
    """Finds notifications by their order number, by a voucher code, or by their id.

    An order number is found however old it is. A code is looked for among what was accepted in a range of up to 92
    days, which takes a while where that is much.
    """
    if FORM.fullmatch(text):
        pages: Iterable[Json] = [{"items": [context.api.notification(text)]}]
    else:
        times = _range(since, until, _NOT_FAR_BACK if partner is None else _FAR_BACK)
        pages = _search(context, text, times, [partner] if partner is not None else _partners(context))
        if not context.as_csv:
            with waiting_note(Message("Looking for {text} …", text=text)):
                pages = [*pages]
    context.show_list(pages, NOTIFICATION_COLUMNS, lambda found: found_page(found, text, context.formatter))


def _search(context: CommandContext, text: str, times: Query, partners: Iterable[int]) -> Iterator[Json]:
    """Of each partner the order with this number; of those that have none, what has this code."""
    yield {"items": []}  # an answer, also where there are no partners
    for partner in partners:
        orders = _order(context, text, partner)
        yield from orders or all_pages(
            context.api.notifications, {"partnerId": partner, "sncode": text, "limit": LARGEST_PAGE, **times}
        )


def _order(context: CommandContext, text: str, partner: int) -> list[Json]:
    """The pages of the order; none where the partner has no order with this number."""
    if not re.fullmatch(ORDER_ID, text):
        return []
    pages = all_pages(context.api.notifications, {"partnerId": partner, "orderId": text})
    return [page for page in pages if page["items"]]


def _partners(context: CommandContext) -> Iterator[int]:
    pages = all_pages(context.api.partners, {"limit": LARGEST_PAGE})
    return (int(one["partnerId"]) for page in pages for one in page["items"])


def _range(since: str | None, until: str | None, usual: str | None) -> Query:
    """The range for the API; members that are None are left out."""
    present = now()
    return {"from": moment("--from", since or usual, present), "to": moment("--to", until, present)}
