"""Jobs over what waits: found by partner and moment of acceptance, brought forward, resolved or cancelled."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from herald.domain.clock import DAY, HOUR, MINUTE, SECOND, iso
from herald.domain.jobs.job import LEASE
from herald.domain.notification import Lane, Notification
from herald.domain.transitions import State
from herald.store.indexes import waiting
from herald.store.job_table import JobTable
from jobs import app as worker
from jobs.worker import JobWorker
from operator_api import app as operator_app
from tests.support.aws.aws_stack import Aws, Context, sqs_event
from tests.support.factories import NOON, a_notification, a_partner
from tests.support.functions.dispatcher import current, failed, held, registered, stands
from tests.support.http.gateway import Gateway

LATER = NOON + 6 * HOUR  # when what waits is due

api = Gateway(operator_app.handler, "OperatorFunction")


@pytest.fixture(autouse=True)
def clock(aws: Aws) -> Iterator[time_machine.Traveller]:  # noqa: ARG001 - the partner is registered in it
    with time_machine.travel(NOON / SECOND, tick=False) as traveller:
        registered(a_partner(), a_partner(4))
        yield traveller


def wait_since(n: int, accepted_at: int, **changes: Any) -> Notification:
    """One on its fifth rung."""
    place = {"lane": Lane.PARKED, "due_at": LATER, "turn": 5, "attempt": 5}
    return a_notification(n, at=accepted_at, **{**place, **changes})


def wish(action: str = "redrive", **more: Any) -> dict[str, Any]:
    which = {"partnerId": 3528, "state": "waiting", **more.pop("filter", {})}
    return {"action": action, "filter": which, "reason": "they are repaired", **more}


def carried_out(aws: Aws, **more: Any) -> dict[str, Any]:
    """The job when it is over."""
    job_id = api.done("POST", "/jobs", wish(**more))["jobId"]
    aws.drain(worker.handler, "JobQueue")
    done: dict[str, Any] = api.done("GET", f"/jobs/{job_id}")
    return done


def test_what_waits_is_sent_now_oldest_first_at_the_rate(aws: Aws) -> None:
    those = [wait_since(n, NOON - (5 - n) * HOUR) for n in range(5)]
    stands(*those)

    done = carried_out(aws, perSecond=2)

    assert (done["state"], done["matched"], done["changed"], done["passedOver"]) == ("done", 5, 5, 0)
    again = [current(one.id) for one in those]
    assert [one.due_at for one in again] == [NOON + n * 500 for n in range(5)]
    assert {(one.state, one.round, one.attempt, one.lane) for one in again} == {(State.WAITING, 2, 1, Lane.SENT)}
    assert [entry.job for one in again for entry in one.history] == [done["jobId"]] * 5
    assert len(aws.messages("DeliveryQueue")) == 5


@pytest.mark.parametrize(("action", "state"), [("resolve", State.RESOLVED), ("cancel", State.CANCELLED)])
def test_what_waits_is_closed(aws: Aws, action: str, state: State) -> None:
    stands(one := wait_since(1, NOON - HOUR))

    assert carried_out(aws, action=action)["changed"] == 1
    assert current(one.id).state is state
    assert aws.messages("DeliveryQueue") == []


def test_only_what_waits_of_the_partner_is_taken(aws: Aws) -> None:
    stands(wait_since(1, NOON - HOUR), failed(2, NOON - HOUR), held(3, NOON - HOUR))
    stands(wait_since(4, NOON - HOUR, partner_id=4))

    assert carried_out(aws)["changed"] == 1
    rounds = {item["order_key"]: int(item["round"]) for item in aws.items("NotificationTable")}
    assert rounds == {"3528:order-1": 2, "3528:order-2": 1, "3528:order-3": 1, "4:order-4": 1}


def test_times_are_those_of_acceptance(aws: Aws) -> None:
    those = [wait_since(n, NOON - n * HOUR) for n in range(1, 5)]
    stands(*those)

    done = carried_out(aws, filter={"since": iso(NOON - 3 * HOUR), "before": iso(NOON - HOUR)})

    assert done["changed"] == 2
    assert [current(one.id).round for one in those] == [1, 2, 2, 1]


def test_a_dry_run_counts_and_tells_the_range_that_is_looked_through() -> None:
    stands(wait_since(1, NOON - 91 * DAY), wait_since(2, NOON - 93 * DAY), failed(3, NOON))

    counted = api.done("POST", "/jobs", wish(dryRun=True))

    assert (counted["jobId"], counted["matched"]) == (None, 1)
    assert (counted["filter"]["since"], counted["filter"]["before"]) == (iso(NOON - 92 * DAY), iso(NOON))
    assert "matchedAtLeast" not in counted


def test_a_range_of_more_than_92_days_is_refused() -> None:
    times = {"since": iso(NOON - 93 * DAY), "before": iso(NOON)}

    assert "at most 92 days" in api.refused(400, "POST", "/jobs", wish(filter=times))


def test_a_count_that_looked_at_a_part_says_so_and_is_exact_at_the_end(
    aws: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("customer_service.jobs._COUNTED", 100)
    stands(*(wait_since(n, NOON - HOUR + n) for n in range(130)))

    counted = api.done("POST", "/jobs", wish(dryRun=True))
    done = carried_out(aws)

    assert (counted["matched"], counted["matchedAtLeast"]) == (100, True)
    assert (done["matched"], done["changed"], done["passedOver"]) == (130, 130, 0)
    assert "matchedAtLeast" not in done


def test_pages_go_on_over_days_shards_and_many_that_do_not_wait(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "LOOKED_AT", 40)  # so that some pages have nothing that waits
    monkeypatch.setattr(waiting, "_BATCH", 20)
    waits = [wait_since(n, NOON - 3 * DAY + n * 7 * MINUTE) for n in range(0, 300, 60)]
    others = [failed(1_000 + n, NOON) for n in range(3)]
    resolved = [
        a_notification(n, at=NOON - 3 * DAY + n * 7 * MINUTE, state=State.RESOLVED, lane=None, due_at=None)
        for n in range(300)
        if n % 60
    ]
    stands(*waits, *others, *resolved)

    done = carried_out(aws, perSecond=1)

    assert (done["changed"], done["passedOver"]) == (5, 0)
    assert [current(one.id).due_at for one in waits] == [NOON + n * SECOND for n in range(5)]


def test_notifications_of_one_millisecond_are_each_taken_once(aws: Aws) -> None:
    those = [wait_since(n, NOON - HOUR) for n in range(230)]
    stands(*those)

    done = carried_out(aws)

    assert (done["changed"], done["passedOver"]) == (230, 0)
    assert {current(one.id).round for one in those} == {2}


def test_what_was_attempted_meanwhile_is_passed_over(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    stands(one := wait_since(1, NOON - HOUR), wait_since(2, NOON - HOUR))
    job_id = api.done("POST", "/jobs", wish())["jobId"]
    change = JobWorker._change_page

    def after_an_attempt(self: JobWorker, job: Any) -> int:
        aws.dynamodb.update_item(
            TableName="NotificationTable",
            Key={"order_key": {"S": one.id.order_key}, "digest": {"S": one.id.digest}},
            UpdateExpression="SET turn = :next",
            ExpressionAttributeValues={":next": {"N": "6"}},
        )
        return change(self, job)

    monkeypatch.setattr(JobWorker, "_change_page", after_an_attempt)
    aws.drain(worker.handler, "JobQueue")

    done = api.done("GET", f"/jobs/{job_id}")
    assert (done["changed"], done["passedOver"]) == (1, 1)


def test_a_worker_that_stopped_within_a_page_costs_no_second_round(
    clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    those = [wait_since(n, NOON - HOUR + n) for n in range(120)]
    stands(*those)
    job_id = api.done("POST", "/jobs", wish())["jobId"]
    with monkeypatch.context() as patch:
        patch.setattr(JobWorker, "_finish_page", stop)
        worker.handler(sqs_event(f'{{"jobId":"{job_id}"}}', queue="JobQueue"), Context())
    assert JobTable("JobTable").get(job_id) is not None
    clock.shift(LEASE / SECOND + 1)
    worker.handler(sqs_event(f'{{"jobId":"{job_id}"}}', queue="JobQueue"), Context())

    done = api.done("GET", f"/jobs/{job_id}")
    assert (done["state"], done["changed"], done["passedOver"]) == ("done", 120, 0)
    assert {(current(one.id).round, len(current(one.id).history)) for one in those} == {(2, 1)}


def stop(*_: object) -> int:
    raise RuntimeError


def test_nothing_that_waits_ends_at_once(aws: Aws) -> None:
    stands(failed(1, NOON))

    done = carried_out(aws)

    assert (done["state"], done["matched"], done["changed"]) == ("done", 0, 0)
