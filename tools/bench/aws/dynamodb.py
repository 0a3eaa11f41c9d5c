"""DynamoDB's operations, as its JSON protocol has them (API Reference), on any tables."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from tools.bench.aws.conditions import UnknownExpression, condition
from tools.bench.aws.schema import TableSchema
from tools.bench.aws.sorted_index import Bounds
from tools.bench.aws.table import ConditionFailed, Page, Reading, Table, scope
from tools.bench.aws.updates import updated
from tools.bench.aws.values import Item, item_size, plain, read_units

type Request = Mapping[str, Any]
type Response = dict[str, Any]

_NAME, _VALUE = r"(#?\w+)", r"(:\w+)"
_KEY_CONDITION = re.compile(
    rf"{_NAME} = {_VALUE}"
    rf"(?: AND (?:{_NAME} BETWEEN {_VALUE} AND {_VALUE}|begins_with\({_NAME}, {_VALUE}\)|{_NAME} (<=|>=|=) {_VALUE}))?"
)
_HIGHEST = "\U0010ffff"


class OperationFailed(Exception):
    """An error of the service. `content` is the body of its response."""

    def __init__(self, code: str, message: str, **more: object) -> None:
        super().__init__(message)
        self.content = {"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": message, **more}


class DynamoDb:
    """The tables. `units` are the read units that were used."""

    def __init__(self, schemas: Mapping[str, TableSchema]) -> None:
        self.tables = {name: Table(schema) for name, schema in schemas.items()}
        self.units = 0.0
        self._operations: dict[str, Callable[[Request], Response]] = {
            "GetItem": self._get,
            "PutItem": self._put,
            "UpdateItem": self._update,
            "DeleteItem": self._delete,
            "Query": self._query,
            "Scan": self._scan,
            "BatchGetItem": self._get_many,
            "TransactWriteItems": self._write_together,
        }

    def call(self, operation: str, request: Request) -> Response:
        """The response to a request. Raises `OperationFailed`."""
        if operation not in self._operations:
            raise OperationFailed("UnknownOperationException", operation)
        try:
            return self._operations[operation](request)
        except ConditionFailed as failed:
            shown = {"Item": failed.item} if failed.item and _shows_old(request) else {}
            raise OperationFailed("ConditionalCheckFailedException", str(failed), **shown) from None
        except UnknownExpression as unknown:
            raise OperationFailed("ValidationException", str(unknown)) from unknown

    def _table(self, request: Request) -> Table:
        if request["TableName"] not in self.tables:
            raise OperationFailed("ResourceNotFoundException", request["TableName"])
        return self.tables[request["TableName"]]

    def _get(self, request: Request) -> Response:
        table = self._table(request)
        item = table.items.get(table.key_of(request["Key"]))
        self.units += read_units(item_size(item or {}), consistent=request.get("ConsistentRead", False))
        return {"Item": item} if item else {}

    def _put(self, request: Request) -> Response:
        table, item = self._table(request), request["Item"]
        table.check(table.key_of(item), request)
        return _old(request, table.write(table.key_of(item), item))

    def _delete(self, request: Request) -> Response:
        table = self._table(request)
        key = table.key_of(request["Key"])
        table.check(key, request)
        return _old(request, table.write(key, None))

    def _update(self, request: Request) -> Response:
        table = self._table(request)
        key = table.key_of(request["Key"])
        before = table.check(key, request) or dict(request["Key"])
        after = updated(request["UpdateExpression"], scope(before, request))
        table.write(key, after)
        return {"Attributes": after} if request.get("ReturnValues") == "ALL_NEW" else _old(request, before)

    def _write_together(self, request: Request) -> Response:
        writes = [next(iter(one.items())) for one in request["TransactItems"]]
        reasons = [self._refusal(write) for _, write in writes]
        if any(reason["Code"] != "None" for reason in reasons):
            codes = ", ".join(reason["Code"] for reason in reasons)
            message = f"Transaction cancelled, please refer cancellation reasons for specific reasons [{codes}]"
            raise OperationFailed("TransactionCanceledException", message, CancellationReasons=reasons)
        for kind, write in writes:
            if kind != "ConditionCheck":
                self._operations[f"{kind}Item"](write)
        return {}

    def _refusal(self, write: Request) -> Response:
        table = self._table(write)
        try:
            table.check(table.key_of(write.get("Key") or write["Item"]), write)
        except ConditionFailed as failed:
            shown = {"Item": failed.item} if failed.item and _shows_old(write) else {}
            return {"Code": "ConditionalCheckFailed", "Message": str(failed), **shown}
        return {"Code": "None"}

    def _query(self, request: Request) -> Response:
        reading = Reading(
            index=request.get("IndexName"),
            bounds=_bounds(request),
            after=request.get("ExclusiveStartKey"),
            forward=request.get("ScanIndexForward", True),
            limit=request.get("Limit", 1 << 30),
        )
        return self._answer(request, self._table(request).query(reading))

    def _scan(self, request: Request) -> Response:
        """All of the table in one page: only small tables are scanned here."""
        items = list(self._table(request).items.values())
        return self._answer(request, Page(items, None, sum(map(item_size, items))))

    def _answer(self, request: Request, page: Page) -> Response:
        self.units += read_units(page.size, consistent=request.get("ConsistentRead", False))
        items = [item for item in page.items if _admits(request, item)]
        last = {"LastEvaluatedKey": page.last} if page.last else {}
        shown = {} if request.get("Select") == "COUNT" else {"Items": [_projected(request, item) for item in items]}
        return {"Count": len(items), "ScannedCount": len(page.items), **shown, **last}

    def _get_many(self, request: Request) -> Response:
        return {
            "Responses": {name: self._items(name, wanted) for name, wanted in request["RequestItems"].items()},
            "UnprocessedKeys": {},
        }

    def _items(self, name: str, wanted: Request) -> list[Item]:
        table = self._table({"TableName": name})
        found = [table.items.get(table.key_of(key)) for key in wanted["Keys"]]
        consistent = wanted.get("ConsistentRead", False)
        self.units += sum(read_units(item_size(item or {}), consistent=consistent) for item in found)
        return [_projected(wanted, item) for item in found if item]


def _shows_old(request: Request) -> bool:
    return request.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD"


def _old(request: Request, before: Item | None) -> Response:
    return {"Attributes": before} if before and request.get("ReturnValues") == "ALL_OLD" else {}


def _admits(request: Request, item: Item) -> bool:
    text = request.get("FilterExpression")
    return not text or condition(text)(scope(item, request))


def _projected(request: Request, item: Item) -> Item:
    text = request.get("ProjectionExpression")
    if not text:
        return item
    given = request.get("ExpressionAttributeNames", {})
    names = {given.get(name, name) for name in re.split(r"\s*,\s*", text)}
    return {name: value for name, value in item.items() if name in names}


def _bounds(request: Request) -> Bounds:
    text = request["KeyConditionExpression"]
    form = _KEY_CONDITION.fullmatch(text)
    if form is None:
        raise UnknownExpression(text)
    values = {name: plain(value) for name, value in request["ExpressionAttributeValues"].items()}
    _, hash_key, _, low, high, _, prefix, _, sign, bound = form.groups()
    if low:
        return Bounds(values[hash_key], values[low], values[high])
    if prefix:
        return Bounds(values[hash_key], values[prefix], values[prefix] + _HIGHEST)
    value = values.get(bound)
    return Bounds(values[hash_key], value if sign in {">=", "="} else None, value if sign in {"<=", "="} else None)
