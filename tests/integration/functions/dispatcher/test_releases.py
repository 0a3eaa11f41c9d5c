"""A poll releases what is held for a partner that may receive again, at a rate that a server just repaired can bear."""

from collections.abc import Iterator

import pytest
import time_machine

from dispatcher.due.due_poll import Poll
from dispatcher.run_window import PollProgress
from herald.domain.clock import HOUR, MINUTE, SECOND
from herald.domain.decisions.decisions import close
from herald.domain.lists.attention import AttentionEntry
from herald.domain.notification import Lane, Notification, release
from herald.domain.notification_id import NotificationId
from herald.domain.partner import Partner, ReviewState
from herald.domain.transitions import Action, State
from herald.languages.reason import Reason
from herald.messaging.delivery_queue import DeliveryQueue
from herald.messaging.sqs import QueueUnavailable
from herald.store.indexes.attention_index import AttentionIndex
from herald.store.notification_table import NotificationTable
from tests.support.aws.aws_stack import Aws
from tests.support.factories import NOON, a_partner, an_id
from tests.support.functions.dispatcher import (
    current,
    delays,
    due_of,
    held,
    notifications,
    partners,
    poll,
    registered,
    stands,
)


def test_what_is_held_goes_on_at_the_same_round_and_rung(aws: Aws) -> None:
    registered(a_partner())
    stands(held(1, NOON - HOUR, round=2, attempt=3))
    assert poll()["released"] == 1
    released = current(an_id(1))
    assert (released.state, released.round, released.attempt) == (State.WAITING, 2, 3)
    assert (released.turn, released.lane, released.due_at) == (5, Lane.SENT, NOON)
    assert released.since is None
    assert due_of(aws.messages("DeliveryQueue")) == {str(an_id(1)): 5}
    assert [entry.action for entry in released.history] == ["release"]


def test_releases_are_spaced_twenty_a_second_the_longest_held_first(aws: Aws) -> None:
    registered(a_partner())
    stands(*(held(n, NOON - n * MINUTE) for n in range(1, 46)))
    assert poll()["released"] == 45
    due_at = [current(an_id(n)).due_at for n in range(45, 0, -1)]
    assert due_at == [NOON + place * 50 for place in range(45)]
    assert delays(aws) == [0] + [1] * 20 + [2] * 20 + [3] * 4


