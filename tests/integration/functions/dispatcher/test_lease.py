"""One poll at a time: the lease is taken, renewed, ended, and expires after a poll that was killed."""

from threading import Event

import pytest
import time_machine

from dispatcher import lease
from herald.domain.clock import HOUR, MINUTE, SECOND, now
from herald.messaging import sqs
from herald.store.dispatch_table import DispatchTable
from tests.support.aws.aws_stack import Aws
from tests.support.factories import NOON, a_notification
from tests.support.functions.dispatcher import dies, poll, stands


def test_one_poll_at_a_time(aws: Aws) -> None:
    stands(a_notification(1))
    assert DispatchTable("DispatchTable").take_lease("another", NOON, NOON + MINUTE)
    assert poll() == {"ran": False, "anotherUntil": "2026-11-23T12:01:00.000Z"}
    assert aws.messages("DeliveryQueue") == []
    DispatchTable("DispatchTable").end_lease("another")
    assert poll()["new"] == 1


def test_a_poll_ends_its_lease_even_when_it_fails(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(DispatchTable, "save_position", dies)
        with pytest.raises(ExceptionGroup):
            poll()
    assert poll()["ran"]
    assert all(item["name"] != "lease" for item in aws.items("DispatchTable"))


@pytest.mark.parametrize("every", [2, 5, 13])
def test_the_lease_of_a_poll_that_was_killed_does_not_keep_the_next_one_from_running(
    aws: Aws, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch, every: int
) -> None:
    del aws
    monkeypatch.setenv("DISPATCH_EVERY", str(every))
    with monkeypatch.context() as patch:
        patch.setattr(DispatchTable, "end_lease", lambda *_: None)
        clock.shift(59)
        poll()
    clock.move_to(NOON / SECOND + every * 60)  # from the last second of one minute to the first of another
    assert poll()["ran"]


@pytest.mark.parametrize(("after", "runs"), [(0, 0), (5, 0), (29, 0), (30, 1), (55, 1), (60, 1), (120, 1)])
def test_the_lease_of_a_poll_that_was_killed_lasts_half_a_minute(
    aws: Aws, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch, after: int, *, runs: bool
) -> None:
    del aws
    with monkeypatch.context() as patch:
        patch.setattr(DispatchTable, "end_lease", lambda *_: None)
        poll()
    clock.shift(after)
    answer = poll()
    assert answer["ran"] == runs
    assert answer.get("anotherUntil") == (None if runs else "2026-11-23T12:00:30.000Z")


def test_a_poll_that_works_for_longer_than_its_lease_keeps_it(
    aws: Aws, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(url: str, messages: object) -> int:
        clock.shift(100)
        for _ in range(2):  # the first may have begun before the clock moved
            renewed.clear()
            assert renewed.wait(30)
        others.append(leases.take_lease("another", now(), NOON + HOUR))
        return send(url, messages)  # type: ignore[arg-type]  # passed through

    def renew_lease(self: DispatchTable, poll_id: str, until: int) -> bool:
        still = renew(self, poll_id, until)
        renewed.set()
        return still

    leases, others, renewed = DispatchTable("DispatchTable"), list[bool](), Event()
    send, renew = sqs.send, DispatchTable.renew_lease
    monkeypatch.setattr(sqs, "send", slow)
    monkeypatch.setattr(DispatchTable, "renew_lease", renew_lease)
    monkeypatch.setattr(lease, "RENEW_EVERY", 10)  # ms
    stands(a_notification(1))
    assert poll()["new"] == 1
    assert set(others) == {False}
    assert leases.lease_until() is None
    assert aws.messages("DeliveryQueue")


def test_a_lease_that_another_poll_has_taken_or_ended_is_not_renewed(aws: Aws) -> None:
    del aws
    leases = DispatchTable("DispatchTable")
    assert not leases.renew_lease("mine", NOON + MINUTE)
    assert leases.take_lease("mine", NOON, NOON + MINUTE)
    assert leases.renew_lease("mine", NOON + 2 * MINUTE)
    assert leases.lease_until() == NOON + 2 * MINUTE
    assert leases.take_lease("another", NOON + 2 * MINUTE, NOON + 3 * MINUTE)
    assert not leases.renew_lease("mine", NOON + 4 * MINUTE)
    assert leases.lease_until() == NOON + 3 * MINUTE


def test_a_lease_that_was_taken_by_a_call_whose_answer_was_lost_is_ones_own(aws: Aws) -> None:
    del aws
    leases = DispatchTable("DispatchTable")
    assert leases.take_lease("mine", NOON, NOON + MINUTE)
    assert leases.take_lease("mine", NOON, NOON + MINUTE)
    assert not leases.take_lease("another", NOON + MINUTE - 1, NOON + 2 * MINUTE)
    assert leases.take_lease("another", NOON + MINUTE, NOON + 2 * MINUTE)
    leases.end_lease("mine")  # too late: it is another's
    assert not leases.take_lease("mine", NOON + MINUTE, NOON + 3 * MINUTE)
