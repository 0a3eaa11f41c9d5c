"""What the work list of 1,000 partners costs: requests, and read units.

moto ends a page of an index by the size of whole items, so the answers to these requests come from sorted lists here.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse, HeadersDict

from customer_service.lists.work_list import read_work
from herald.domain.clock import DAY, MINUTE
from herald.domain.notification import Notification
from herald.domain.partner import Partner, PartnerEntry
from herald.languages.reason import Reason
from herald.store.attribute_values import to_wire
from herald.store.dynamodb import client
from herald.store.items import notification_item, partner_item
from tests.support.aws.aws_stack import Aws
from tests.support.dynamodb_pricing import item_size
from tests.support.factories import NOON, a_partner
from tests.support.functions.dispatcher import failed, held
from tests.support.http.raw_answer import RawAnswer
from tests.support.report import show_figure
from tests.support.request_counter import Meter

PARTNERS = 1_000
FAILED, HELD = 10_000, 2_000
READ_REQUESTS = 10  # at most
PAGE = 1024 * 1024  # bytes that DynamoDB reads for one request
ENTRY_KEY = ("attention", "since", "order_key", "digest")
ENTRY = (*ENTRY_KEY, "turn", "reason")
REFUSED = Reason("not_success.other", {"status": 200, "body": "x" * 60})

type WireItem = Mapping[str, Mapping[str, Any]]


class Tables:
    """DynamoDB's answers to scans of the index `attention` and of the registry: pages of 1 MB."""

    def __init__(self, notifications: list[Notification], registry: list[Partner]) -> None:
        whole = (to_wire(notification_item.to_item(one)) for one in notifications)
        self._tables: dict[str, tuple[Sequence[str], list[WireItem]]] = {
            "NotificationTable": (ENTRY_KEY, [{name: item[name] for name in ENTRY} for item in whole]),
            "PartnerTable": (["partner_id"], [to_wire(partner_item.to_item(one)) for one in registry]),
        }

    def answer(self, request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        """The answer to a request, before it is sent; every item passes its filter."""
        asked = json.loads(cast("bytes", request.body))
        key, items = self._tables[asked["TableName"]]
        keys = [{name: item[name] for name in key} for item in items]
        begin = keys.index(asked["ExclusiveStartKey"]) + 1 if "ExclusiveStartKey" in asked else 0
        end = _end_of_page(items, begin)
        more = {"LastEvaluatedKey": keys[end - 1]} if end < len(items) else {}
        found = {"Items": items[begin:end], "Count": end - begin, "ScannedCount": end - begin, **more}
        headers = HeadersDict({"content-type": "application/x-amz-json-1.0"})
        return AWSResponse(request.url, 200, cast("Any", headers), RawAnswer(json.dumps(found).encode()))


def _end_of_page(items: list[WireItem], begin: int) -> int:
    room = PAGE
    for place in range(begin, len(items)):
        room -= item_size(items[place])
        if room < 0:
            return place
    return len(items)


def a_day_of_trouble() -> Iterator[Notification]:
    """10,000 failed of half of the partners, 2,000 held of a few."""
    for n in range(FAILED):
        yield failed(n, NOON - n, partner_id=1 + n % (PARTNERS // 2), reason=REFUSED)
    for n in range(HELD):
        yield held(FAILED + n, NOON - DAY + n * MINUTE)


def a_registry() -> list[Partner]:
    """Each partner has been changed and tested some times, and has about 2 KB."""
    history = tuple(
        PartnerEntry(
            at=NOON, by="alice", action="test", reason=Reason.sentence("acknowledged"), what="url: " + "x" * 60
        )
        for _ in range(10)
    )
    return [a_partner(number, history=history, alert_open=number == 1) for number in [*range(1, PARTNERS), 3528]]


def test_a_thousand_partners_take_at_most_ten_reads(aws: Aws, capsys: pytest.CaptureFixture[str]) -> None:
    tables = Tables([*a_day_of_trouble()], a_registry())
    meter = Meter(aws)
    client().meta.events.register_first("before-send.dynamodb", cast("Any", tables.answer))

    work = read_work()

    requests, units = meter.requests("dynamodb"), meter.read_units("NotificationTable", "PartnerTable")
    show_figure(
        capsys, f"the work list of {PARTNERS} partners, {FAILED + HELD} entries: {requests}, {units:g} read units"
    )
    assert {*requests} == {"Scan"}
    assert requests["Scan"] <= READ_REQUESTS
    assert (sum(line["count"] for line in work.failed), len(work.failed)) == (FAILED, PARTNERS // 2)
    assert [(line["partnerId"], line["count"]) for line in work.held] == [(3528, HELD)]
    assert work.alerts_open == {1}
