"""The checks of `herald doctor`, one by one, each on a fault."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, override

import pytest
import requests
import time_machine

from dispatcher.due.due_poll import Poll
from herald.domain.api_key import Key, Role
from herald.domain.clock import DAY, MINUTE, SECOND
from herald.domain.partner import Partner, ReviewState
from herald.store.job_table import JobTable
from herald.store.key_table import KeyTable
from tests.integration.functions.jobs.test_many_in_one_job import a_job
from tests.support.aws.aws_stack import Aws
from tests.support.factories import NOON, a_notification, a_partner
from tests.support.functions.dispatcher import failed, poll, registered, sent, stands
from tests.support.http.small_api import an_api
from tools.common.stack.stack_resources import Deployed
from tools.doctor import checks, schedules
from tools.doctor.finding import Finding, Status, ok
from tools.doctor.inspection import StackInspection
from tools.doctor.keys import UNUSED_FOR, keys


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON / SECOND, tick=False) as traveller:
        yield traveller


@dataclass(frozen=True)
class InspectionOfMoto(StackInspection):
    """A stack in memory; what moto does not know, a test brings."""

    clients: dict[str, Any] = field(default_factory=dict)

    @override
    def client(self, service: str) -> Any:
        return self.clients.get(service) or super().client(service)


def inspection(aws: Aws, now: int = NOON, **clients: Any) -> InspectionOfMoto:
    return InspectionOfMoto(Deployed("herald", aws.refs), now, "http://127.0.0.1:9", clients)


def the(check: checks.Check, one: StackInspection) -> Finding:
    (finding,) = check(one)
    return finding


def test_an_api_that_does_not_answer_is_ill(aws: Aws) -> None:
    found = the(checks.api, inspection(aws))
    assert (found.health, "does not answer (ConnectionError)" in str(found.seen)) == (Status.FAILED, True)


def test_an_api_that_answers_nonsense_is_ill(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = requests.Response()
    answer.status_code, answer._content = 200, b"<html>"
    monkeypatch.setattr(requests, "get", lambda *_, **__: answer)
    assert the(checks.api, inspection(aws)).health is Status.FAILED


def test_the_last_poll_is_looked_up_where_the_poll_notes_it(aws: Aws, clock: time_machine.Traveller) -> None:
    assert str(the(checks.polls, inspection(aws)).seen) == "none has run yet"
    poll()
    clock.shift(15 * 60)
    assert the(checks.polls, inspection(aws, NOON + 15 * MINUTE)).health is Status.OK
    late = the(checks.polls, inspection(aws, NOON + 16 * MINUTE))
    assert (late.health, str(late.seen)) == (Status.FAILED, "the last one that did its work began 16 min ago")


def test_a_poll_that_fails_does_not_count_as_one_that_did_its_work(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: object) -> None:
        raise ConnectionError

    monkeypatch.setattr(Poll, "send_new", breaks)
    with pytest.raises(ExceptionGroup):
        poll()
    assert str(the(checks.polls, inspection(aws)).seen) == "none has run yet"


def test_what_is_new_is_not_overdue_before_the_poll_after_it(aws: Aws) -> None:
    stands(a_notification(at=NOON - 22 * MINUTE))
    assert the(checks.backlog, inspection(aws)).health is Status.OK
    stands(a_notification(2, at=NOON - 23 * MINUTE))
    assert str(the(checks.backlog, inspection(aws)).seen) == "1 overdue by more than 10 min"


def test_what_is_long_overdue_is_a_backlog(aws: Aws) -> None:
    stands(sent(1, NOON - 10 * MINUTE + 1))
    assert the(checks.backlog, inspection(aws)).health is Status.OK
    stands(sent(2, NOON - 11 * MINUTE))
    assert str(the(checks.backlog, inspection(aws)).seen) == "1 overdue by more than 10 min"


@pytest.mark.parametrize(("state", "update"), [("Failed", "Successful"), ("Active", "Failed")])
def test_a_function_that_is_not_active_is_ill(aws: Aws, state: str, update: str) -> None:
    class Lambda:
        def get_function_configuration(self, **_: Any) -> dict[str, str]:
            return {"State": state, "LastUpdateStatus": update}

    aws.refs["ReceiverFunction"] = "receiver"
    deployed = Deployed("herald", aws.refs)
    deployed.__dict__["resources"] = aws.refs  # as CloudFormation would list them
    found = the(checks.functions, InspectionOfMoto(deployed, NOON, clients={"lambda": Lambda()}))
    assert (found.health, "ReceiverFunction is" in str(found.seen)) == (Status.FAILED, True)


class CanaryOnAws:
    """The canary's function and its schedule."""

    class exceptions:  # noqa: N801 - as boto3 names it
        ResourceNotFoundException = KeyError

    def __init__(self, state: str | None) -> None:
        self.state = state

    def get_function_configuration(self, **_: Any) -> dict[str, Any]:
        return {"Environment": {"Variables": {"CANARY_PARTNER_ID": "900001"}}}

    def get_schedule(self, *, Name: str) -> dict[str, str]:  # noqa: N803 - as boto3 names it
        assert Name == "herald-canary"
        if self.state is None:
            raise KeyError(Name)
        return {"State": self.state, "ScheduleExpression": "rate(5 minutes)"}


