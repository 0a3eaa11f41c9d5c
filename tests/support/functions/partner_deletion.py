"""The deletion of a partner on request, as customer service asks for it and the jobs function carries it out."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import time_machine

from customer_service.registry import partner_deletion
from herald.domain.clock import DAY, SECOND
from jobs import app as jobs
from jobs import dependencies
from operator_api import app as operator_app
from receiver import acceptance
from receiver import app as receiver_app
from tests.support.aws.aws_stack import Aws, Context
from tests.support.factories import NOON, PARTNER_ID, PAYLOAD, a_partner
from tests.support.functions.dispatcher import registered
from tests.support.http.gateway import Gateway
from tests.support.http.http_events import api_event

CODE = "411258698456"
WHY = "the contract has ended"
PATH = f"/partners/{PARTNER_ID}?reason=the%20contract%20has%20ended"
FORCED = f"{PATH}&force=true"
NEW = {"partnerId": 9000, "name": "Lakeside", "contact": "ann@lakeside.example", "url": "https://lakeside.example/n"}
OTHER = "/partners/9000?reason=the%20contract%20has%20ended"
api = Gateway(operator_app.handler, "OperatorFunction")


@contextmanager
def noon_with_a_partner(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> Iterator[time_machine.Traveller]:
    """The clock stands at noon, one partner is registered, and a pause of the jobs function lets the clock go on."""
    monkeypatch.setattr(partner_deletion, "LONGEST_RANGE", 2 * DAY)  # of a count: 92 days are 700 requests
    with time_machine.travel(NOON / SECOND, tick=False) as traveller:
        dependencies.job_worker.cache_clear()
        monkeypatch.setattr("time.sleep", traveller.shift)
        registered(a_partner())
        yield traveller
    aws.records("JobQueue")


def submitted(payload: str = PAYLOAD) -> Any:
    """The receiver's answer to a publisher."""
    acceptance.partners.cache_clear()
    event = api_event("POST", "/notifications", payload, caller={"role": "publisher", "name": "shop"})
    return receiver_app.handler(event, Context())


def worked(aws: Aws, clock: time_machine.Traveller) -> None:
    """A minute and a half later the jobs function gets the message."""
    clock.shift(90)
    response = jobs.handler({"Records": aws.records("JobQueue")}, Context(timeout=300 * SECOND))
    assert response == {"batchItemFailures": []}


def partner(number: int = PARTNER_ID) -> Any:
    """The partner as the API shows it."""
    return api.done("GET", f"/partners/{number}")
