"""The list of the jobs."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from console.pages.jobs.job import PATH, job_line
from console.rendering.links import address
from console.rendering.page import render
from console.security.session import Session

if TYPE_CHECKING:
    from operator_api.schemas.jobs import Job


def job_list_page(session: Session, jobs: Sequence["Job"], now: int, *, cursor: str | None = None) -> str:
    """The page as the jobs are at `now` (ms since the epoch), in the order given."""
    next_href = address(PATH, cursor=cursor) if cursor else ""
    return render("jobs.html", PATH, session, rows=[job_line(one, now) for one in jobs], next_href=next_href)
