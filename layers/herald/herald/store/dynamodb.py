"""What the tables share: one client, plain items instead of typed ones, an update made of a difference, our errors."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

import boto3
from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from herald.domain.clock import SECOND
from herald.runtime.lazy import Lazy

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

type Item = Mapping[str, Any]

_TRIES, _CONNECT_WITHIN, _READ_WITHIN, _BACK_OFF = 2, 1, 2, 1  # seconds but for the first
# The longest that a call may take (ms) when DynamoDB hangs, neither refusing nor answering: the functions' time limits
# are reckoned from it, so that they themselves say that the table is unavailable (tests/unit/test_template.py).
LONGEST_CALL = (_TRIES * (_CONNECT_WITHIN + _READ_WITHIN) + (_TRIES - 1) * _BACK_OFF) * SECOND
_CONFIG = Config(
    connect_timeout=_CONNECT_WITHIN,
    read_timeout=_READ_WITHIN,
    retries={"mode": "standard", "total_max_attempts": _TRIES},
    max_pool_connections=50,
    tcp_keepalive=True,
)
_write, _read = TypeSerializer().serialize, TypeDeserializer().deserialize
_FAULTS_OF_THE_CALL = {"ValidationException", "ResourceNotFoundException", "AccessDeniedException"}


class TableUnavailable(Exception):
    """DynamoDB could not do it now (throttled, out of reach, its own error): whether it took effect is unknown."""


class ConditionRefused(Exception):
    """The condition of a write did not hold. `item` is what stands there, or None when nothing does."""

    def __init__(self, item: Item | None) -> None:
        super().__init__("the item changed meanwhile")
        self.item = item


@Lazy
def client() -> "DynamoDBClient":
    """The client that Lambda reuses between invocations; safe to use from several threads."""
    return boto3.client("dynamodb", config=_CONFIG)


def to_wire(item: Item) -> dict[str, Any]:
    """The item with DynamoDB's type tags."""
    return {name: _write(value) for name, value in item.items()}


def from_wire(item: Mapping[str, Any]) -> dict[str, Any]:
    """The item without type tags; numbers as `Decimal`."""
    return {name: _read(value) for name, value in item.items()}


def update_of(before: Item, after: Item) -> dict[str, Any]:
    """The arguments of `update_item` that turn `before` into `after`: only what differs is written.

    Attributes that stand in neither (a claim made meanwhile by somebody else) stay as they are.
    """
    names = sorted(name for name in {*before, *after} if before.get(name) != after.get(name))
    sets = [name for name in names if name in after]
    removes = [name for name in names if name not in after]
    parts = [("SET", [f"#{name} = :{name}" for name in sets]), ("REMOVE", [f"#{name}" for name in removes])]
    return {
        "UpdateExpression": " ".join(f"{verb} {', '.join(what)}" for verb, what in parts if what),
        "ExpressionAttributeNames": {f"#{name}": name for name in names},
        "ExpressionAttributeValues": {f":{name}": _write(after[name]) for name in sets},
    }


@contextmanager
def table_errors() -> Iterator[None]:
    """Turns botocore's errors into ours, `ConditionRefused` and `TableUnavailable`. A mistake in the call stays one."""
    try:
        yield
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        if code == "ConditionalCheckFailedException":
            item = cast("Mapping[str, Any] | None", error.response.get("Item"))
            raise ConditionRefused(from_wire(item) if item else None) from None
        if code in _FAULTS_OF_THE_CALL:
            raise
        raise TableUnavailable(code) from error
    except BotoCoreError as error:
        raise TableUnavailable(type(error).__name__) from error


def query_pages(**query: Any) -> Iterator[list[dict[str, Any]]]:  # noqa: ANN401 - the arguments are boto3's
    """The pages of a query, as plain items, one request a page (at most 1 MB, DynamoDB's limit)."""
    for answer in _answers(**query):
        yield [from_wire(item) for item in answer["Items"]]


def query_counts(**query: Any) -> Iterator[int]:  # noqa: ANN401 - likewise
    """How many items each page of a query with `Select=COUNT` has."""
    for answer in _answers(**query):
        yield answer["Count"]


def _answers(**query: Any) -> Iterator[Any]:  # noqa: ANN401 - likewise
    while True:
        with table_errors():
            answer = client().query(**query)
        yield answer
        if "LastEvaluatedKey" not in answer:
            return
        query["ExclusiveStartKey"] = answer["LastEvaluatedKey"]
