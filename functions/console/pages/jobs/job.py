"""One job: what it does, how far it has come, and its cancellation."""

from typing import TYPE_CHECKING, Any, Final

from console.pages.jobs.progress import Progress, progress_of
from console.rendering.forms import RefusedForm, form_view
from console.rendering.page import render, translate
from console.rendering.text import shown, word
from console.security.session import Session
from herald.domain.clock import iso
from herald.languages.catalogue import N_
from herald.languages.current import localized
from herald.languages.message import Message, plural
from herald.languages.words import JOB_STATES, STATES

if TYPE_CHECKING:
    from operator_api.schemas.jobs import Job

PATH: Final = "/console/jobs"
_TITLES: Final = {
    "redrive": N_("Redrive what is {state:word} of partner {partner}"),
    "resolve": N_("Resolve what is {state:word} of partner {partner}"),
    "cancel": N_("Cancel what is {state:word} of partner {partner}"),
}
_STEP: Final = 10  # percent: how often a screen reader hears of the progress
_SENTENCE: Final = 1_000


def job_page(
    session: Session, job: "Job", now: int, *, refused: RefusedForm | None = None, notice: str | None = None
) -> str:
    """The page as the job is at `now` (ms since the epoch). It refreshes by itself while the job runs."""
    progress = progress_of(job, now)
    return render(
        "job.html",
        f"{PATH}/{job['jobId']}",
        session,
        notice=notice,
        job={**job_line(job, now), "is_running": job["state"] == "running"},
        progress=progress,
        spoken=_spoken(job, progress),
        counted=_counted(job, progress),
        ends_at=_moment(progress.ends_at),
        last_due_at=_moment(progress.last_due_at),
        ended_at=job.get("endedAt"),
        ended_because=shown(job.get("endedBecause", ""), _SENTENCE),
        ended_by=shown(job.get("endedBy", "")),
        consequence=_consequence(job, progress),
        form=form_view("cancel", refused),
    )


def job_line(job: "Job", now: int) -> dict[str, Any]:
    """What the list and the page both show of a job."""
    template = _TITLES[job["action"]]
    values = {"state": STATES[job["filter"]["state"]], "partner": job["filter"]["partnerId"]}
    return {
        **job,
        "href": f"{PATH}/{job['jobId']}",
        "title": localized(Message(template, **values)),
        "partner_href": f"/console/partners/{job['filter']['partnerId']}",
        "state_word": word(JOB_STATES, job["state"]),
        "by": shown(job["by"]),
        "reason": shown(job["reason"], _SENTENCE),
        "progress": progress_of(job, now),
    }


def _spoken(job: "Job", progress: Progress) -> str:
    """What a screen reader hears when it changes."""
    if job["state"] == "running":
        return translate("The job is running: {percent} % are done", percent=progress.percent // _STEP * _STEP)
    return translate("The job is over: {state:word}", state=JOB_STATES[job["state"]])


def _counted(job: "Job", progress: Progress) -> str:
    return localized(
        plural(
            "{done:,} of {count:,} notification: {changed:,} changed, {passed_over:,} passed over",
            "{done:,} of {count:,} notifications: {changed:,} changed, {passed_over:,} passed over",
            count=progress.total,
            done=progress.done,
            changed=job["changed"],
            passed_over=job["passedOver"],
        )
    )


def _consequence(job: "Job", progress: Progress) -> str:
    return translate(
        "The {changed:,} that the job has changed stay changed. The other {left:,} stay as they are; up to 100 of them "
        "may be changed before it stops.",
        changed=job["changed"],
        left=progress.left,
    )


def _moment(at: int | None) -> str:
    return "" if at is None else iso(at)
