"""What was stored before there was the index `acceptance` gets into it: the API, JobQueue, the jobs function, polls."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import time_machine

from herald.domain.clock import DAY, SECOND
from herald.domain.decisions.decisions import close
from herald.domain.jobs.job import LEASE
from herald.domain.notification import Notification
from herald.domain.transitions import Action, State
from herald.store.attribute_values import to_wire
from herald.store.indexes.unindexed import Unindexed, UnindexedNotifications
from herald.store.items.notification_item import key_of
from jobs import app as worker
from jobs import dependencies
from operator_api import app as operator_app
from tests.support.aws.aws_faults import Network
from tests.support.aws.aws_stack import Aws, Context
from tests.support.factories import NOON, a_notification, a_partner
from tests.support.functions.dispatcher import current, failed, notifications, poll, registered, stands
from tests.support.http.gateway import Gateway

api = Gateway(operator_app.handler, "OperatorFunction")
WHY = {"reason": "after the update"}


@pytest.fixture(autouse=True)
def clock(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> Iterator[time_machine.Traveller]:  # noqa: ARG001 - its tables
    with time_machine.travel(NOON / SECOND, tick=False) as traveller:
        monkeypatch.setattr("time.sleep", traveller.shift)
        dependencies.job_worker.cache_clear()
        registered(a_partner())
        yield traveller
    dependencies.job_worker.cache_clear()


def old(aws: Aws, count: int) -> list[Notification]:
    """Notifications as a version without the index stored them."""
    those = [a_notification(n, at=NOON - n) for n in range(count)]
    store_as_before(aws, *those)
    return those


def store_as_before(aws: Aws, *those: Notification) -> None:
    stands(*those)
    for one in those:
        aws.dynamodb.update_item(
            TableName="NotificationTable", Key=to_wire(key_of(one.id)), UpdateExpression="REMOVE accepted_on"
        )


def start(**more: object) -> str:
    job_id: str = api.done("POST", "/jobs/reindex", {**WHY, **more})["jobId"]
    return job_id


def job(job_id: str) -> Any:
    return api.done("GET", f"/jobs/{job_id}")


def items(aws: Aws) -> dict[str, dict[str, Any]]:
    return {item["order_key"]: item for item in aws.items("NotificationTable")}


def indexed(aws: Aws) -> int:
    pages = aws.dynamodb.get_paginator("scan").paginate(TableName="NotificationTable", IndexName="acceptance")
    return sum(page["Count"] for page in pages)


def test_what_was_stored_before_is_put_into_the_index(aws: Aws) -> None:
    old(aws, 120)
    stands(a_notification(500))
    before = items(aws)

    job_id = start()
    aws.drain(worker.handler, "JobQueue")

    done = job(job_id)
    assert (done["state"], done["matched"], done["changed"], done["passedOver"]) == ("done", 121, 120, 1)
    assert indexed(aws) == 121
    for key, item in items(aws).items():
        assert {name: value for name, value in item.items() if name != "accepted_on"} == {
            name: value for name, value in before[key].items() if name != "accepted_on"
        }
        assert item["accepted_on"].startswith("3528#2026-11-23#")


def test_its_answer_says_who_began_it_and_why(aws: Aws) -> None:
    old(aws, 2)

    answer = api.call("POST", "/jobs/reindex", WHY)

    assert (answer.status, answer.json["matched"]) == (202, 2)
    begun = job(answer.json["jobId"])
    assert (begun["action"], begun["reason"], begun["state"]) == ("reindex", "after the update", "running")
    assert "filter" not in begun
    assert [one["jobId"] for one in api.done("GET", "/jobs")["items"]] == [answer.json["jobId"]]


def test_a_second_run_changes_nothing(aws: Aws) -> None:
    old(aws, 3)
    start()
    aws.drain(worker.handler, "JobQueue")
    before = aws.items("NotificationTable")

    again = start()
    aws.drain(worker.handler, "JobQueue")

    assert (job(again)["changed"], job(again)["passedOver"]) == (0, 3)
    assert aws.items("NotificationTable") == before


def test_a_second_one_waits_for_the_end_of_the_first(aws: Aws) -> None:
    old(aws, 1)
    job_id = start()

    assert api.refused(409, "POST", "/jobs/reindex", WHY) == f"job {job_id} does that already: wait for its end"


def test_it_keeps_to_its_rate(aws: Aws, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch) -> None:
    old(aws, 35)
    waits: list[float] = []

    def pause(seconds: float) -> None:
        waits.append(seconds)
        clock.shift(seconds)

    monkeypatch.setattr("time.sleep", pause)
    dependencies.job_worker.cache_clear()

    start(perSecond=1)
    aws.drain(worker.handler, "JobQueue")

    assert waits == [10, 10, 10]


def test_a_crash_in_a_page_costs_that_page_once_more(aws: Aws, network: Network, clock: time_machine.Traveller) -> None:
    old(aws, 20)
    job_id = start(perSecond=1)
    with network.loses_the_answer("UpdateItem"):
        aws.invoke(worker.handler, "JobQueue")
    assert 0 < indexed(aws) <= 10

    clock.shift((LEASE + 1) / SECOND)
    assert poll()["jobs"] == 1
    aws.drain(worker.handler, "JobQueue")

    assert (job(job_id)["state"], indexed(aws)) == ("done", 20)


def test_it_goes_on_in_the_next_invocation(aws: Aws) -> None:
    old(aws, 45)
    time_limit = worker.MARGIN + 15 * SECOND  # three pages of ten, one a second

    job_id = start(perSecond=1)
    worker.handler({"Records": aws.records("JobQueue")}, Context(timeout=time_limit))
    assert (job(job_id)["state"], indexed(aws)) == ("running", 30)
    worker.handler({"Records": aws.records("JobQueue")}, Context(timeout=time_limit))

    assert (job(job_id)["state"], job(job_id)["changed"]) == ("done", 45)


def test_a_cancelled_one_puts_in_no_more(aws: Aws) -> None:
    old(aws, 3)
    job_id = start()

    assert api.done("POST", f"/jobs/{job_id}/cancel", WHY)["state"] == "cancelled"
    aws.drain(worker.handler, "JobQueue")

    assert indexed(aws) == 0


def test_what_has_expired_is_left_out(aws: Aws) -> None:
    gone = replace(a_notification(1, state=State.DELIVERED), due_at=None, lane=None, expires_at=NOON - DAY)
    store_as_before(aws, gone)

    start()
    aws.drain(worker.handler, "JobQueue")

    assert indexed(aws) == 0


def test_a_change_of_state_at_the_same_time_is_kept(aws: Aws) -> None:
    (one,) = old(aws, 1)
    read = notifications().get(one.id, NOON)
    assert read is not None
    start()
    aws.drain(worker.handler, "JobQueue")

    notifications().save(read, replace(failed(0, NOON), id=read.id, payload=read.payload, turn=read.turn + 1))

    assert current(one.id).state is State.FAILED
    assert indexed(aws) == 1


def test_a_repeated_write_to_one_not_yet_indexed_is_no_conflict(aws: Aws, network: Network) -> None:
    (one,) = old(aws, 1)

    with network.repeats("UpdateItem"):
        notifications().save(one, close(one, Action.CANCEL, "bob", "a test", NOON, 90))

    assert current(one.id).state is State.CANCELLED
    assert indexed(aws) == 0


@pytest.mark.parametrize("per_second", [0, 1001, "fast"])
def test_a_rate_out_of_bounds_is_refused(per_second: object) -> None:
    sentence = api.refused(400, "POST", "/jobs/reindex", {**WHY, "perSecond": per_second})

    assert sentence.startswith("`perSecond` must be a whole number from 1")


def test_a_page_in_progress_at_the_cancellation_is_counted(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    old(aws, 30)
    job_id = start()
    put = UnindexedNotifications.put
    cancelled: list[Any] = []

    def cancel_first(store: UnindexedNotifications, one: Unindexed) -> bool:
        if not cancelled:
            cancelled.append(api.done("POST", f"/jobs/{job_id}/cancel", WHY))
        return put(store, one)

    monkeypatch.setattr(UnindexedNotifications, "put", cancel_first)
    monkeypatch.setattr("jobs.reindexer._AT_ONCE", 1)
    aws.drain(worker.handler, "JobQueue")

    assert (job(job_id)["state"], job(job_id)["changed"], job(job_id)["passedOver"]) == ("cancelled", 30, 0)
