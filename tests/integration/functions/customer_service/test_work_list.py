"""The work list: both states in one pass, against moto."""

from collections.abc import Iterator

import pytest
import time_machine

from customer_service.lists.work_list import Work, read_work
from herald.domain.clock import HOUR, SECOND, iso
from tests.support.aws.aws_stack import Aws
from tests.support.factories import NOON, a_notification, a_partner
from tests.support.functions.dispatcher import failed, held, registered, stands
from tests.support.request_counter import Meter

pytestmark = pytest.mark.usefixtures("aws")


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON / SECOND, tick=False) as traveller:
        yield traveller


def test_a_partner_has_a_line_for_each_state() -> None:
    registered(a_partner(1, name="West Lake", alert_open=True), a_partner(3528), a_partner(3, alert_open=True))
    stands(*(failed(n, NOON - HOUR + n, partner_id=1) for n in range(3)), held(10, NOON - HOUR), failed(11, NOON - 5))

    work = read_work()

    failed_of = {line["partnerId"]: (line["name"], line["count"], line["oldest"]) for line in work.failed}
    assert failed_of == {1: ("West Lake", 3, iso(NOON - HOUR)), 3528: ("Example Travel", 1, iso(NOON - 5))}
    assert [(line["partnerId"], line["count"], line["reasonCode"]) for line in work.held] == [
        (3528, 1, "held.suspended")
    ]
    assert work.alerts_open == {1}


def test_what_waits_is_no_work(aws: Aws) -> None:
    registered(a_partner(3528))
    stands(a_notification(1))
    meter = Meter(aws)

    assert read_work() == Work(failed=[], held=[], alerts_open=frozenset())
    assert meter.requests("dynamodb") == {"Scan": 2}  # the index, and the registry, whose breakers may be open


def test_who_is_not_in_the_registry_has_no_line() -> None:
    stands(failed(1, NOON - 5))

    assert read_work().failed == []
