"""`herald reindex`: puts what was accepted before an update into the lists by partner and time."""

from functools import partial
from typing import Annotated

import typer

from tools.cli.commands.jobs import finish, unseen
from tools.cli.context import CommandContext
from tools.common.errors import Refused, Unreachable

EXAMPLES = ("herald reindex", "herald reindex --per-second 500 --no-wait")


def reindex(
    context: CommandContext,
    reason: Annotated[str, typer.Option(help="Why, for the list of jobs.")] = "update",
    per_second: Annotated[
        int, typer.Option(min=1, max=1000, help="How many are put in a second; each costs two write units or more.")
    ] = 200,
    *,
    wait: Annotated[bool, typer.Option(" /--no-wait", help="Do not stay until it is done.")] = True,
) -> None:
    """Puts the notifications that older versions stored into the lists by partner and time. Once, after an update.

    It changes nothing else of them, and what is in the lists already is left as it is, so it may be run again. Leaving
    (Ctrl-C) does not stop the job: `herald jobs show` tells how far it is, `herald jobs cancel` ends it.
    """
    begun = context.api.reindex({"reason": reason, "perSecond": per_second})
    try:
        finish(context, begun["jobId"], wait=wait)
    except (Refused, Unreachable) as error:  # but the job has begun
        context.show(begun, partial(unseen, begun["jobId"], error))