def test_releases_are_spaced_from_when_they_begin_even_where_the_poll_was_long_at_other_things(
    aws: Aws, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    registered(a_partner())
    stands(*(held(n, NOON - HOUR + n) for n in range(40)))

    def take_long(_: object) -> PollProgress:
        clock.shift(200)
        return PollProgress()

    monkeypatch.setattr(Poll, "rescue", take_long)
    assert poll()["released"] == 40
    assert [current(an_id(n)).due_at for n in range(40)] == [NOON + 200 * SECOND + n * 50 for n in range(40)]
    assert delays(aws)[-1] == 2


def test_each_partner_has_its_own_rate(aws: Aws) -> None:
    registered(a_partner(1), a_partner(2))
    stands(*(held(n, NOON - HOUR, partner_id=partner_id) for n in range(3) for partner_id in (1, 2)))
    assert poll()["released"] == 6
    due_at = [int(item["due_at"]) - NOON for item in aws.items("NotificationTable")]
    assert sorted(due_at) == [0, 0, 50, 50, 100, 100]


def test_no_more_is_released_than_the_rate_allows_until_the_next_poll(
    aws: Aws, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISPATCH_EVERY", "1")
    registered(a_partner(rate_per_second=1))
    stands(*(held(n, NOON - n) for n in range(65)))
    assert poll()["released"] == 60
    assert max(delays(aws)) == 59
    clock.shift(60)
    assert poll()["released"] == 5


@pytest.mark.parametrize(
    "partner",
    [
        a_partner(state=ReviewState.PENDING, url=None),
        a_partner(state=ReviewState.PENDING),
        a_partner(state=ReviewState.SUSPENDED),
    ],
    ids=["pending", "pending with an address", "suspended"],
)
def test_nothing_is_released_for_a_partner_that_may_not_receive(aws: Aws, partner: Partner) -> None:
    registered(partner)
    stands(held(1, NOON - HOUR))
    assert poll()["released"] == 0
    assert current(an_id(1)).state is State.HELD
    assert aws.messages("DeliveryQueue") == []


def test_a_crash_after_the_release_and_before_its_message_is_mended_by_the_rescue(
    aws: Aws, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    registered(a_partner())
    stands(held(1, NOON - HOUR))
    with monkeypatch.context() as patch:
        patch.setattr(DeliveryQueue, "send", turned_down)
        with pytest.raises(ExceptionGroup):
            poll()
    assert current(an_id(1)).lane is Lane.SENT
    clock.shift(15 * 60)
    assert poll()["rescued"] == 1
    assert due_of(aws.messages("DeliveryQueue")) == {str(an_id(1)): 5}


def test_what_a_person_settles_meanwhile_is_not_released_and_the_others_are(
    aws: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    def get(self: NotificationTable, notification_id: NotificationId, now: int) -> Notification | None:
        found = read(self, notification_id, now)
        if found is not None and notification_id == an_id(1):
            self.save(found, close(found, Action.CANCEL, "alice", "by telephone", now, 90))
        return found

    registered(a_partner())
    stands(held(1, NOON - HOUR), held(2, NOON - HOUR))
    read = NotificationTable.get
    monkeypatch.setattr(NotificationTable, "get", get)
    assert poll()["released"] == 1
    monkeypatch.undo()
    found = notifications().get(an_id(1), NOON)
    assert found is not None
    assert found.state is State.CANCELLED
    assert due_of(aws.messages("DeliveryQueue")) == {str(an_id(2)): 5}


def test_what_the_index_still_shows_as_held_but_is_not_is_left_alone(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    def behind(*_: object, **__: object) -> Iterator[AttentionEntry]:
        yield AttentionEntry(an_id(1), 4, NOON - HOUR, Reason("held.suspended"))

    registered(a_partner())
    stands(released := release(held(1, NOON - HOUR), NOON, NOON + MINUTE))
    monkeypatch.setattr(AttentionIndex, "entries", behind)
    assert poll()["released"] == 0
    assert current(an_id(1)) == released
    assert aws.messages("DeliveryQueue") == []


def test_a_partner_whose_release_fails_keeps_no_other_waiting(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    def get(self: NotificationTable, notification_id: NotificationId, now: int) -> Notification | None:
        if notification_id.partner_id == first:
            raise ConnectionError
        return read(self, notification_id, now)

    registered(*(a_partner(partner_id) for partner_id in range(1, 21)))
    stands(*(held(n, NOON - HOUR, partner_id=n) for n in range(1, 21)))
    first = next(partners().all()).partner_id
    read = NotificationTable.get
    monkeypatch.setattr(NotificationTable, "get", get)
    with pytest.raises(ExceptionGroup):
        poll()
    assert len(aws.messages("DeliveryQueue")) == 19


def test_the_releases_stop_when_the_time_is_up_and_go_on_at_the_next_poll(
    aws: Aws, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(self: NotificationTable, notification_id: NotificationId, now: int) -> Notification | None:
        clock.shift(10)
        return read(self, notification_id, now)

    registered(a_partner())
    stands(*(held(n, NOON - HOUR) for n in range(40)))
    read = NotificationTable.get
    monkeypatch.setattr(NotificationTable, "get", slow)
    first = poll()
    assert (first["released"], first["finished"]) == (30, False)
    monkeypatch.setattr(NotificationTable, "get", read)
    clock.move_to((NOON + 5 * MINUTE) / SECOND)
    assert poll()["released"] == 10
    assert len(due_of(aws.messages("DeliveryQueue"))) == 40


def turned_down(*_: object) -> int:
    raise QueueUnavailable
