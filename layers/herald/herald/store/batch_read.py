"""Reads of many items by their keys, in one request."""

from collections.abc import Iterator, Sequence
from typing import Any

from herald.store.attribute_values import Item, from_wire, to_wire
from herald.store.dynamodb import TableUnavailable, client, table_errors


def get_items(
    table_name: str, keys: Sequence[Item], *, consistent: bool, only: Sequence[str] = ()
) -> Iterator[dict[str, Any]]:
    """The items with these keys that exist, with `only` those attributes; at most 100 keys (DynamoDB's limit).

    Raises `TableUnavailable`.
    """
    names = {f"#{name}": name for name in only}
    projection: dict[str, Any] = (
        {"ProjectionExpression": ", ".join(names), "ExpressionAttributeNames": names} if only else {}
    )
    wanted = {"Keys": [to_wire(key) for key in keys], "ConsistentRead": consistent, **projection}
    request: dict[str, Any] = {table_name: wanted} if keys else {}
    while request:
        with table_errors():
            response = client().batch_get_item(RequestItems=request)
        yield from (from_wire(item) for item in response["Responses"].get(table_name, ()))
        request = dict(response["UnprocessedKeys"])  # beyond 16 MB, or throttled
        if request and not response["Responses"].get(table_name):
            raise TableUnavailable("UnprocessedKeys")
