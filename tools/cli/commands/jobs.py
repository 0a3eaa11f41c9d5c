"""`herald jobs`: one decision about many notifications, and how far it has come."""

from enum import StrEnum
from functools import partial
from typing import Annotated, Any

import typer
from rich.console import RenderableType

from herald.domain.clock import now
from herald.languages.message import Message
from herald.languages.words import STATES
from tools.cli import moments
from tools.cli.context import CommandContext, command
from tools.cli.rendering.job import JOB_COLUMNS, Following, job_page, jobs_page, partner_of, plan
from tools.common.errors import CliError, Misused, Refused, Unreachable
from tools.common.pages import LARGEST_PAGE, all_pages, pages_up_to
from tools.common.text import Text

jobs = typer.Typer(no_args_is_help=True, help="One decision about many notifications of a partner.")

Id = Annotated[str, typer.Argument(metavar="ID", help="As `start` and `list` print it.", show_default=False)]
Why = Annotated[str, typer.Option(help="Why, for the histories.", show_default=False)]
_LISTED = 50  # jobs, where no other number is asked for
Since = Annotated[
    str | None,
    typer.Option(
        help="Only what became so, or of what waits was accepted, from then on: a date in this machine's time zone, "
        "30m, 2h or 3d ago, or RFC 3339."
    ),
]
Before = Annotated[
    str | None,
    typer.Option(
        help="Only what became so, or of what waits was accepted, before then: a date in this machine's time zone, "
        "30m, 2h or 3d ago, or RFC 3339."
    ),
]
type Json = dict[str, Any]


class Selected(StrEnum):
    """The states of which a job takes one."""

    FAILED = "failed"
    HELD = "held"
    WAITING = "waiting"


class Action(StrEnum):
    """What can be decided about many."""

    REDRIVE = "redrive"
    RESOLVE = "resolve"
    CANCEL = "cancel"


@command(
    jobs,
    "start",
    examples=(
        'herald jobs start redrive --partner 3528 --reason "their server is repaired"',
        'herald jobs start redrive --partner 3528 --reason "…" --per-second 50 --dry-run',
        'herald jobs start redrive --partner 3528 --reason "…" --since 2h',
        'herald jobs start redrive --partner 3528 --state waiting --reason "repaired: not hours later, now"',
        'herald jobs start cancel --partner 3528 --state held --reason "contract ended" --yes --no-wait',
        'herald jobs start resolve --partner 3528 --reason "sent as a list" --before 2026-11-23T04:00:00Z',
    ),
)
def start_job(  # noqa: PLR0913, PLR0917 - each is an option of the command
    context: CommandContext,
    action: Annotated[Action, typer.Argument(help="What is decided.", show_default=False)],
    partner: Annotated[int, typer.Option(help="Whose notifications.", show_default=False)],
    reason: Why,
    state: Annotated[Selected, typer.Option(help="Which of them.")] = Selected.FAILED,
    since: Since = None,
    before: Before = None,
    per_second: Annotated[int, typer.Option(min=1, max=1000, help="How many fall due a second, of a redrive.")] = 20,
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    wait: Annotated[bool, typer.Option(" /--no-wait", help="Do not stay until it is done.")] = True,
) -> None:
    """Counts, asks, begins, and stays until it is done. Only what became so before this moment is taken.

    Of what waits: what was accepted before it, in the last 92 days unless --since and --before say otherwise. Redriving
    it sends it now; its ladder begins anew.

    Leaving (Ctrl-C) does not stop the job: `herald jobs show` tells how far it is, `herald jobs cancel` ends it.
    """
    moment = now()
    times = {"since": moments.moment("--since", since, moment), "before": moments.moment("--before", before, moment)}
    which = {"partnerId": partner, "state": state.value, **times}
    body: Json = {
        "action": action.value,
        "filter": {name: value for name, value in which.items() if value is not None},
        "reason": reason,
        "perSecond": per_second,
    }
    counted = context.api.start_job({**body, "dryRun": True})
    planned = _planned(
        state,
        moments.within(counted.get("filter") or body["filter"]),
        plan(action.value, state.value, counted["matched"], context.partner_name(partner), partner, per_second),
        at_least=counted.get("matchedAtLeast", False),
    )
    if dry_run or not (counted["matched"] or counted.get("matchedAtLeast")):
        context.show(counted, lambda: Text(Message("{plan}: nothing was begun.", plan=planned)))
        return
    context.confirm(Message("{plan}?", plan=planned), yes=yes)
    begun = context.api.start_job(body)
    try:
        finish(context, begun["jobId"], wait=wait)
    except (Refused, Unreachable) as error:  # but the job has begun: a second try would begin another one
        context.show(begun, partial(unseen, begun["jobId"], error))


