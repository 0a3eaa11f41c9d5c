"""How far a job has come, and when it ends. Pure; moments are ms since the epoch."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from herald.domain.clock import SECOND

if TYPE_CHECKING:
    from customer_service.schemas.jobs import Job

_ALL = 100  # percent


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Of `total` notifications `done` are looked at; `ends_at` is an estimate, None before the first are."""

    done: int
    total: int
    ends_at: int | None
    last_due_at: int | None  # when the last one that is redriven falls due, by the job's rate; None for other actions

    @property
    def percent(self) -> int:
        """Whole percent, and 100 only at the end."""
        return _ALL * self.done // self.total if self.total else _ALL

    @property
    def left(self) -> int:
        """How many are not looked at yet."""
        return self.total - self.done


def progress_of(job: "Job", now: int) -> Progress:
    """The progress. The end is estimated by what was done since the job began."""
    done = job["changed"] + job["passedOver"]
    total, began = max(job["matched"], done), _milliseconds(job["createdAt"])
    running = job["state"] == "running"
    ends_at = now + round((total - done) * max(0, now - began) / done) if running and done else None
    return Progress(done=done, total=total, ends_at=ends_at, last_due_at=_last_due_at(job, total, ends_at))


def _last_due_at(job: "Job", total: int, ends_at: int | None) -> int | None:
    """By the rate since the job began, but not before the job comes to it."""
    if job["action"] != "redrive" or job["state"] != "running":
        return None
    return max(_milliseconds(job["createdAt"]) + total * SECOND // job["perSecond"], ends_at or 0)


def _milliseconds(moment: str) -> int:
    return round(datetime.fromisoformat(moment).timestamp() * SECOND)
