"""The list of the jobs."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypedDict

from console.pages.jobs.job import PATH, job_line
from console.rendering.links import address
from console.rendering.page import render
from console.security.session import Session

if TYPE_CHECKING:
    from operator_api.schemas.jobs import Job


class JobPage(TypedDict):
    """A page of jobs."""

    items: Sequence["Job"]
    cursor: str | None


def job_list_page(session: Session, page: JobPage, now: int) -> str:
    """The page as the jobs are at `now` (ms since the epoch), in the order given."""
    next_href = address(PATH, cursor=page["cursor"]) if page["cursor"] else ""
    return render("jobs.html", PATH, session, rows=[job_line(one, now) for one in page["items"]], next_href=next_href)