def _planned(state: Selected, when: Message, what: Message, *, at_least: bool) -> Message:
    """Which ones, and what is done with them."""
    if state is not Selected.WAITING:
        return Message("Taken is what became {state:word} {when}. {plan}", state=STATES[state], when=when, plan=what)
    if at_least:
        return Message("Taken is what waits and was accepted {when}; there may be more. {plan}", when=when, plan=what)
    return Message("Taken is what waits and was accepted {when}. {plan}", when=when, plan=what)


@command(
    jobs,
    "list",
    lists=True,
    examples=("herald jobs list", "herald jobs list --limit 200", "herald jobs list --csv > jobs.csv"),
)
def list_jobs(
    context: CommandContext,
    limit: Annotated[
        int | None, typer.Option(min=1, help="At most so many.", show_default="50; all with --csv")
    ] = None,
    *,
    everything: Annotated[bool, typer.Option("--all", help="However many there are.")] = False,
) -> None:
    """The jobs: those that run, then the others, both newest first."""
    if everything and limit is not None:
        raise Misused(Message("--all and --limit exclude each other"), Message("give one of them"))
    if everything or (context.as_csv and limit is None):
        pages = all_pages(context.api.jobs, {"limit": LARGEST_PAGE})
    else:
        pages = pages_up_to(context.api.jobs, {}, limit or _LISTED)
    context.show_list(pages, JOB_COLUMNS, lambda whole: jobs_page(whole, _names(context), context.formatter))


@command(jobs, "show", examples=("herald jobs show 20261123T040506-1a2b3c4d", "herald jobs show 2026… --follow"))
def show_job(
    context: CommandContext,
    job_id: Id,
    *,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Stay until it is done.")] = False,
) -> None:
    """One job: what was decided by whom and why, and how far it has come."""
    finish(context, job_id, wait=follow)


@command(jobs, "cancel", examples=('herald jobs cancel 20261123T040506-1a2b3c4d --reason "the wrong partner"',))
def cancel_job(context: CommandContext, job_id: Id, reason: Why) -> None:
    """No further page of a hundred. What it has changed already stays changed."""
    response = context.api.cancel_job(job_id, reason)
    context.show(response, lambda: _page(context, response))


def finish(context: CommandContext, job_id: str, *, wait: bool) -> None:
    """Shows the job as it stands now or, with `wait`, when it is over, and its progress until then."""
    job = context.api.job(job_id)
    with Following(job, visible=wait and not context.as_json) as following:
        while wait and job["state"] == "running":
            context.surroundings.pause(1)
            job = context.api.job(job_id)
            following.show(job)
    context.show(job, lambda: _page(context, job))


def unseen(job_id: str, error: CliError) -> RenderableType:
    """What to do where a job has begun and its progress cannot be read."""
    begun = {"id": job_id, "fault": error.describe}
    return Text(
        Message("Job {id} has begun. How far it is cannot be read now: {fault}. Later: herald jobs show {id}", **begun)
    )


def _page(context: CommandContext, job: Json) -> RenderableType:
    partner_id = partner_of(job)
    name = context.partner_name(partner_id) if partner_id else None
    return job_page(job, name, context.formatter)


def _names(context: CommandContext) -> dict[int, str]:
    pages = all_pages(context.api.partners, {})
    return {one["partnerId"]: one["name"] for page in pages for one in page["items"]}
