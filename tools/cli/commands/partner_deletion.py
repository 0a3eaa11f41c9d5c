"""`herald partners delete`: deletes what is stored of a partner."""

from typing import Annotated

import typer

from herald.languages.message import Message, plural
from tools.cli.context import CommandContext
from tools.common import formatting
from tools.common.api_client import Json
from tools.common.text import Text

EXAMPLES = (
    'herald partners delete 3528 --reason "the contract has ended"',
    'herald partners delete 3528 --reason "the contract has ended" --force --yes',
)


def delete_partner(
    context: CommandContext,
    partner_id: Annotated[int, typer.Argument(metavar="PARTNER", help="The partner's number.", show_default=False)],
    reason: Annotated[str, typer.Option("--reason", help="Why, for the histories.", show_default=False)],
    *,
    force: Annotated[bool, typer.Option("--force", help="Even what waits, is held or failed: cancels it.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Deletes the content of all notifications of a partner, its addresses, secrets, limits and history.

    What remains is its number and name, and that it was deleted, when, by whom and why. From now on nothing is accepted
    for it and nothing is sent to it. A job does it, which begins after 90 seconds and cannot be cancelled; `herald jobs
    show` tells how far it is. The number can be registered anew when it is done.
    """
    whose = formatting.partner(context.partner_name(partner_id), partner_id)
    found = context.api.delete_partner(partner_id, reason, dry_run=True)
    context.confirm(
        Message("Delete all data of {partner}: {what}? It does not come back.", partner=whose, what=_counted(found)),
        yes=yes,
    )
    begun = context.api.delete_partner(partner_id, reason, force=force)
    context.show(begun, lambda: Text(_told(begun["jobId"])))


def _counted(found: Json) -> Message:
    """How many notifications, and how many of them are still to be done."""
    still_open = found["waiting"] + found["held"] + found["failed"]
    at_least = found.get("matchedAtLeast", False)
    matched = Message("{count} or more", count=found["matched"]) if at_least else found["matched"]
    if not still_open:
        return plural(
            "the content of {matched} notification, its addresses and secrets",
            "the content of {matched} notifications, its addresses and secrets",
            count=found["matched"],
            matched=matched,
        )
    return plural(
        "the content of {matched} notification, its addresses and secrets. Still to be done, and cancelled by it: "
        "{waiting} waiting, {held} held, {failed} failed",
        "the content of {matched} notifications, its addresses and secrets. Still to be done, and cancelled by it: "
        "{waiting} waiting, {held} held, {failed} failed",
        count=found["matched"],
        matched=matched,
        waiting=found["waiting"],
        held=found["held"],
        failed=found["failed"],
    )


def _told(job_id: str) -> Message:
    return Message(
        "Nothing is accepted for it and nothing is sent to it any more. Job {id} deletes its data, from 90 seconds on: "
        "herald jobs show {id} --follow",
        id=job_id,
    )
