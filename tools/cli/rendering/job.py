"""A job in words, and its progress."""

from collections.abc import Iterator, Mapping
from types import TracebackType
from typing import Any, Self

from rich.console import Group, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from herald.domain.clock import SECOND
from tools.cli.moments import within
from tools.common import formatting
from tools.common.formatting import Formatter
from tools.common.text import Text

type Json = dict[str, Any]

JOB_COLUMNS = (
    "jobId",
    "state",
    "action",
    "filter.partnerId",
    "filter.state",
    "filter.since",
    "filter.before",
    "reason",
    "by",
    "perSecond",
    "createdAt",
    "matched",
    "changed",
    "passedOver",
    "endedAt",
    "endedBy",
    "endedBecause",
)
_STYLES = {"done": "green", "running": "cyan", "cancelled": "yellow"}


def question(action: str, state: str, count: int, name: str | None, partner_id: int, per_second: int) -> str:
    """What is about to be done, with the count, as a question."""
    whose = formatting.partner(name, partner_id)
    said = f"{action} {formatting.many(count, 'notification')} of {whose} that {'is' if count == 1 else 'are'} {state}"
    if action == "redrive":
        said += f", {per_second} a second, which takes {formatting.duration(count * SECOND // per_second)}"
    return f"{said[0].upper()}{said[1:]}?"


def job_page(job: Json, partner_name: str | None, told: Formatter) -> RenderableType:
    """Everything about it."""
    return Group(*_lines(job, partner_name, told))


def jobs_page(response: Json, names: Mapping[int, str], told: Formatter) -> RenderableType:
    """A paragraph for each. `names` are the partners', by their numbers."""
    if not response["items"]:
        return Text("There are no jobs.")
    jobs = ((job, names.get(job["filter"]["partnerId"]) if "filter" in job else None) for job in response["items"])
    more = [Text("There are more: add --all.")] if response.get("cursor") else []
    return Group(*(line for job, name in jobs for line in _lines(job, name, told)), *more)


def _lines(job: Json, partner_name: str | None, told: Formatter) -> Iterator[Text]:
    state = job["state"]
    yield Text.assemble((f"Job {job['jobId']}", "bold"), ": ", (state, _STYLES.get(state, "")))
    yield from _subject(job, partner_name)
    yield _line("who", f"{job['by']} at {told.at(job['createdAt'])}, “{job['reason']}”")
    behind = job["changed"] + job["passedOver"]
    yield _line("how far", f"{behind} of {job['matched']}{_passed_over(job)}")
    if "endedAt" in job:
        by = f" by {job['endedBy']}, “{job['endedBecause']}”" if "endedBy" in job else ""
        yield _line("ended", f"{told.at(job['endedAt'])}{by}")


def _subject(job: Json, partner_name: str | None) -> Iterator[Text]:
    wanted = job.get("filter")
    if wanted is None:
        yield _line("what", f"{job['action']}: put what older versions stored into the lists by partner and time")
        return
    whose = formatting.partner(partner_name, wanted["partnerId"])
    yield _line("what", f"{job['action']} what is {wanted['state']} of {whose}")
    yield _line("when", f"what became so {within(wanted)}")


def _passed_over(job: Json) -> str:
    if not job["passedOver"]:
        return ""
    why = "had been changed by somebody else" if "filter" in job else "were in the lists already, or have expired"
    return f", {job['passedOver']} {why}"


class Following:
    """A bar that follows a job, on a terminal; nothing where it is not `visible`."""

    def __init__(self, job: Json, *, visible: bool) -> None:
        columns = (
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
        )
        self._progress = Progress(*columns, disable=not visible, transient=True)
        self._task = self._progress.add_task(Text(job["action"]).plain, total=job["matched"])
        self.show(job)

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def show(self, job: Json) -> None:
        """How far it is now."""
        self._progress.update(self._task, completed=job["changed"] + job["passedOver"])


def _line(name: str, text: str) -> Text:
    return Text.assemble((f"  {name:<9}", "dim"), text)
