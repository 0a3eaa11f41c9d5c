"""The list of the jobs."""

from typing import TYPE_CHECKING, Any, Final

from console.pages.jobs.job import PATH, job_line
from console.rendering.bounded import shown_within
from console.rendering.links import address
from console.rendering.page import render
from console.security.session import Session

if TYPE_CHECKING:
    from customer_service.schemas.jobs import Job, Jobs

# Bytes on the page. All reasons together have so many, so that those of a short list are shown whole.
_REASONS: Final = 17 * 1024
_FEW: Final = 7  # jobs, whose reasons have the largest share
_NAME: Final = 180


def job_list_page(session: Session, page: "Jobs", now: int) -> str:
    """The page as the jobs are at `now` (ms since the epoch), in the order given."""
    next_href = address(PATH, cursor=page["cursor"]) if page["cursor"] else ""
    share = _REASONS // max(_FEW, len(page["items"]))
    rows = [_row(one, now, share) for one in page["items"]]
    return render("jobs.html", PATH, session, rows=rows, next_href=next_href)


def _row(job: "Job", now: int, share: int) -> dict[str, Any]:
    line = job_line(job, now)
    return {**line, "by": shown_within(job["by"], _NAME), "reason": shown_within(job["reason"], share)}
