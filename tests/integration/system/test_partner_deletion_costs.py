"""What the deletion of a partner asks of DynamoDB: one write for each notification, and few requests more."""

from collections import Counter
from collections.abc import Iterator
from os import environ
from typing import Any

import pytest
import time_machine

from customer_service.registry import partner_deletion
from herald.domain.clock import DAY, SECOND
from herald.domain.decisions.decisions import close
from herald.domain.transitions import Action
from herald.store import dynamodb
from jobs import app as jobs
from jobs import dependencies
from operator_api import app as operator_app
from tests.support.aws.aws_stack import Aws, Context
from tests.support.factories import NOON, PARTNER_ID, a_notification, a_partner
from tests.support.functions.dispatcher import registered, stands
from tests.support.http.gateway import Gateway
from tests.support.report import show_figure

MANY = int(environ.get("HERALD_MANY", "600"))  # docs/operations.md has this figure
api = Gateway(operator_app.handler, "OperatorFunction")


@pytest.fixture
def clock(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> Iterator[time_machine.Traveller]:  # noqa: ARG001 - its environment
    monkeypatch.setattr(partner_deletion, "LONGEST_RANGE", 2 * DAY)
    with time_machine.travel(NOON / SECOND, tick=False) as traveller:
        dependencies.job_worker.cache_clear()
        monkeypatch.setattr("time.sleep", traveller.shift)
        yield traveller


@pytest.mark.timeout(900)
def test_each_notification_costs_one_write_and_little_more(
    aws: Aws, clock: time_machine.Traveller, capsys: pytest.CaptureFixture[str]
) -> None:
    registered(a_partner())
    for number in range(MANY):
        stands(close(a_notification(number), Action.CANCEL, "bob", "x", NOON, 90))
    api.done("DELETE", f"/partners/{PARTNER_ID}?reason=x")
    clock.shift(90)
    asked = requests_from_now_on()
    while records := aws.records("JobQueue"):
        jobs.handler({"Records": records}, Context(timeout=300 * SECOND))
    assert api.done("GET", f"/partners/{PARTNER_ID}")["state"] == "deleted"
    (job,) = api.done("GET", "/jobs")["items"]
    assert job["changed"] == MANY
    assert asked["UpdateItem"] == MANY
    others = asked.total() - MANY
    assert others <= MANY / 20 + 20
    show_figure(
        capsys, f"deletion of {MANY}: {asked.total() / MANY:.3f} requests for each, {dict(asked)}, {lasted(job)}"
    )


def requests_from_now_on() -> Counter[str]:
    asked: Counter[str] = Counter()

    def count(model: Any, **_: Any) -> None:
        asked[model.name] += 1

    dynamodb.client().meta.events.register("before-parameter-build.dynamodb", count)
    return asked


def lasted(job: Any) -> str:
    return f"{job['createdAt'][11:19]} to {job['endedAt'][11:19]}"
