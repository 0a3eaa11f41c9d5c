"""Deletion of a partner on request: nothing of it is left but that it was deleted, and nothing of it is sent again."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from herald.domain.clock import DAY, SECOND, now
from herald.domain.notification_id import NotificationId
from herald.store.key_table import KeyTable
from herald.store.limit_table import LimitTable
from herald.store.partner_table import PartnerTable
from jobs import app as jobs
from tests.support.aws.aws_stack import Aws, Context
from tests.support.factories import PARTNER_ID, PAYLOAD, a_partner
from tests.support.functions.deliverer import deliver, employed, queued
from tests.support.functions.dispatcher import failed, held, notifications, poll, registered, stands
from tests.support.functions.partner_deletion import (
    CODE,
    FORCED,
    NEW,
    OTHER,
    PATH,
    WHY,
    api,
    noon_with_a_partner,
    partner,
    submitted,
    worked,
)


@pytest.fixture(autouse=True)
def clock(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> Iterator[time_machine.Traveller]:
    with noon_with_a_partner(aws, monkeypatch) as traveller:
        yield traveller


def secrets_of(aws: Aws, number: int) -> set[str]:
    """The names of what SecretTable has of the partner."""
    return {item["name"] for item in aws.items("SecretTable") if item["partner_id"] == number}


def everything(aws: Aws) -> str:
    return repr([aws.items(name) for name in aws.refs if name.endswith("Table") and name != "JobTable"])


# ── What is left ──


def test_nothing_is_left_but_number_name_and_that_it_was_deleted(aws: Aws, clock: time_machine.Traveller) -> None:
    made = api.done("POST", "/partners", NEW)
    change = {"headers": {"X-Key": "abc-secret"}, "ratePerSecond": 5, "reason": "asked for by Ann"}
    api.done("PATCH", "/partners/9000", change)
    assert secrets_of(aws, 9000) == {"signing", "header:x-key"}
    LimitTable("LimitTable").reserve(9000, 5, now())
    assert submitted(PAYLOAD.replace("3528", "9000"))["body"] == "success"
    begun = api.done("DELETE", f"{OTHER}&force=true")
    assert (begun["matched"], begun["waiting"], begun["held"], begun["failed"]) == (1, 1, 0, 0)
    worked(aws, clock)
    left = partner(9000)
    assert (left["state"], left["name"], left["contact"]) == ("deleted", "Lakeside", "")
    assert [(entry["action"], entry["by"], entry["reason"]) for entry in left["history"]] == [
        ("delete", "alice", WHY),
        ("deleted", "alice", WHY),
    ]
    assert left["history"][1]["at"] == "2026-11-23T12:01:30.000Z"
    assert left["headerNames"] == []
    texts = (CODE, "lakeside.example", "abc-secret", "ratePerSecond", "asked for by Ann", "15354")
    assert [text for text in texts if text in everything(aws)] == []
    assert secrets_of(aws, 9000) == set()
    assert [item for item in aws.items("LimitTable") if item["partner_id"] == 9000] == []
    (key,) = (item for item in aws.items("KeyTable") if item.get("partner_id") == 9000)
    assert (key["revoked_by"], key["revoked_because"]) == ("alice", f"the partner was deleted: {WHY}")
    assert made["queryKey"] not in everything(aws)


def test_other_partners_stay_as_they_were(aws: Aws, clock: time_machine.Traveller) -> None:
    for number in (35, 35281, 352):
        registered(a_partner(number))
        submitted(PAYLOAD.replace("3528", str(number)))
    header = {"headers": {"X-Key": "abc-secret"}, "reason": "asked for by Ann"}
    api.done("PATCH", "/partners/35", header)
    before = [aws.items("PartnerTable"), aws.items("NotificationTable"), secrets_of(aws, 35)]
    api.done("POST", "/partners", NEW)
    api.done("PATCH", "/partners/9000", header)
    api.done("DELETE", OTHER)
    worked(aws, clock)
    assert [one for one in aws.items("PartnerTable") if one["partner_id"] != 9000] == before[0]
    assert aws.items("NotificationTable") == before[1]
    assert secrets_of(aws, 35) == before[2] == {"signing", "header:x-key"}
    assert secrets_of(aws, 9000) == set()


def test_each_notification_says_that_it_was_deleted_by_whom_why_and_by_which_job(
    aws: Aws, clock: time_machine.Traveller
) -> None:
    one = NotificationId.parse(submitted()["headers"]["herald-notification-id"])
    job_id = api.done("DELETE", FORCED)["jobId"]
    worked(aws, clock)
    left = api.done("GET", f"/notifications/{one}")
    (entry,) = left["history"]
    assert (entry["action"], entry["by"], entry["reason"], entry["job"]) == ("delete", "alice", WHY, job_id)
    assert (left["state"], left["attempts"]) == ("cancelled", [])


def test_what_has_expired_and_is_still_stored_is_emptied_too(aws: Aws, clock: time_machine.Traveller) -> None:
    one = api.done("GET", f"/notifications/{submitted()['headers']['herald-notification-id']}")
    api.done("POST", f"/notifications/{one['id']}/cancel", {"reason": "x"})
    clock.shift(91 * DAY / SECOND)
    api.done("DELETE", PATH)
    worked(aws, clock)
    assert CODE not in everything(aws)


# ── When it may begin ──


def test_it_is_refused_while_something_is_still_to_be_done(clock: time_machine.Traveller) -> None:
    submitted()
    stands(failed(2, now()), failed(3, now()), held(4, now()))
    clock.shift(1)
    assert api.refused(409, "DELETE", PATH) == (
        "notifications of the partner are still to be done: 1 waiting, 1 held, 2 failed. Settle them first, or say "
        "`force`, which cancels them"
    )
    assert partner()["state"] == "active"


def test_a_dry_run_only_counts(aws: Aws) -> None:
    stands(failed(2, now()), held(4, now()))
    before = aws.items("PartnerTable")
    answer = api.done("DELETE", f"{PATH}&dryRun=true")
    assert answer == {"jobId": None, "matched": 2, "waiting": 0, "held": 1, "failed": 1}
    assert (aws.items("PartnerTable"), aws.items("JobTable"), aws.records("JobQueue")) == (before, [], [])


def test_the_canarys_partner_is_not_deleted(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in aws.environment(CANARY_PARTNER_ID=str(PARTNER_ID)).items():
        monkeypatch.setenv(name, value)
    assert api.refused(409, "DELETE", FORCED) == (
        "this is the canary's partner: Herald uses it to test itself, and stores it anew"
    )


def test_a_partner_that_is_not_registered_is_not_found() -> None:
    assert api.refused(404, "DELETE", "/partners/1?reason=x") == "partner 1 is not in the registry"


def test_it_needs_a_reason() -> None:
    assert "reason" in api.refused(400, "DELETE", f"/partners/{PARTNER_ID}")


# ── While it runs, and afterwards ──


def test_from_the_request_on_nothing_is_accepted_and_nothing_is_sent(
    aws: Aws, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    poster = employed(monkeypatch)
    one = notifications().get(NotificationId.parse(submitted()["headers"]["herald-notification-id"]), now())
    assert one is not None
    api.done("DELETE", FORCED)
    answer = submitted(PAYLOAD.replace('"usedQuantity":1', '"usedQuantity":2'))
    assert (answer["statusCode"], "is not in the registry" in answer["body"]) == (404, True)
    queued(aws, one)
    assert (deliver(aws), poster.posts) == ([], [])
    worked(aws, clock)
    clock.shift(DAY / SECOND)
    poll()
    assert aws.records("DeliveryQueue") == []
    assert submitted()["statusCode"] == 404


def test_no_worker_begins_before_nobody_uses_what_was_read_of_the_partner_before(
    aws: Aws, clock: time_machine.Traveller
) -> None:
    submitted()
    api.done("DELETE", FORCED)
    clock.shift(89)
    poll()
    assert aws.records("JobQueue") == []
    assert partner()["state"] == "deleting"


def test_a_lost_message_is_sent_again_by_the_poll(aws: Aws, clock: time_machine.Traveller) -> None:
    submitted()
    api.done("DELETE", FORCED)
    aws.records("JobQueue")
    clock.shift(91)
    aws.records("JobQueue")
    poll()
    jobs.handler({"Records": aws.records("JobQueue")}, Context(timeout=300 * SECOND))
    assert partner()["state"] == "deleted"


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PATCH", "", {"name": "x", "reason": "x"}),
        ("POST", "/approve", {"reason": "x", "force": True}),
        ("POST", "/test", {"which": "approved"}),
        ("POST", "/rotate-secret", {"reason": "x"}),
        ("POST", "/rotate-key", {"reason": "x"}),
    ],
)
def test_nothing_of_it_can_be_changed_any_more(aws: Aws, method: str, path: str, body: dict[str, Any]) -> None:
    api.done("DELETE", PATH)
    keys = aws.items("KeyTable")
    assert api.refused(409, method, f"/partners/{PARTNER_ID}{path}", body) == (
        f"the data of partner {PARTNER_ID} is deleted or being deleted: nothing of it can be changed"
    )
    assert aws.items("KeyTable") == keys


def test_it_can_neither_be_resumed_nor_suspended_nor_have_a_job() -> None:
    api.done("DELETE", PATH)
    assert api.refused(409, "POST", f"/partners/{PARTNER_ID}/resume", {"reason": "x"}) == (
        "cannot resume: the partner is deleting"
    )
    wish = {"action": "redrive", "filter": {"partnerId": PARTNER_ID, "state": "failed"}, "reason": "x"}
    assert "is deleted or being deleted" in api.refused(409, "POST", "/jobs", wish)


def test_the_job_cannot_be_cancelled() -> None:
    job_id = api.done("DELETE", PATH)["jobId"]
    assert api.refused(409, "POST", f"/jobs/{job_id}/cancel", {"reason": "x"}) == (
        "a deletion cannot be cancelled: what is deleted already does not come back"
    )


def test_the_job_tells_how_far_it_is(aws: Aws, clock: time_machine.Traveller) -> None:
    for quantity in (1, 2, 3):
        submitted(PAYLOAD.replace('"usedQuantity":1', f'"usedQuantity":{quantity}'))
    clock.shift(1)
    job_id = api.done("DELETE", FORCED)["jobId"]
    job = api.done("GET", f"/jobs/{job_id}")
    assert (job["action"], job["partnerId"], job["matched"], job["changed"]) == ("delete", PARTNER_ID, 3, 0)
    worked(aws, clock)
    job = api.done("GET", f"/jobs/{job_id}")
    assert (job["state"], job["changed"], job["passedOver"]) == ("done", 3, 0)


# ── Once more ──


def test_asked_again_while_it_runs_it_answers_the_same_job(aws: Aws) -> None:
    first = api.done("DELETE", PATH)["jobId"]
    assert api.done("DELETE", PATH)["jobId"] == first
    assert len(aws.items("JobTable")) == 1


def test_of_two_requests_at_once_both_get_the_same_job(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    save, ids = PartnerTable.save, []

    def save_after_another(table: PartnerTable, *args: Any, **kwargs: Any) -> None:
        monkeypatch.setattr(PartnerTable, "save", save)
        ids.append(api.done("DELETE", PATH)["jobId"])
        save(table, *args, **kwargs)

    monkeypatch.setattr(PartnerTable, "save", save_after_another)
    assert [api.done("DELETE", PATH)["jobId"]] == ids
    assert len(aws.items("JobTable")) == 1


def test_what_is_deleted_is_not_deleted_again(aws: Aws, clock: time_machine.Traveller) -> None:
    api.done("DELETE", PATH)
    worked(aws, clock)
    assert "is deleted or being deleted" in api.refused(409, "DELETE", FORCED)


def test_the_number_is_registered_anew_when_the_deletion_is_done(aws: Aws, clock: time_machine.Traveller) -> None:
    api.done("POST", "/partners", NEW)
    one = submitted(PAYLOAD.replace("3528", "9000"))
    api.done("DELETE", f"{OTHER}&force=true")
    assert api.refused(409, "POST", "/partners", NEW) == (
        "the data of partner 9000 is being deleted: register it anew when that is done"
    )
    worked(aws, clock)
    anew = api.done("POST", "/partners", NEW)
    assert (anew["state"], [entry["action"] for entry in anew["history"]]) == (
        "pending",
        ["delete", "deleted", "create"],
    )
    assert api.refused(409, "POST", "/partners", NEW) == "partner 9000 is registered already"
    keys = KeyTable("KeyTable").of_partner(9000)
    assert [KeyTable("KeyTable").find(anew["queryKey"])] == keys
    assert submitted(PAYLOAD.replace("3528", "9000"))["body"] == one["body"] == "success"
    (left,) = (item for item in aws.items("NotificationTable") if item["order_key"].startswith("9000:"))
    assert left["state"] == "cancelled"
