"""What a person has just done to a job, for the page after it."""

from typing import TYPE_CHECKING, Final

from console.rendering.page import translate
from console.rendering.recency import is_recent
from herald.languages.catalogue import N_

if TYPE_CHECKING:
    from customer_service.schemas.jobs import Job

_NOTICES: Final = {
    "start": N_("The job has begun. It goes on when you leave this page."),
    "cancel": N_("The job is cancelled."),
}


def done_to_job(job: "Job", action: str, by: str, now: int) -> str | None:
    """What was done, if the person `by` did it within the last minutes: the address of the page names the action."""
    if action == "start":
        is_done = job["by"] == by and is_recent(job["createdAt"], now)
    else:
        is_done = job.get("endedBy") == by and is_recent(job.get("endedAt", ""), now)
    return translate(_NOTICES[action]) if is_done and action in _NOTICES else None
