"""SourceTable: the sources. Every method raises `TableUnavailable`."""

from collections.abc import Iterator

from herald.domain.sources.source import Source
from herald.store.attribute_values import from_wire, to_wire
from herald.store.dynamodb import (
    ConditionRefused,
    Conflict,
    client,
    get_item,
    put_if,
    scan_pages,
    table_errors,
    update_of,
)
from herald.store.sources.source_item import from_item, to_item

# What a request is checked with. Without the history the answer for a suspended source takes no longer than for none.
_FOR_A_REQUEST = (
    *("source_id", "partner_id", "state", "token_hash", "version", "previous_token_hash", "previous_token_until"),
    *("cidrs", "webhook_secret", "header_name", "header_value"),
)


class SourceConflict(Conflict[Source]):
    """Another writer changed the source since it was read."""


class SourceTable:
    """The sources, by id."""

    def __init__(self, name: str) -> None:
        self._name = name

    def add(self, source: Source) -> None:
        """Stores a new source. Raises `ConditionRefused` where another one has its id."""
        put_if(self._name, to_item(source), "attribute_not_exists(source_id)")

    def get(self, source_id: str) -> Source | None:
        """The source as last written, or None."""
        item = get_item(self._name, {"source_id": source_id})
        return from_item(item) if item else None

    def get_for_request(self, source_id: str) -> Source | None:
        """Likewise, without its name and its history."""
        with table_errors():
            response = client().get_item(
                TableName=self._name,
                Key=to_wire({"source_id": source_id}),
                ConsistentRead=True,
                ProjectionExpression=", ".join(f"#{name}" for name in _FOR_A_REQUEST),
                ExpressionAttributeNames={f"#{name}": name for name in _FOR_A_REQUEST},
            )
        return from_item(from_wire(response["Item"])) if "Item" in response else None

    def all(self) -> Iterator[Source]:
        """Every source, in no order. There are some dozens, so the table is read whole."""
        return (from_item(item) for page in scan_pages(TableName=self._name, ConsistentRead=True) for item in page)

    def save(self, before: Source, after: Source) -> None:
        """Writes the differences if the stored version is that of `before`. Raises `SourceConflict`."""
        update = update_of(to_item(before), to_item(after))
        try:
            with table_errors():
                client().update_item(
                    TableName=self._name,
                    Key=to_wire({"source_id": before.source_id}),
                    UpdateExpression=update["UpdateExpression"],
                    ConditionExpression="attribute_exists(source_id) AND #version = :seen",
                    ExpressionAttributeNames={**update["ExpressionAttributeNames"], "#version": "version"},
                    ExpressionAttributeValues={
                        **update["ExpressionAttributeValues"],
                        **to_wire({":seen": before.version}),
                    },
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                )
        except ConditionRefused as refused:
            current = from_item(refused.item) if refused.item else None
            if current != after:  # else botocore repeated a write of ours that had taken effect
                raise SourceConflict(current) from None
