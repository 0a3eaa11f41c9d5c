"""One job: what it does, how far it has come, and its cancellation."""

from typing import TYPE_CHECKING, Any, Final

from console.pages.jobs.progress import Progress, progress_of
from console.pages.jobs.sentences import consequence, counted, is_deletion, passed_over, rate, title
from console.rendering.forms import RefusedForm, form_view
from console.rendering.page import render, translate
from console.rendering.text import shown, word
from console.security.session import Session
from herald.domain.clock import iso
from herald.languages.words import JOB_STATES

if TYPE_CHECKING:
    from customer_service.schemas.jobs import Job

PATH: Final = "/console/jobs"
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
        counted=counted(job, progress),
        passed_over=passed_over(job),
        rate=rate(job),
        ends_at=_moment(progress.ends_at),
        last_due_at=_moment(progress.last_due_at),
        ended_at=job.get("endedAt"),
        ended_because=shown(job.get("endedBecause", ""), _SENTENCE),
        ended_by=shown(job.get("endedBy", "")),
        consequence=consequence(job, progress),
        form=form_view("cancel", refused),
        left_over=shown(refused.typed.get("reason"), _SENTENCE) if refused else "",
    )


def job_line(job: "Job", now: int) -> dict[str, Any]:
    """What the list and the page both show of a job."""
    wanted = job.get("filter")
    partner_number = wanted["partnerId"] if wanted else job.get("partnerId", 0)
    return {
        **job,
        "filter": wanted,
        "href": f"{PATH}/{job['jobId']}",
        "title": title(job),
        "partner_number": partner_number,
        "partner_href": f"/console/partners/{partner_number}" if partner_number else "",
        "is_deletion": is_deletion(job),
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


def _moment(at: int | None) -> str:
    return "" if at is None else iso(at)
