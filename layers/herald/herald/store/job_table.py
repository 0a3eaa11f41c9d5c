"""JobTable: the operators' jobs, and the progress of each.

An item holds the whole job as JSON, and the attributes that conditions and TTL need. Every method raises
`TableUnavailable`.
"""

from collections.abc import Iterator

from pydantic import TypeAdapter

from herald.domain.clock import SECOND
from herald.domain.jobs.job import KEPT_FOR, Job
from herald.domain.jobs.partner_deletion import PartnerDeletion
from herald.domain.jobs.reindexing import Reindexing
from herald.store.attribute_values import Item
from herald.store.dynamodb import ConditionRefused, Conflict, get_item, put_if, scan_pages
from herald.store.transaction import Put

type AnyJob = Job | Reindexing | PartnerDeletion
_AS_JSON = TypeAdapter[AnyJob](AnyJob)


class JobConflict(Conflict[AnyJob]):
    """Another worker continued the job, or an operator cancelled it."""


class JobTable:
    """The jobs, by id."""

    def __init__(self, name: str) -> None:
        self._name = name

    def add(self, job: AnyJob) -> None:
        """Stores a new job. Raises `JobConflict` when there is one with this id."""
        self._put(job, "attribute_not_exists(job_id)")

    def addition(self, job: AnyJob) -> Put:
        """The write that stores a new job, for a transaction with what it is about."""
        return Put(self._name, _to_item(job), "attribute_not_exists(job_id)")

    def get(self, job_id: str) -> AnyJob | None:
        """The job as last written, or None."""
        item = get_item(self._name, {"job_id": job_id})
        return _from_item(item) if item else None

    def save[Kind: Job | Reindexing | PartnerDeletion](self, before: Kind, after: Kind) -> Kind:
        """Writes `after` if the stored version is that of `before`; returns `after`. Raises `JobConflict`."""
        self._put(after, "version = :seen", {":seen": before.version})
        return after

    def all(self) -> Iterator[AnyJob]:
        """Every stored job, in no order, one request a page."""
        return (_from_item(item) for page in scan_pages(TableName=self._name) for item in page)

    def _put(self, job: AnyJob, condition: str, values: Item | None = None) -> None:
        try:
            put_if(self._name, _to_item(job), condition, values)
        except ConditionRefused as refused:
            raise JobConflict(_from_item(refused.item) if refused.item else None) from None


def _to_item(job: AnyJob) -> Item:
    ended = {} if job.ended_at is None else {"expires_at": (job.ended_at + KEPT_FOR) // SECOND}
    row = {"job_id": job.job_id, "state": job.state.value, "version": job.version, **ended}
    return {**row, "job": _AS_JSON.dump_json(job).decode()}


def _from_item(item: Item) -> AnyJob:
    return _AS_JSON.validate_json(item["job"])