def with_canary(aws: Aws, state: str | None = "ENABLED") -> InspectionOfMoto:
    deployed = Deployed("herald", aws.refs)
    deployed.__dict__["resources"] = {**aws.refs, "CanaryFunction": "canary"}
    there = CanaryOnAws(state)
    return InspectionOfMoto(deployed, NOON, clients={"lambda": there, "scheduler": there})


def a_canary(**more: Any) -> Partner:
    return a_partner(900001, name="Herald's canary", **more)


def test_a_stack_without_a_canary_hears_nothing_of_it(aws: Aws) -> None:
    deployed = Deployed("herald", aws.refs)
    deployed.__dict__["resources"] = aws.refs
    assert list(schedules.canary(InspectionOfMoto(deployed, NOON))) == []


def test_a_canary_that_flies_is_well(aws: Aws) -> None:
    registered(a_canary())
    found = the(schedules.canary, with_canary(aws))
    assert found.as_json() == ok("canary", "herald-canary is on, rate(5 minutes)").as_json()


@pytest.mark.parametrize(
    ("partner", "health", "seen"),
    [
        (None, Status.WARNING, "none has flown yet"),
        (a_canary(state=ReviewState.SUSPENDED), Status.WARNING, "it is suspended: none flies"),
        (a_partner(900001, name="Birds"), Status.FAILED, "partner 900001 is “Birds” and not the canary"),
    ],
)
def test_a_canary_that_does_not_fly_is_told_with_the_reason(
    aws: Aws, partner: Partner | None, health: Status, seen: str
) -> None:
    if partner is not None:
        registered(partner)
    _, found = schedules.canary(with_canary(aws))
    assert (found.health, str(found.seen)) == (health, seen)


@pytest.mark.parametrize(
    ("state", "seen"), [("DISABLED", "is disabled: no canary will fly"), (None, "there is no schedule")]
)
def test_a_canary_whose_schedule_is_off_is_ill(aws: Aws, state: str | None, seen: str) -> None:
    registered(a_canary())
    found = the(schedules.canary, with_canary(aws, state))
    assert (found.health, seen in str(found.seen)) == (Status.FAILED, True)


def test_a_job_on_which_nobody_works_is_named(aws: Aws) -> None:
    JobTable("JobTable").add(a_job())
    assert str(the(checks.jobs, inspection(aws)).seen) == "nobody works on job-1"


def test_what_waits_for_people_is_told_with_the_command(aws: Aws) -> None:
    registered(a_partner())
    stands(failed(1, NOON))
    found = the(checks.people, inspection(aws))
    expected = ("notifications of 1 partner are failed", "herald failed --state failed")
    assert (found.health, (str(found.seen), str(found.remedy))) == (Status.WARNING, expected)


@pytest.mark.parametrize(
    ("status", "health", "seen"),
    [
        (200, Status.OK, "answers, version 1"),
        (403, Status.FAILED, "refuses the operator's key (HTTP 403)"),
        (401, Status.FAILED, "refuses the operator's key (HTTP 401)"),
        (500, Status.FAILED, "GET /partners with HTTP 500"),
        (503, Status.FAILED, "GET /partners with HTTP 503"),
        (302, Status.FAILED, "GET /partners with HTTP 302"),
    ],
)
def test_an_api_is_asked_with_the_operators_key(aws: Aws, status: int, health: Status, seen: str) -> None:
    with an_api({"/health": (200, b'{"version": "1"}'), "/partners?limit=1": (status, b"{}")}) as (url, keys):
        found = the(checks.api, StackInspection(Deployed("herald", aws.refs), NOON, url, key="herald_o"))
    assert (found.health, seen in str(found.seen)) == (health, True)
    assert keys == [None, "Bearer herald_o"]
    assert ("make up" in str(found.remedy)) == (status in {401, 403})


def test_without_a_key_only_the_health_is_asked_for(aws: Aws) -> None:
    with an_api({"/health": (200, b'{"version": "1"}')}) as (url, keys):
        found = the(checks.api, StackInspection(Deployed("herald", aws.refs), NOON, url))
    assert (found.health, keys) == (Status.OK, [None])


@pytest.mark.parametrize("role", Role)
def test_an_operators_key_without_use_is_named(aws: Aws, role: Role) -> None:
    table = KeyTable("KeyTable")
    one = table.add("k", Key(role=role, name="bob", partner_id=3528 if role is Role.PARTNER else None), NOON)
    later = NOON + UNUSED_FOR
    found = the(keys, inspection(aws, later - 1))
    assert found.as_json() == ok("keys", "1 valid key, each operator's in use").as_json()
    if role is not Role.OPERATOR:
        assert the(keys, inspection(aws, later + DAY)).health is Status.OK
        return
    found = the(keys, inspection(aws, later))
    assert (found.health, str(found.seen)) == (
        Status.WARNING,
        f"the operator's key {one.key_id} of bob has no use noted for 90 days",
    )
    assert f"herald keys revoke {one.key_id}" in str(found.remedy)
    table.note_use(one, NOON + DAY)
    assert the(keys, inspection(aws, later)).health is Status.OK
    assert the(keys, inspection(aws, later + DAY)).health is Status.WARNING
    table.revoke(one, "alice", "unused", later)
    assert str(the(keys, inspection(aws, later + DAY)).seen) == "0 valid keys, each operator's in use"
