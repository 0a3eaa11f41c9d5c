"""What a page of a long list costs: read units, and the CPU time of Herald's own code and botocore's.

moto looks through all items for each query, so the answers to these two requests come from sorted lists here.
"""

import json
import time
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, cast

import pytest
import time_machine
from botocore.awsrequest import AWSPreparedRequest, AWSResponse, HeadersDict

from herald.domain.clock import SECOND
from herald.store.attribute_values import to_wire
from herald.store.dynamodb import client
from herald.store.items.notification_item import to_item
from operator_api import app as operator_app
from tests.support.aws.aws_stack import Aws
from tests.support.factories import NOON, a_notification
from tests.support.http.gateway import Gateway
from tests.support.http.raw_answer import RawAnswer
from tests.support.report import show_figure
from tests.support.request_counter import Meter

api = Gateway(operator_app.handler, "OperatorFunction")
MANY = 50_000
PAGE = 100
FIRST_PAGE_MS = 300  # of CPU
INDEX_KEY = ("order_key", "digest", "accepted_at", "accepted_on")

type WireItem = Mapping[str, Mapping[str, Any]]


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON / SECOND, tick=False) as traveller:
        yield traveller


class LongDay:
    """DynamoDB's answers about a day with 50,000 notifications of one partner, and the CPU time (s) that they take."""

    def __init__(self) -> None:
        self.spent = 0.0
        self._items: dict[tuple[str, str], WireItem] = {}
        self._shards: defaultdict[str, list[WireItem]] = defaultdict(list)
        for n in range(MANY):  # the newest first
            item = to_wire(to_item(a_notification(n, at=NOON - n * 800)))
            self._items[item["order_key"]["S"], item["digest"]["S"]] = item
            self._shards[item["accepted_on"]["S"]].append({name: item[name] for name in INDEX_KEY})

    def answer(self, request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        """The answer to a request, before it is sent."""
        began = time.thread_time()
        body = json.loads(cast("bytes", request.body))
        found = self._batch(body) if "RequestItems" in body else self._query(body)
        raw = RawAnswer(json.dumps(found).encode())
        self.spent += time.thread_time() - began
        return AWSResponse(
            request.url, 200, cast("Any", HeadersDict({"content-type": "application/x-amz-json-1.0"})), raw
        )

    def _query(self, asked: dict[str, Any]) -> dict[str, Any]:
        values = {name: next(iter(value.values())) for name, value in asked["ExpressionAttributeValues"].items()}
        entries = self._shards[values[":key"]]
        begin = bisect_left(entries, -int(values[":last"]), key=lambda entry: -int(entry["accepted_at"]["N"]))
        if start := asked.get("ExclusiveStartKey"):
            begin = entries.index(start, begin) + 1
        page = entries[begin : begin + asked["Limit"]]
        more = {"LastEvaluatedKey": page[-1]} if begin + len(page) < len(entries) else {}
        return {"Items": page, "Count": len(page), "ScannedCount": len(page), **more}

    def _batch(self, asked: dict[str, Any]) -> dict[str, Any]:
        ((table, wanted),) = asked["RequestItems"].items()
        items = [self._items[key["order_key"]["S"], key["digest"]["S"]] for key in wanted["Keys"]]
        return {"Responses": {table: items}, "UnprocessedKeys": {}}


def test_a_page_of_fifty_thousand_costs_little(aws: Aws, capsys: pytest.CaptureFixture[str]) -> None:
    path = f"/notifications?partnerId=3528&limit={PAGE}&from=2026-11-23T00:00:00Z"
    api.done("GET", path)  # imports and clients: a warm function
    meter, day = Meter(aws), LongDay()
    client().meta.events.register_first("before-send.dynamodb", cast("Any", day.answer))
    began = time.process_time()

    first = api.done("GET", path)

    cpu_ms = (time.process_time() - began - day.spent) * 1_000
    units = meter.read_units("NotificationTable")
    second = api.done("GET", f"{path}&cursor={first['cursor']}")
    later_units = meter.read_units("NotificationTable") - units
    show_figure(
        capsys, f"a page of {PAGE} of {MANY}: {units:g} read units, the next {later_units:g}; {cpu_ms:.0f} ms of CPU"
    )
    accepted = [item["acceptedAt"] for item in [*first["items"], *second["items"]]]
    assert len(accepted) == 2 * PAGE == len(set(accepted))
    assert accepted == sorted(accepted, reverse=True)
    assert units <= PAGE / 2 + 16
    assert later_units <= PAGE / 2 + 16
    assert cpu_ms < FIRST_PAGE_MS
