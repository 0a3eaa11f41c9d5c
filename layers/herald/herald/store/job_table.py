"""JobTable: what operators decided about many notifications, and how far each of these jobs has come.

A row is the whole job as JSON, beside what conditions and clean-up need. Every method raises `TableUnavailable`.
"""

from collections.abc import Iterator
from typing import Any

from pydantic import TypeAdapter

from herald.domain.clock import SECOND
from herald.domain.job import KEPT_FOR, Job
from herald.store.dynamodb import ConditionRefused, Item, client, from_wire, table_errors, to_wire

_AS_JSON = TypeAdapter(Job)


class JobConflict(Exception):
    """Somebody else went on with the job, or cancelled it. `current` is how it stands now."""

    def __init__(self, current: Job | None) -> None:
        super().__init__("the job was changed meanwhile")
        self.current = current


class JobTable:
    """The jobs, by id."""

    def __init__(self, name: str) -> None:
        self._name = name

    def add(self, job: Job) -> None:
        """Stores a new one. Raises `JobConflict` when the id is taken."""
        self._put(job, "attribute_not_exists(job_id)", {})

    def get(self, job_id: str) -> Job | None:
        """The job as last written, or None."""
        with table_errors():
            answer = client().get_item(TableName=self._name, Key=to_wire({"job_id": job_id}), ConsistentRead=True)
        item = answer.get("Item")
        return _from_item(from_wire(item)) if item else None

    def save(self, before: Job, after: Job) -> Job:
        """Writes it, if nobody else has since `before`; gives `after`. Raises `JobConflict`."""
        self._put(after, "version = :seen", {":seen": before.version})
        return after

    def all(self) -> Iterator[Job]:
        """Every job that is kept, in no order, a page a request."""
        scan: dict[str, Any] = {"TableName": self._name}
        while True:
            with table_errors():
                answer = client().scan(**scan)
            yield from (_from_item(from_wire(item)) for item in answer["Items"])
            if "LastEvaluatedKey" not in answer:
                return
            scan["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def _put(self, job: Job, condition: str, values: Item) -> None:
        item = _to_item(job)
        arguments: dict[str, Any] = {"ExpressionAttributeValues": to_wire(values)} if values else {}
        try:
            with table_errors():
                client().put_item(
                    TableName=self._name,
                    Item=to_wire(item),
                    ConditionExpression=condition,
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                    **arguments,
                )
        except ConditionRefused as refused:
            if refused.item != item:  # else mine after all: the client repeated a put that had taken effect
                raise JobConflict(_from_item(refused.item) if refused.item else None) from None


def _to_item(job: Job) -> Item:
    ended = {} if job.ended_at is None else {"expires_at": (job.ended_at + KEPT_FOR) // SECOND}
    row = {"job_id": job.job_id, "state": job.state.value, "version": job.version, **ended}
    return {**row, "job": _AS_JSON.dump_json(job).decode()}


def _from_item(item: Item) -> Job:
    return _AS_JSON.validate_json(item["job"])
