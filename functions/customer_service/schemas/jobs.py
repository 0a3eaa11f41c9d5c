"""The responses about jobs."""

from typing import Annotated, Literal, NotRequired, TypedDict

from pydantic import Field, with_config

from customer_service.schemas.common import Cursor, Moment, with_example
from herald.domain.jobs.job import JobState
from herald.domain.transitions import State

type JobAction = Literal["redrive", "resolve", "cancel", "reindex", "delete"]


AtLeast = Annotated[
    bool,
    Field(
        description="True where there may be more than `matched`: of what waits, the oldest 10,000 notifications "
        "are looked at for the count. The job takes all, and counts them when it ends."
    ),
]


class Wanted(TypedDict):
    """What a job takes: notifications that came into the state, or for what waits were accepted, within a time."""

    partnerId: int
    state: State
    since: Moment
    before: Moment


JOB_ID = "20261123T040506-1f2e3d4c"
JOB = {
    "jobId": JOB_ID,
    "action": "redrive",
    "filter": {
        "partnerId": 3528,
        "state": "failed",
        "since": "1970-01-01T00:00:00.000Z",
        "before": "2026-11-23T04:05:06.000Z",
    },
    "reason": "their server is repaired",
    "by": "alice",
    "perSecond": 20,
    "state": "running",
    "createdAt": "2026-11-23T04:05:06.000Z",
    "matched": 20_000,
    "changed": 700,
    "passedOver": 1,
}


@with_config(with_example(JOB))
class Job(TypedDict):
    """One decision about many notifications, and how far it has come."""

    jobId: str
    action: JobAction
    filter: NotRequired[Annotated[Wanted, Field(description="Which ones; of `reindex` and `delete` it is absent.")]]
    partnerId: NotRequired[Annotated[int, Field(description="Of `delete`: whose data it deletes.")]]
    reason: str
    by: str
    perSecond: int
    state: JobState
    createdAt: Moment
    matched: Annotated[
        int, Field(description="How many there were when it began; of `reindex` and `delete` about how many.")
    ]
    matchedAtLeast: NotRequired[AtLeast]
    changed: int
    passedOver: Annotated[int, Field(description="How many had changed before the job reached them.")]
    endedAt: NotRequired[Moment]
    endedBy: NotRequired[str]
    endedBecause: NotRequired[str]


class Jobs(TypedDict):
    """A page of them: the running ones, then the others, both newest first."""

    items: list[Job]
    cursor: Cursor


@with_config(with_example({"jobId": JOB_ID, "matched": 20_000, "filter": JOB["filter"]}))
class Started(TypedDict):
    """The job that began, or null after a dry run, and how many it matches."""

    jobId: str | None
    matched: int
    matchedAtLeast: NotRequired[AtLeast]
    filter: NotRequired[
        Annotated[Wanted, Field(description="As read; absent where the request names no time and `failed` or `held`.")]
    ]
