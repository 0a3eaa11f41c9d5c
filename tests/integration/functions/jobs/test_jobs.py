"""Customer service decides about many at once: through the API, JobQueue, the jobs function and the polls."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import time_machine

from herald.domain.clock import HOUR, MINUTE, SECOND, iso, now
from herald.domain.decisions.decisions import close
from herald.domain.jobs.job import LEASE, Job, PageEntry, acquire, begin_page
from herald.domain.notification import Lane, Notification, settle
from herald.domain.transitions import Action, State
from herald.store.job_table import JobConflict, JobTable
from herald.store.notification_table import Claimed
from jobs import app as worker
from jobs.worker import JobWorker
from operator_api import app as operator_app
from tests.support.aws.aws_faults import Network
from tests.support.aws.aws_stack import Aws, Context, sqs_event
from tests.support.emitted_metrics import emitted
from tests.support.factories import LADDER, NOON, a_partner, an_attempt
from tests.support.functions.dispatcher import current, failed, held, notifications, poll, registered, stands
from tests.support.http.gateway import Gateway
from tests.support.paths import EVENTS

api = Gateway(operator_app.handler, "OperatorFunction")


@pytest.fixture(autouse=True)
def clock(aws: Aws) -> Iterator[time_machine.Traveller]:  # noqa: ARG001 - the partner is registered in it
    with time_machine.travel(NOON / SECOND, tick=False) as traveller:
        registered(a_partner())
        yield traveller


def wish(action: str = "redrive", state: str = "failed", **more: Any) -> dict[str, Any]:
    which = {"partnerId": 3528, "state": state, **more.pop("filter", {})}
    return {"action": action, "filter": which, "reason": "they are repaired", **more}


def start(**more: Any) -> str:
    job_id: str = api.done("POST", "/jobs", wish(**more))["jobId"]
    return job_id


def work(aws: Aws) -> int:
    """Until no job has a message that is visible; how many invocations that took."""
    return aws.drain(worker.handler, "JobQueue")


def fail_many(count: int, at: int = NOON - HOUR) -> list[Notification]:
    those = [failed(n, at + n) for n in range(count)]
    stands(*those)
    return those


def job(job_id: str) -> Any:
    return api.done("GET", f"/jobs/{job_id}")


# ────────────────────────────────────────────────── What it does ──────────────────────────────────────────────────


def test_a_job_redrives_all_that_matches_over_several_pages_and_says_who_why_and_by_which_job(aws: Aws) -> None:
    those = fail_many(120)
    answer = api.call("POST", "/jobs", wish())
    assert (answer.status, answer.json["matched"]) == (202, 120)
    assert work(aws) == 1
    done = job(answer.json["jobId"])
    assert (done["state"], done["changed"], done["passedOver"]) == ("done", 120, 0)
    for one in those:
        again = current(one.id)
        assert (again.state, again.round, again.attempt, again.lane) == (State.WAITING, 2, 1, Lane.SENT)
        entry = again.history[-1]
        assert (entry.action, str(entry.reason), entry.job) == ("redrive", "they are repaired", answer.json["jobId"])
    assert len(aws.messages("DeliveryQueue")) == 120


def test_what_it_redrives_is_due_at_its_rate(aws: Aws) -> None:
    those = fail_many(40)
    start(perSecond=4)
    work(aws)
    dues = sorted(current(one.id).due_at or 0 for one in those)
    assert dues == [NOON + n * 250 for n in range(40)]
    assert max(sent["delay_seconds"] for sent in aws.stored("DeliveryQueue")) == 10


def test_a_dry_run_counts_and_changes_nothing(aws: Aws) -> None:
    those = fail_many(7)
    answer = api.call("POST", "/jobs", wish(dryRun=True))
    assert (answer.status, answer.json) == (200, {"jobId": None, "matched": 7})
    assert aws.messages("JobQueue") == aws.items("JobTable") == []
    assert current(those[0].id) == those[0]


def test_a_dry_run_within_a_time_tells_from_when_to_when() -> None:
    fail_many(2)
    answer = api.call("POST", "/jobs", wish(dryRun=True, filter={"since": iso(0)}))
    assert answer.json["filter"] == {"partnerId": 3528, "state": "failed", "since": iso(0), "before": iso(NOON)}


@pytest.mark.parametrize(("action", "ends"), [("resolve", State.RESOLVED), ("cancel", State.CANCELLED)])
def test_a_job_closes_what_is_held_too(aws: Aws, action: str, ends: State) -> None:
    stands(*(those := [held(n, NOON - HOUR) for n in range(3)]))
    start(action=action, state="held")
    work(aws)
    assert {current(one.id).state for one in those} == {ends}
    assert aws.messages("DeliveryQueue") == []


def test_the_filter_takes_what_became_so_within_its_time_and_of_its_partner_only(aws: Aws) -> None:
    registered(a_partner(7))
    early, first, last, late = (failed(n, NOON - HOUR + n * MINUTE) for n in range(4))
    stands(early, first, last, late, foreign := failed(9, NOON - HOUR + MINUTE, partner_id=7))
    start(filter={"since": iso(NOON - HOUR + MINUTE), "before": iso(NOON - HOUR + 3 * MINUTE)})
    work(aws)
    waiting = {one.id for one in (early, first, last, late, foreign) if current(one.id).state is State.WAITING}
    assert waiting == {first.id, last.id}


def test_what_fails_again_meanwhile_is_not_taken_a_second_time(aws: Aws) -> None:
    stands(one := failed(1, NOON - HOUR))
    job_id = start()
    work(aws)
    while (waiting := current(one.id)).state is State.WAITING:
        claim_id = f"c{waiting.turn}"
        claimed = notifications().claim(one.id, waiting.turn, claim_id, waiting.due_at or 0)
        assert isinstance(claimed, Claimed)
        before = claimed.notification
        notifications().save(before, settle(before, an_attempt(before, claim_id), LADDER, NOON, 90))
    worker.handler(sqs_event(json.dumps({"jobId": job_id}), queue="JobQueue"), Context())
    assert current(one.id).round == 2
    assert job(job_id)["changed"] == 1


def test_what_somebody_else_changed_before_the_job_came_to_it_is_passed_over(aws: Aws) -> None:
    first, second = fail_many(2)
    job_id = start()
    notifications().save(first, close(first, Action.CANCEL, "bob", "told by telephone", NOON, 90))
    jobs = JobTable("JobTable")
    running = the(job_id)
    jobs.save(
        running,
        begin_page(running, [PageEntry(one.id, one.turn, one.since or 0) for one in (first, second)], NOON - LEASE),
    )
    work(aws)
    assert (current(first.id).state, current(second.id).state) == (State.CANCELLED, State.WAITING)
    assert (job(job_id)["changed"], job(job_id)["passedOver"]) == (1, 1)


def test_what_left_the_list_before_the_job_came_to_it_is_passed_over_as_well(aws: Aws) -> None:
    first, _ = fail_many(2)
    job_id = start()
    notifications().save(first, close(first, Action.CANCEL, "bob", "told by telephone", NOON, 90))
    work(aws)
    assert (job(job_id)["state"], job(job_id)["changed"], job(job_id)["passedOver"]) == ("done", 1, 1)


# ───────────────────────────────────────── Crashes and repetitions ─────────────────────────────────────────


def test_a_page_that_was_taken_in_hand_and_lost_is_done_by_the_next_worker_once(
    aws: Aws, network: Network, clock: time_machine.Traveller
) -> None:
    those = fail_many(5)
    job_id = start()
    with network.breaks("SendMessageBatch"):
        answer = aws.invoke(worker.handler, "JobQueue")
    assert answer is not None
    assert len(answer["batchItemFailures"]) == 1
    assert {current(one.id).round for one in those} == {2}
    assert aws.messages("DeliveryQueue") == []
    clock.shift((LEASE + 1) / SECOND)
    assert poll()["jobs"] == 1
    work(aws)
    assert {current(one.id).round for one in those} == {2}
    assert (job(job_id)["state"], job(job_id)["changed"]) == ("done", 5)
    assert len(aws.messages("DeliveryQueue")) == 5


def test_a_table_that_cannot_be_reached_in_the_middle_costs_nothing_but_time(
    aws: Aws, network: Network, clock: time_machine.Traveller
) -> None:
    those = fail_many(5)
    job_id = start()
    with network.loses_the_answer("UpdateItem"):
        aws.invoke(worker.handler, "JobQueue")
    clock.shift((LEASE + 1) / SECOND)
    poll()
    work(aws)
    assert {(current(one.id).round, len(current(one.id).history)) for one in those} == {(2, 1)}
    assert job(job_id)["changed"] == 5


def test_a_second_worker_leaves_a_job_alone_that_has_one(aws: Aws) -> None:
    fail_many(3)
    running = the(job_id := start())
    JobTable("JobTable").save(running, acquire(running, "somebody else", now()))
    assert work(aws) == 1
    assert (job(job_id)["state"], job(job_id)["changed"]) == ("running", 0)


def test_a_page_that_another_worker_took_over_meanwhile_is_counted_by_him(
    aws: Aws, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fail_many(3)
    job_id = start()
    work_off: Any = JobWorker._change_page

    def taken_over(self: Any, before: Any) -> Any:
        JobTable("JobTable").save(before, acquire(before, "somebody else", now()))
        return work_off(self, before)

    monkeypatch.setattr(JobWorker, "_change_page", taken_over)
    capsys.readouterr()
    work(aws)
    assert job(job_id)["changed"] == 0
    assert "JobChanged" not in emitted(capsys.readouterr().out)


def test_of_two_workers_who_take_it_at_the_same_moment_one_goes_on() -> None:
    fail_many(1)
    running = the(start())
    jobs = JobTable("JobTable")
    jobs.save(running, acquire(running, "one", now()))
    with pytest.raises(JobConflict):
        jobs.save(running, acquire(running, "the other", now()))


def test_an_invocation_whose_time_is_up_leaves_the_rest_to_the_next_one(
    aws: Aws, monkeypatch: pytest.MonkeyPatch, clock: time_machine.Traveller
) -> None:
    fail_many(250)
    job_id = start()
    step: Any = JobWorker._step

    def step_for_ten_minutes(self: Any, before: Any) -> Any:
        done = step(self, before)
        clock.shift(10 * MINUTE / SECOND)
        return done

    with monkeypatch.context() as patch:
        patch.setattr(JobWorker, "_step", step_for_ten_minutes)
        aws.invoke(worker.handler, "JobQueue")
    assert job(job_id)["changed"] == 100
    assert [sent["jobId"] for sent in aws.messages("JobQueue")] == [job_id]
    work(aws)
    assert (job(job_id)["state"], job(job_id)["changed"]) == ("done", 250)


def test_a_job_that_is_cancelled_takes_no_further_page(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    fail_many(150)
    job_id = start()
    step: Any = JobWorker._step

    def cancel_after(self: Any, before: Any) -> Any:
        done = step(self, before)
        api.done("POST", f"/jobs/{job_id}/cancel", {"reason": "the wrong partner"})
        return done

    monkeypatch.setattr(JobWorker, "_step", cancel_after)
    work(aws)
    told = job(job_id)
    assert (told["state"], told["changed"], told["endedBecause"]) == ("cancelled", 100, "the wrong partner")
    assert aws.messages("JobQueue") == []


def test_a_job_that_is_cancelled_within_a_page_counts_the_whole_page(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    those = fail_many(30)
    job_id = start(action="resolve")
    work_off: Any = JobWorker._change_page

    def cancel_meanwhile(self: Any, before: Any) -> Any:
        api.done("POST", f"/jobs/{job_id}/cancel", {"reason": "the wrong partner"})
        return work_off(self, before)

    monkeypatch.setattr(JobWorker, "_change_page", cancel_meanwhile)
    work(aws)
    assert {current(one.id).state for one in those} == {State.RESOLVED}
    assert (job(job_id)["state"], job(job_id)["changed"]) == ("cancelled", 30)


def test_a_cancel_is_not_kept_off_by_the_workers_own_progress(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    fail_many(3)
    job_id = start()
    save = JobTable.save

    def worker_writes_first(self: JobTable, before: Any, after: Any) -> Any:
        monkeypatch.setattr(JobTable, "save", save)
        save(self, before, acquire(before, "worker", now()))
        return save(self, before, after)

    monkeypatch.setattr(JobTable, "save", worker_writes_first)
    assert api.done("POST", f"/jobs/{job_id}/cancel", {"reason": "the wrong partner"})["state"] == "cancelled"
    work(aws)
    assert job(job_id)["changed"] == 0


def test_a_message_that_was_lost_is_sent_again_by_the_poll(aws: Aws, network: Network) -> None:
    fail_many(2)
    with network.breaks("SendMessageBatch"):
        job_id = start()
    assert aws.messages("JobQueue") == []
    assert poll()["jobs"] == 1
    work(aws)
    assert job(job_id)["state"] == "done"


# ────────────────────────────────────────────────── What is refused ──────────────────────────────────────────────────


NO_MOMENTS: list[Any] = [
    20261126, 0, 1.5, True, [], "20261126", "1795406706", "2026-11-26", "2026-11-26T04:00Z", "1e9",
]  # fmt: skip


@pytest.mark.parametrize(
    ("body", "status", "says"),
    [
        (wish(state="held"), 409, "cannot redrive what is held: `filter.state` may be failed, waiting"),
        (wish(filter={"partnerId": 999}), 404, "partner 999 is not in the registry"),
        (wish(action="delete"), 400, "`action` must be `redrive`, `resolve` or `cancel`"),
        (wish(state="delivered"), 400, "`filter.state` must be `failed`, `held` or `waiting`"),
        (wish(perSecond=0), 400, "`perSecond` must be a whole number from 1 to 1000"),
        (wish(perSecond=1001), 400, "`perSecond` must be a whole number from 1 to 1000"),
        (wish(reason=" "), 400, "`reason` must be 1 to 500 characters that say why"),
        (wish(filter={"since": "yesterday"}), 400, "`filter.since` must be a moment with its time zone"),
        (wish(filter={"since": "2026-11-23T04:00:00"}), 400, "`filter.since` must be a moment with its time zone"),
        *(
            (wish(filter={name: value}), 400, f"`filter.{name}` must be a moment with its time zone")
            for name in ("since", "before")
            for value in NO_MOMENTS
        ),
        (wish(filter={"since": "2026-11-23T04:00:00Z\n\x00"}), 400, "`filter.since` must be a moment"),
        (wish(filter={"since": "2026-11-23 04:00:00Z"}), 400, "`filter.since` must be a moment"),
        (wish(filter={"since": "2026-13-23T04:00:00Z"}), 400, "`filter.since` must be a moment"),
        (wish(filter={"since": "2030-01-01T00:00:00Z"}), 400, "`filter.since` must lie in the past"),
        (wish(filter={"orderId": "x"}), 400, "`filter.orderId` is not known here: leave it out"),
        ({"action": "redrive", "reason": "x"}, 400, "`filter` is missing: it is which notifications, such as"),
    ],
)
def test_a_job_that_cannot_be_is_refused_with_a_sentence(body: dict[str, Any], status: int, says: str) -> None:
    assert says in api.refused(status, "POST", "/jobs", body)


def test_a_job_that_is_not_there_is_said_to_be_not_there() -> None:
    assert api.refused(404, "GET", "/jobs/nonsense") == "there is no job `nonsense`"


def test_a_job_that_is_over_cannot_be_cancelled(aws: Aws) -> None:
    job_id = start()
    work(aws)
    assert api.refused(409, "POST", f"/jobs/{job_id}/cancel", {"reason": "x"}) == "cannot cancel: the job is done"


def test_the_newest_jobs_are_listed_the_running_ones_first(aws: Aws, clock: time_machine.Traveller) -> None:
    over = start()
    work(aws)
    fail_many(1)
    running = start()
    clock.shift(60)
    newest = start()
    worker.handler(sqs_event(json.dumps({"jobId": newest}), queue="JobQueue"), Context())
    assert [one["jobId"] for one in api.done("GET", "/jobs")["items"]] == [running, newest, over]


# ────────────────────────────────────────────────── Event files ──────────────────────────────────────────────────

CASES = {"carry_out": 0, "unknown_job": 0, "not_ours": 1}


def test_every_event_of_the_jobs_function_has_its_answer_here() -> None:
    assert {path.stem.removeprefix("jobs_") for path in EVENTS.glob("jobs_*.json")} == set(CASES)


@pytest.mark.parametrize("case", CASES)
def test_an_event_of_the_folder_events_runs(case: str) -> None:
    stands(one := failed(1, NOON - HOUR))
    running = the(start())
    JobTable("JobTable").add(replace(running, job_id="20261123T120000-1a2b3c4d"))
    answer = worker.handler(json.loads((EVENTS / f"jobs_{case}.json").read_text(encoding="utf-8")), Context())
    assert len(answer["batchItemFailures"]) == CASES[case]
    assert (current(one.id).state is State.WAITING) == (case == "carry_out")


def the(job_id: str) -> Job:
    found = JobTable("JobTable").get(job_id)
    assert isinstance(found, Job)
    return found
