"""A job in words, and its progress."""

from collections.abc import Iterator, Mapping
from types import TracebackType
from typing import Any, Self

from rich.console import Group, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from herald.domain.clock import SECOND
from herald.languages.catalogue import N_
from herald.languages.message import Message, plural
from herald.languages.words import ACTIONS, JOB_STATES, STATES
from tools.cli.moments import within
from tools.common import formatting
from tools.common.formatting import Formatter
from tools.common.sentence import Sentence, word
from tools.common.text import Text, labelled

type Json = dict[str, Any]

JOB_COLUMNS = (
    "jobId",
    "state",
    "action",
    "filter.partnerId",
    "partnerId",
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


def plan(action: str, state: str, count: int, name: str | None, partner_id: int, per_second: int) -> Message:
    """What is to be done, with the count."""
    those = {"partner": formatting.partner(name, partner_id), "state": word(STATES, state)}
    if action == "redrive":
        takes = formatting.duration(count * SECOND // per_second)
        return plural(
            "Redrive {count} notification of {partner} that is {state}, {rate} a second, which takes {duration}",
            "Redrive {count} notifications of {partner} that are {state}, {rate} a second, which takes {duration}",
            count=count,
            rate=per_second,
            duration=takes,
            **those,
        )
    if action == "resolve":
        return plural(
            "Resolve {count} notification of {partner} that is {state}",
            "Resolve {count} notifications of {partner} that are {state}",
            count=count,
            **those,
        )
    return plural(
        "Cancel {count} notification of {partner} that is {state}",
        "Cancel {count} notifications of {partner} that are {state}",
        count=count,
        **those,
    )


def job_page(job: Json, partner_name: str | None, told: Formatter) -> RenderableType:
    """Everything about it."""
    return Group(*_lines(job, partner_name, told))


def jobs_page(response: Json, names: Mapping[int, str], told: Formatter) -> RenderableType:
    """A paragraph for each. `names` are the partners', by their numbers."""
    if not response["items"]:
        return Text(Message("There are no jobs."))
    jobs = ((job, names.get(partner_of(job))) for job in response["items"])
    more = [Text(Message("There are more: add --all."))] if response.get("cursor") else []
    return Group(*(line for job, name in jobs for line in _lines(job, name, told)), *more)


def partner_of(job: Json) -> int:
    """The number of the partner whom it concerns; 0 where it concerns all."""
    number: int = job.get("partnerId") or job.get("filter", {}).get("partnerId", 0)
    return number


def _lines(job: Json, partner_name: str | None, told: Formatter) -> Iterator[Text]:
    yield _headline(job)
    yield from _subject(job, partner_name)
    begun = {"who": job["by"], "when": told.at(job["createdAt"]), "reason": job["reason"]}
    yield _line(Message("who"), Message("{who} at {when}, “{reason}”", **begun))
    yield _line(Message("how far"), _progress(job))
    if "endedAt" in job:
        yield _line(Message("ended"), _end(job, told))


def _headline(job: Json) -> Text:
    state = word(JOB_STATES, job["state"])
    said = Message("{job}: {state}", job=Message("Job {id}", id=job["jobId"]), state=state)
    return Text.with_styles(said, job="bold", state=_STYLES.get(job["state"], ""))


def _progress(job: Json) -> Message:
    matched = Message("{count} or more", count=job["matched"]) if job.get("matchedAtLeast") else job["matched"]
    count = {"done": job["changed"] + job["passedOver"], "matched": matched}
    if not job["passedOver"]:
        return Message("{done} of {matched}", **count)
    others = job["passedOver"]
    if "filter" in job:
        return Message("{done} of {matched}, {others} had been changed by somebody else", others=others, **count)
    return Message("{done} of {matched}, {others} were in the lists already, or have expired", others=others, **count)


def _end(job: Json, told: Formatter) -> Sentence:
    when = told.at(job["endedAt"])
    if "endedBy" not in job:
        return when
    return Message("{when} by {who}, “{reason}”", when=when, who=job["endedBy"], reason=job["endedBecause"])


def _subject(job: Json, partner_name: str | None) -> Iterator[Text]:
    wanted = job.get("filter")
    if job["action"] == "delete":
        whose = formatting.partner(partner_name, job["partnerId"])
        yield _line(Message("what"), Message("delete all data of {partner}", partner=whose))
        return
    if wanted is None:
        what = Message(
            "{action}: put what older versions stored into the lists by partner and time", action=job["action"]
        )
        yield _line(Message("what"), what)
        return
    whose = formatting.partner(partner_name, wanted["partnerId"])
    which = {"action": word(ACTIONS, job["action"]), "state": word(STATES, wanted["state"]), "partner": whose}
    yield _line(Message("what"), Message("{action} what is {state} of {partner}", **which))
    when = N_("what was accepted {when}") if wanted["state"] == "waiting" else N_("what became so {when}")
    yield _line(Message("when"), Message(when, when=within(wanted)))


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
        self._task = self._progress.add_task(Text(word(ACTIONS, job["action"])).plain, total=job["matched"])
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
        done = job["changed"] + job["passedOver"]
        self._progress.update(self._task, completed=done, total=max(done, job["matched"]))


def _line(label: Message, text: Sentence) -> Text:
    return labelled(label, text, width=9)
