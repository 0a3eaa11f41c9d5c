"""A due index with many rows in lane `new`, made when they are asked for: what DynamoDB answers to a poll."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from herald.domain.notification import SHARDS, Lane

PARTNERS = 1_000


@dataclass(frozen=True, slots=True)
class DueRows:
    """`count` rows, evenly in the shards of `new`, due a millisecond apart from `since` (ms) on."""

    count: int
    since: int

    def of_shard(self, shard: int) -> int:
        """How many stand in this shard."""
        return self.count // SHARDS + (shard < self.count % SHARDS)

    def answer(self, query: Mapping[str, Any]) -> str:
        """The response to a query of the index `due`, in DynamoDB's JSON."""
        values = query["ExpressionAttributeValues"]
        lane, _, shard = values[":lane"]["S"].partition("#")
        first, end = self._range(values) if lane == Lane.NEW else (0, 0)
        end = max(first, min(end, self.of_shard(int(shard))))
        if query.get("Select") == "COUNT":
            return json.dumps({"Count": end - first, "ScannedCount": end - first})
        if "ExclusiveStartKey" in query:
            first = int(query["ExclusiveStartKey"]["digest"]["S"], 16) + 1
        last = min(end, first + query["Limit"])
        rows = ",".join(self._row(int(shard), number) for number in range(first, last))
        more = f',"LastEvaluatedKey":{self._row(int(shard), last - 1, turn=False)}' if last < end else ""
        return f'{{"Items":[{rows}],"Count":{last - first},"ScannedCount":{last - first}{more}}}'

    def _range(self, values: Mapping[str, Any]) -> tuple[int, int]:
        """The numbers of the rows that are due in it, as if the shard had no end."""
        since, until = (int(values[name]["N"]) - self.since for name in (":since", ":until"))
        return max(0, since), max(0, until + 1)

    def _row(self, shard: int, number: int, *, turn: bool = True) -> str:
        partner = 1 + (number * SHARDS + shard) % PARTNERS
        return (
            f'{{"lane":{{"S":"new#{shard}"}},"due_at":{{"N":"{self.since + number}"}},'
            f'"order_key":{{"S":"{partner}:order-{shard}-{number}"}},"digest":{{"S":"{number:032x}"}}'
            f"{',"turn":{"N":"1"}' if turn else ''}}}"
        )
