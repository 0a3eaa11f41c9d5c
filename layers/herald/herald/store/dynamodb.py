"""What the tables share: the client, reads, conditional writes, and errors."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal, cast

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from herald.aws.client import new_client
from herald.domain.clock import SECOND
from herald.runtime.lazy import Lazy
from herald.store.attribute_values import Item, from_wire, to_wire, value_to_wire

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_TRIES, _CONNECT_WITHIN, _READ_WITHIN, _BACK_OFF = 2, 1, 2, 1  # all but the first in seconds
# The longest time of a call (ms) when DynamoDB accepts the connection and sends no response. The timeouts of the
# functions are longer, so that a function can still report that the table is unavailable (tests/unit/template).
LONGEST_CALL = (_TRIES * (_CONNECT_WITHIN + _READ_WITHIN) + (_TRIES - 1) * _BACK_OFF) * SECOND
_CONFIG = Config(
    connect_timeout=_CONNECT_WITHIN,
    read_timeout=_READ_WITHIN,
    retries={"mode": "standard", "total_max_attempts": _TRIES},
    max_pool_connections=50,
    tcp_keepalive=True,
    parameter_validation=False,  # tests look at every request; DynamoDB refuses a wrong one
)
# For a write that may fail without harm, on the way to a response: one try, and no longer than this (ms).
LONGEST_SHORT_CALL = 2 * _CONNECT_WITHIN * SECOND
_SHORT_DEADLINE = Config(
    connect_timeout=_CONNECT_WITHIN,
    read_timeout=_CONNECT_WITHIN,
    retries={"mode": "standard", "total_max_attempts": 1},
    parameter_validation=False,
)
# What is sent for each notification or poll.
FREQUENT = ("BatchGetItem", "GetItem", "PutItem", "Query", "TransactWriteItems", "UpdateItem")
_ERRORS_OF_THE_CALL = {"ValidationException", "ResourceNotFoundException", "AccessDeniedException"}


class TableUnavailable(Exception):
    """DynamoDB failed now (throttling, network, internal error): whether the request took effect is unknown."""


class ConditionRefused(Exception):
    """The condition of a write was false. `item` is the stored item, None when there is none."""

    def __init__(self, item: Item | None) -> None:
        super().__init__("the item changed meanwhile")
        self.item = item


class Conflict[Value](Exception):
    """Another writer changed the item since it was read. `current` is its present value, None when there is none."""

    def __init__(self, current: Value | None) -> None:
        super().__init__("the item was changed since it was read")
        self.current = current


@Lazy
def client() -> "DynamoDBClient":
    """The client, reused between invocations; safe to use from several threads."""
    return cast("DynamoDBClient", new_client("dynamodb", _CONFIG, FREQUENT))


@Lazy
def client_with_short_deadline() -> "DynamoDBClient":
    """A client that gives a request up after two seconds and does not repeat it."""
    return cast("DynamoDBClient", new_client("dynamodb", _SHORT_DEADLINE, FREQUENT))


def drop_none(item: Item) -> dict[str, Any]:
    """The item without the attributes that are None: an absent attribute costs no capacity."""
    return {name: value for name, value in item.items() if value is not None}


def optional_int(item: Item, name: str) -> int | None:
    """The attribute as an int, None when it is absent."""
    value = item.get(name)
    return None if value is None else int(value)


def update_of(before: Item, after: Item) -> dict[str, Any]:
    """The arguments of `update_item` that turn `before` into `after`: only the differences are written.

    An attribute that is in neither (for example a claim that another writer has added) does not change.
    """
    names = sorted([name for name in {*before, *after} if before.get(name) != after.get(name)])
    sets = [name for name in names if name in after]
    removes = [name for name in names if name not in after]
    parts = [("SET", [f"#{name} = :{name}" for name in sets]), ("REMOVE", [f"#{name}" for name in removes])]
    return {
        "UpdateExpression": " ".join(f"{verb} {', '.join(what)}" for verb, what in parts if what),
        "ExpressionAttributeNames": {f"#{name}": name for name in names},
        "ExpressionAttributeValues": {f":{name}": value_to_wire(after[name]) for name in sets},
    }


@contextmanager
def table_errors() -> Iterator[None]:
    """Turns botocore's errors into `ConditionRefused` and `TableUnavailable`. Errors in the call pass through."""
    try:
        yield
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        if code == "ConditionalCheckFailedException":
            item = cast("Mapping[str, Any] | None", error.response.get("Item"))
            raise ConditionRefused(from_wire(item) if item else None) from None
        if code in _ERRORS_OF_THE_CALL:
            raise
        raise TableUnavailable(code) from error
    except BotoCoreError as error:
        raise TableUnavailable(type(error).__name__) from error


def get_item(table_name: str, key: Item, *, consistent: bool = True) -> dict[str, Any] | None:
    """The item with this key, or None. Raises `TableUnavailable`."""
    with table_errors():
        response = client().get_item(TableName=table_name, Key=to_wire(key), ConsistentRead=consistent)
    return from_wire(response["Item"]) if "Item" in response else None


def put_if(table_name: str, item: Item, condition: str, values: Item | None = None) -> None:
    """Writes the item if the condition holds. Raises `ConditionRefused` with the stored item, and `TableUnavailable`.

    A stored item that equals `item` is no refusal: botocore retried a put of ours that had taken effect.
    """
    arguments: dict[str, Any] = {"ExpressionAttributeValues": to_wire(values)} if values else {}
    try:
        with table_errors():
            client().put_item(
                TableName=table_name,
                Item=to_wire(item),
                ConditionExpression=condition,
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
                **arguments,
            )
    except ConditionRefused as refused:
        if refused.item != item:
            raise


def query_pages(**query: Any) -> Iterator[list[dict[str, Any]]]:  # noqa: ANN401 - the arguments are boto3's
    """The pages of a query as plain items, one request a page (at most 1 MB, DynamoDB's limit)."""
    return _item_pages("query", query)


def query_counts(**query: Any) -> Iterator[int]:  # noqa: ANN401 - likewise
    """The number of items in each page of a query with `Select=COUNT`."""
    return (response["Count"] for response in _responses("query", query))


def scan_pages(**scan: Any) -> Iterator[list[dict[str, Any]]]:  # noqa: ANN401 - likewise
    """The pages of a scan as plain items, in no order, one request a page."""
    return _item_pages("scan", scan)


def _item_pages(operation: Literal["query", "scan"], arguments: dict[str, Any]) -> Iterator[list[dict[str, Any]]]:
    for response in _responses(operation, arguments):
        yield [from_wire(item) for item in response["Items"]]


def _responses(operation: Literal["query", "scan"], arguments: dict[str, Any]) -> Iterator[Any]:
    while True:
        with table_errors():
            response = getattr(client(), operation)(**arguments)  # the client is made within the error handling
        yield response
        if "LastEvaluatedKey" not in response:
            return
        arguments = {**arguments, "ExclusiveStartKey": response["LastEvaluatedKey"]}
