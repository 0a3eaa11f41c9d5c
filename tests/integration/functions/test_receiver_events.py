"""Each event file of the receiver gets the answer that its name promises."""

import json

import pytest

from herald.store.partner_table import PartnerTable
from receiver import app as receiver_app
from tests.support.aws.aws_stack import Aws
from tests.support.factories import a_partner
from tests.support.http.openapi_assertions import undescribed
from tests.support.paths import EVENTS

ANSWERS = {
    "sn_notify": (200, "success"),
    "re_notify": (200, "success"),
    "spaced_and_extended": (200, "success"),
    "duplicate_key": (400, "`usedQuantity` stands twice"),
    "not_utf8": (400, "not UTF-8"),
    "missing_field": (400, "`body.usedQuantity` is missing"),
    "unknown_partner": (404, "999999"),
    "too_large": (413, "65536"),
    "operator_key": (403, "publisher"),
    "batch": (200, "`body.usedQuantity` is missing"),
    "batch_of_lines": (200, "success"),
    "batch_cut_off": (400, "not JSON"),
    "bound_to_others": (403, "this key is bound to other partners than 3528"),
}


def test_every_event_of_the_receiver_has_its_answer_here() -> None:
    assert {path.stem.removeprefix("receiver_") for path in EVENTS.glob("receiver_*.json")} == set(ANSWERS)


@pytest.mark.parametrize("case", ANSWERS)
def test_the_event_is_answered_as_it_should(aws: Aws, case: str) -> None:
    for partner_id in (3528, 7001):
        PartnerTable(aws.refs["PartnerTable"]).add(a_partner(partner_id))
    event = json.loads((EVENTS / f"receiver_{case}.json").read_text(encoding="utf-8"))
    answer = receiver_app.handler(event, None)
    status, says = ANSWERS[case]
    assert answer["statusCode"] == status
    assert says in answer["body"]
    content_type = answer["headers"]["content-type"]
    told = json.loads(answer["body"]) if "json" in content_type else answer["body"]
    assert undescribed(event["routeKey"], status, content_type, told) == []
