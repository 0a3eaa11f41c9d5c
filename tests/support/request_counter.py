"""Counts the requests of the functions' own clients, and what DynamoDB charges for each (dynamodb_pricing.py)."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from herald.messaging import sqs
from herald.store import dynamodb
from tests.support.aws.aws_stack import Aws
from tests.support.dynamodb_pricing import Table, WireItem, read_units

_WRITES = ("PutItem", "UpdateItem", "DeleteItem")
_READS = ("GetItem", "Query", "Scan")
_READS_OF_MANY = "BatchGetItem"


@dataclass(frozen=True, slots=True)
class Call:
    """One request: to which service, what, to which table or queue, and the units it is charged with."""

    service: str
    operation: str
    resource: str
    write_units: dict[str, int] = field(default_factory=dict)  # by "table" and the name of an index
    read_units: float = 0


class Meter:
    """Listens to the functions' clients from now on, until they are forgotten (conftest.py)."""

    def __init__(self, aws: Aws) -> None:
        self.calls: list[Call] = []
        self._aws = aws
        self._tables = {name: self._described(name) for name in aws.refs if name.endswith("Table")}
        events = dynamodb.client().meta.events
        events.register("before-parameter-build.dynamodb", self._before)
        events.register("after-call.dynamodb", self._after)
        sqs.client().meta.events.register("before-parameter-build.sqs", self._sqs)

    def writes(self) -> list[Call]:
        """The writes to DynamoDB."""
        return [call for call in self.calls if call.write_units]

    def write_units(self, table: str) -> dict[str, int]:
        """The write units that a table was charged with, by "table" and the name of an index."""
        total: Counter[str] = Counter()
        for call in self.calls:
            if call.resource == table:
                total.update(call.write_units)
        return dict(total)

    def read_units(self, *tables: str) -> float:
        """The read units that the tables were charged with, their indexes included."""
        return sum(call.read_units for call in self.calls if call.resource in tables)

    def requests(self, service: str) -> dict[str, int]:
        """How many requests of each kind a service was sent."""
        return dict(Counter(call.operation for call in self.calls if call.service == service))

    def _described(self, name: str) -> Table:
        return Table.described(self._aws.dynamodb.describe_table(TableName=name)["Table"])

    def _before(self, params: dict[str, Any], model: Any, context: dict[str, Any], **_: Any) -> None:
        context["asked"] = {"TableName": None, **params}
        if model.name in _WRITES:
            context["stood"] = self._item(params)

    def _after(self, parsed: dict[str, Any], model: Any, context: dict[str, Any], **_: Any) -> None:
        asked = context["asked"]
        if model.name == _READS_OF_MANY:
            self._read_many(asked["RequestItems"], parsed["Responses"])
            return
        name, table = asked["TableName"], self._tables[asked["TableName"]]
        if model.name in _WRITES:
            charged = table.write_units(context["stood"], self._item(asked))
            self.calls.append(Call("dynamodb", model.name, name, write_units=charged))
        elif model.name in _READS:
            items = parsed.get("Items", [parsed["Item"]] if "Item" in parsed else [])
            units = read_units(items, consistent=asked.get("ConsistentRead", False))
            self.calls.append(Call("dynamodb", model.name, name, read_units=units))
        else:
            raise NotImplementedError(model.name)

    def _read_many(self, asked: dict[str, Any], found: dict[str, list[WireItem]]) -> None:
        """Each item is charged by itself; one that is missing as one of the smallest size."""
        for name, wanted in asked.items():
            items = [*found[name], *({} for _ in range(len(wanted["Keys"]) - len(found[name])))]
            units = sum(read_units([item], consistent=wanted.get("ConsistentRead", False)) for item in items)
            self.calls.append(Call("dynamodb", _READS_OF_MANY, name, read_units=units))

    def _item(self, asked: dict[str, Any]) -> WireItem | None:
        key = asked.get("Key") or {name: asked["Item"][name] for name in self._tables[asked["TableName"]].key}
        answer = self._aws.dynamodb.get_item(TableName=asked["TableName"], Key=key, ConsistentRead=True)
        return answer.get("Item")

    def _sqs(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        self.calls.append(Call("sqs", model.name, params["QueueUrl"].rpartition("/")[2]))
