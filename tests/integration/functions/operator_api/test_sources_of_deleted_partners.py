"""Once a partner's data is being deleted, no source of it accepts anything, whoever registers its number next."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from customer_service.registry import partner_deletion
from herald.domain.clock import DAY, SECOND
from herald.store.partner_table import PartnerTable
from herald.store.sources import suspension
from herald.store.sources.source_table import SourceConflict, SourceTable
from inbound import app as inbound_app
from jobs import app as jobs
from jobs import dependencies
from tests.support.aws.aws_stack import Aws, Context
from tests.support.factories import NOON, PARTNER_ID, PAYLOAD, a_partner
from tests.support.functions.dispatcher import registered
from tests.support.functions.inbound import OPERATOR, WHY, SourceAddress, a_source

DELETION = f"/partners/{PARTNER_ID}?reason=the%20contract%20has%20ended&force=true"
BECAUSE = "the partner was deleted: the contract has ended"
NEW = {"partnerId": PARTNER_ID, "name": "Lakeside", "contact": "a@b.example", "url": "https://lakeside.example/n"}
DELETED = f"the data of partner {PARTNER_ID} is deleted or being deleted: nothing of it can be changed"


@pytest.fixture(autouse=True)
def clock(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> Iterator[time_machine.Traveller]:
    monkeypatch.setattr(partner_deletion, "LONGEST_RANGE", 2 * DAY)  # of a count: 92 days are 700 requests
    with time_machine.travel(NOON / SECOND, tick=False) as traveller:
        dependencies.job_worker.cache_clear()
        inbound_app.sources.cache_clear()
        monkeypatch.setattr("time.sleep", traveller.shift)
        registered(a_partner(), a_partner(7001))
        yield traveller
    aws.records("JobQueue")


@pytest.fixture
def source(clock: time_machine.Traveller) -> SourceAddress:  # noqa: ARG001 - the registry
    return a_source()


def shown(source: SourceAddress) -> dict[str, Any]:
    return dict(OPERATOR.done("GET", f"/sources/{source.id}"))


def worked(aws: Aws, clock: time_machine.Traveller) -> None:
    clock.shift(90)
    response = jobs.handler({"Records": aws.records("JobQueue")}, Context(timeout=300 * SECOND))
    assert response == {"batchItemFailures": []}


def test_within_thirty_seconds_nothing_more_is_accepted(
    aws: Aws, source: SourceAddress, clock: time_machine.Traveller
) -> None:
    assert source.post()["body"] == "success"  # so that the source is in memory
    other = a_source(7001)
    OPERATOR.done("DELETE", DELETION)
    clock.shift(30)
    before = aws.items("NotificationTable")
    assert source.post(PAYLOAD.replace("test158585", "another"))["statusCode"] == 404
    assert aws.items("NotificationTable") == before
    assert other.post()["body"] == "success"
    entry = shown(source)["history"][-1]
    assert (entry["action"], entry["by"], entry["reason"]) == ("suspend", "alice", BECAUSE)


def test_what_a_sender_submits_reaches_no_partner_that_is_registered_with_the_number_next(
    aws: Aws, source: SourceAddress, clock: time_machine.Traveller
) -> None:
    OPERATOR.done("DELETE", DELETION)
    worked(aws, clock)
    OPERATOR.done("POST", "/partners", NEW)
    assert source.post()["statusCode"] == 404
    assert aws.items("NotificationTable") == []
    assert shown(source)["state"] == "suspended"
    OPERATOR.done("POST", f"/sources/{source.id}/resume", WHY)  # a person may decide that it is the same sender
    assert source.post()["body"] == "success"


def test_the_job_suspends_what_was_registered_meanwhile(
    aws: Aws, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = PartnerTable("PartnerTable").get(PARTNER_ID)
    OPERATOR.done("DELETE", DELETION)
    with monkeypatch.context() as patch:  # a request that read the partner before it was marked
        patch.setattr(PartnerTable, "get", lambda *_: before)
        late = a_source()
    worked(aws, clock)
    assert OPERATOR.done("GET", f"/partners/{PARTNER_ID}")["state"] == "deleted"
    assert shown(late)["state"] == "suspended"


def test_asked_for_again_after_a_crash_it_suspends_what_is_still_active(
    source: SourceAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(partner_deletion, "suspend_sources_of", lambda *_: None)
        OPERATOR.done("DELETE", DELETION)
    assert shown(source)["state"] == "active"
    OPERATOR.done("DELETE", DELETION)
    assert shown(source)["state"] == "suspended"
    OPERATOR.done("DELETE", DELETION)
    assert [entry["action"] for entry in shown(source)["history"]] == ["create", "suspend"]


def test_somebody_who_changes_the_source_at_that_moment_keeps_neither_from_being_done(
    source: SourceAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    save = SourceTable.save

    def late(table: SourceTable, before: Any, after: Any) -> None:
        monkeypatch.setattr(SourceTable, "save", save)
        OPERATOR.done("PATCH", f"/sources/{source.id}", {"name": "Platform", **WHY})
        save(table, before, after)

    monkeypatch.setattr(SourceTable, "save", late)
    OPERATOR.done("DELETE", DELETION)
    assert (shown(source)["state"], shown(source)["name"]) == ("suspended", "Platform")


def test_who_changes_it_all_the_time_leaves_it_to_the_job(
    aws: Aws, source: SourceAddress, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    def conflicts(table: SourceTable, before: Any, _after: Any) -> None:
        raise SourceConflict(table.get(before.source_id))

    with monkeypatch.context() as patch:
        patch.setattr(SourceTable, "save", conflicts)
        with pytest.raises(SourceConflict):
            suspension.suspend_sources_of(SourceTable("SourceTable"), PARTNER_ID, "alice", "x")
        assert OPERATOR.call("DELETE", DELETION).status == 409
    worked(aws, clock)
    assert shown(source)["state"] == "suspended"


@pytest.mark.parametrize("state", ["deleting", "deleted"])
def test_none_is_registered_or_resumed_for_it(
    aws: Aws, source: SourceAddress, clock: time_machine.Traveller, state: str
) -> None:
    OPERATOR.done("DELETE", DELETION)
    if state == "deleted":
        worked(aws, clock)
    before = aws.items("SourceTable")
    wish = {"name": "Another", "partnerId": PARTNER_ID, **WHY}
    assert OPERATOR.refused(409, "POST", "/sources", wish) == DELETED
    assert OPERATOR.refused(409, "POST", f"/sources/{source.id}/resume", WHY) == DELETED
    assert aws.items("SourceTable") == before
