"""The bad days of a deletion of a partner: attempts under way, crashes, other people and jobs at the same time."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
import time_machine

from herald.domain.api_key import Key, Role
from herald.domain.clock import MINUTE, SECOND, now
from herald.domain.notification_id import NotificationId
from herald.store.key_table import KeyTable
from herald.store.notification_table import Claimed, NotificationTable
from herald.store.partner_table import PartnerTable
from jobs import app as jobs
from tests.support.aws.aws_stack import Aws, Context
from tests.support.factories import NOON, PARTNER_ID, PAYLOAD
from tests.support.functions.deliverer import deliver, employed
from tests.support.functions.dispatcher import failed, stands
from tests.support.functions.partner_deletion import (
    CODE,
    FORCED,
    NEW,
    PATH,
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


def everything(aws: Aws) -> str:
    return repr([aws.items(name) for name in aws.refs if name.endswith("Table") and name != "JobTable"])


class Stopped(BaseException):
    """The process ends here."""


def test_one_under_way_is_emptied_when_its_claim_has_ended(aws: Aws, clock: time_machine.Traveller) -> None:
    one = NotificationId.parse(submitted()["headers"]["herald-notification-id"])
    api.done("DELETE", FORCED)
    clock.shift(60)
    assert isinstance(NotificationTable("NotificationTable").claim(one, 1, "c", now()), Claimed)
    clock.shift(-60)
    worked(aws, clock)
    assert (partner()["state"], CODE in everything(aws)) == ("deleted", False)
    assert now() >= NOON + 2 * MINUTE


def test_a_worker_that_stops_anywhere_is_continued_by_the_next(
    aws: Aws, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    for quantity in range(1, 6):
        submitted(PAYLOAD.replace('"usedQuantity":1', f'"usedQuantity":{quantity}'))
    job_id = api.done("DELETE", FORCED)["jobId"]
    save, replace, revoke, left = NotificationTable.save, PartnerTable.replace, KeyTable.revoke, [3]

    def stops(function: Any, *, after: bool) -> Any:
        def stopping(*args: Any, **kwargs: Any) -> Any:
            left[0] -= 1
            if left[0] == 0 and not after:
                raise Stopped
            result = function(*args, **kwargs)
            if left[0] == 0:
                raise Stopped
            return result

        return stopping

    clock.shift(90)
    message = aws.records("JobQueue")
    for step in range(1, 14):
        left[0] = step % 7 + 1
        monkeypatch.setattr(NotificationTable, "save", stops(save, after=step % 2 == 0))
        monkeypatch.setattr(PartnerTable, "replace", stops(replace, after=step % 2 == 0))
        monkeypatch.setattr(KeyTable, "revoke", stops(revoke, after=True))
        with suppress(Stopped):
            jobs.handler({"Records": message}, Context(timeout=300 * SECOND))
        clock.shift(61)
    monkeypatch.undo()
    job = api.done("GET", f"/jobs/{job_id}")
    assert (job["state"], partner()["state"], CODE in everything(aws)) == ("done", "deleted", False)


def test_a_worker_that_comes_late_touches_nothing_of_a_number_registered_anew(
    aws: Aws, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = api.done("DELETE", PATH)["jobId"]
    clock.shift(90)
    message, replace = aws.records("JobQueue"), PartnerTable.replace

    def stops(*args: Any, **kwargs: Any) -> None:
        replace(*args, **kwargs)
        raise Stopped

    with monkeypatch.context() as patch:
        patch.setattr(PartnerTable, "replace", stops)
        with pytest.raises(Stopped):
            jobs.handler({"Records": message}, Context(timeout=300 * SECOND))
    anew = api.done("POST", "/partners", {**NEW, "partnerId": PARTNER_ID})
    submitted()
    clock.shift(61)
    jobs.handler({"Records": message}, Context(timeout=300 * SECOND))
    assert api.done("GET", f"/jobs/{job_id}")["state"] == "done"
    assert (partner()["state"], CODE in everything(aws)) == ("pending", True)
    assert KeyTable("KeyTable").find(anew["queryKey"]).revoked is None  # type: ignore[union-attr] # it is there


def test_a_redrive_meanwhile_and_a_job_over_the_same_partner_send_nothing(
    aws: Aws, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    poster = employed(monkeypatch)
    stands(*(failed(n, now()) for n in range(5)))
    clock.shift(1)
    wish = {"action": "redrive", "filter": {"partnerId": PARTNER_ID, "state": "failed"}, "reason": "x"}
    api.done("POST", "/jobs", wish)
    redrive = aws.records("JobQueue")
    api.done("DELETE", FORCED)
    clock.shift(45)
    jobs.handler({"Records": redrive}, Context(timeout=300 * SECOND))
    deliver(aws)
    clock.shift(45)
    jobs.handler({"Records": aws.records("JobQueue")}, Context(timeout=300 * SECOND))
    assert (poster.posts, partner()["state"], CODE in everything(aws)) == ([], "deleted", False)
    assert {item["state"] for item in aws.items("NotificationTable")} == {"cancelled"}


def test_the_query_keys_that_people_made_are_revoked_too(aws: Aws, clock: time_machine.Traveller) -> None:
    KeyTable("KeyTable").add("another", Key(role=Role.PARTNER, name="x", partner_id=PARTNER_ID), now())
    KeyTable("KeyTable").add("bound", Key(role=Role.PUBLISHER, name="x", partner_ids=(PARTNER_ID,)), now())
    api.done("DELETE", PATH)
    worked(aws, clock)
    revoked = {item["role"] for item in aws.items("KeyTable") if "revoked_at" in item}
    assert revoked == {"partner"}
