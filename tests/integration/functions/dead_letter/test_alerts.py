"""Alerts: one a partner an hour, with everything that is failed, and one when nothing is failed any more."""

import pytest
import time_machine

from dead_letter import alerting, app
from herald.domain.clock import HOUR, MINUTE, SECOND, now
from herald.domain.decisions.decisions import close, redrive
from herald.domain.notification import Notification
from herald.domain.review.address_review import suspend
from herald.domain.transitions import Action
from herald.languages.reason import Reason
from herald.messaging.dead_letter_queue import DeadLetterMessage, DeadLetterQueue
from tests.support.aws.aws_stack import Aws
from tests.support.factories import NOON, a_partner, an_id
from tests.support.functions.alerts import fail, letter, owed, queue_url, tell
from tests.support.functions.dispatcher import current, failed, notifications, partners, poll, registered


def settle_by_hand(one: Notification) -> None:
    before = current(one.id)
    notifications().save(before, close(before, Action.RESOLVE, "alice", "by telephone", now(), 90))


def test_an_alert_says_who_how_many_since_when_why_and_what_to_do(aws: Aws) -> None:
    registered(a_partner(name="Müller Reisen 旅行"))
    fail(
        failed(1, NOON - HOUR, reason=Reason.sentence("no answer within 10 s")),
        failed(2, NOON, reason=Reason.sentence("no answer within 10 s")),
        failed(3, NOON, reason=Reason.sentence("HTTP 500")),
    )
    assert tell(aws) == 1
    alert = aws.alerts()[0]
    assert alert["subject"] == "Herald: 3 failed for partner 3528"
    assert alert["message"].splitlines()[:3] == [
        "3 notifications to Müller Reisen 旅行 (partner 3528) failed: the ladder is exhausted.",
        "The oldest failed at 23 November 2026, 11:00:00 UTC.",
        "Mostly because: no answer within 10 s",
    ]
    assert "herald failed --partner 3528" in alert["message"]
    assert "herald jobs start redrive --partner 3528" in alert["message"]


def test_ten_failures_of_one_partner_make_one_alert_that_counts_all_ten(aws: Aws) -> None:
    registered(a_partner())
    fail(*(failed(n, NOON - n) for n in range(10)))
    assert aws.invoke(app.handler, "DeadLetterQueue") == {"batchItemFailures": []}
    assert [alert["subject"] for alert in aws.alerts()] == ["Herald: 10 failed for partner 3528"]


def test_each_partner_has_its_own_alert(aws: Aws) -> None:
    registered(a_partner(1), a_partner(2))
    fail(failed(1, NOON, partner_id=1), failed(2, NOON, partner_id=2), failed(3, NOON, partner_id=2))
    assert tell(aws) == 2
    assert sorted(alert["subject"] for alert in aws.alerts()) == [
        "Herald: 1 failed for partner 1",
        "Herald: 2 failed for partner 2",
    ]


def test_what_is_sure_to_be_told_leaves_the_due_index_and_keeps_its_turn(aws: Aws) -> None:
    registered(a_partner())
    fail(one := failed(1, NOON))
    tell(aws)
    told = current(one.id)
    assert (told.lane, told.due_at, told.turn) == (None, None, one.turn)
    assert poll()["alerts"] == 0


def test_what_fails_within_the_hour_is_told_together_at_its_end(aws: Aws, clock: time_machine.Traveller) -> None:
    registered(a_partner())
    fail(failed(1, now()))
    assert tell(aws) == 1
    for n in range(2, 5):
        clock.shift(15 * 60)
        fail(failed(n, now()))
        assert tell(aws) == 0
        assert poll()["reminders"] == 0
    clock.move_to((NOON + HOUR - 1) / SECOND)
    assert poll()["reminders"] == 0
    clock.move_to((NOON + HOUR) / SECOND)
    assert poll()["reminders"] == 1
    assert tell(aws) == 1
    assert aws.alerts()[1]["subject"] == "Herald: 4 failed for partner 3528"
    clock.shift(2 * 60 * 60)
    assert poll()["reminders"] == 0


def test_people_are_told_once_when_nothing_is_failed_any_more(aws: Aws, clock: time_machine.Traveller) -> None:
    registered(a_partner())
    fail(one := failed(1, now()), failed(2, now()))
    assert tell(aws) == 1
    clock.shift(5 * 60)
    settle_by_hand(one)
    assert (poll()["reminders"], tell(aws)) == (0, 0)
    settle_by_hand(failed(2, NOON))
    assert (poll()["reminders"], tell(aws)) == (1, 1)
    told = aws.alerts()[-1]
    assert told["subject"] == "Herald: nothing is failed any more for partner 3528"
    assert told["message"].startswith("Example Travel (partner 3528): all that had failed was")
    clock.shift(5 * 60)
    assert (poll()["reminders"], tell(aws)) == (0, 0)


def test_a_partner_that_fails_again_before_its_recovery_is_told_is_not_said_to_have_recovered(
    aws: Aws, clock: time_machine.Traveller
) -> None:
    registered(a_partner())
    fail(one := failed(1, now()))
    assert tell(aws) == 1
    settle_by_hand(one)
    assert poll()["reminders"] == 1
    fail(failed(2, now()))
    assert tell(aws) == 0
    clock.shift(60 * 60)
    assert (poll()["reminders"], tell(aws)) == (1, 1)
    assert [alert["subject"] for alert in aws.alerts()] == ["Herald: 1 failed for partner 3528"] * 2


def test_a_failure_after_the_hour_is_told_at_once(aws: Aws, clock: time_machine.Traveller) -> None:
    registered(a_partner())
    fail(failed(1, now()))
    assert tell(aws) == 1
    clock.shift(60 * 60)
    fail(failed(2, now()))
    assert tell(aws) == 1


def test_what_a_person_settled_before_its_dead_letter_came_is_not_told(aws: Aws) -> None:
    registered(a_partner())
    fail(one := failed(1, NOON))
    notifications().save(one, close(one, Action.RESOLVE, "alice", "by telephone", NOON, 90))
    assert tell(aws) == 0
    assert not owed()


def test_what_a_person_settles_before_the_hour_is_over_is_not_told_and_not_owed_any_more(
    aws: Aws, clock: time_machine.Traveller
) -> None:
    registered(a_partner())
    fail(failed(1, NOON))
    assert tell(aws) == 1
    fail(failed(2, NOON))
    assert tell(aws) == 0
    for n in (1, 2):
        standing = current(an_id(n))
        notifications().save(standing, redrive(standing, "alice", "repaired", NOON))
    clock.shift(60 * 60)
    assert poll()["reminders"] == 1
    assert tell(aws) == 0
    assert not owed()
    assert (poll()["reminders"], tell(aws)) == (1, 1)  # that nothing is failed any more
    assert poll()["reminders"] == 0


def test_a_message_that_comes_twice_is_told_once(aws: Aws) -> None:
    registered(a_partner())
    fail(one := failed(1, NOON))
    DeadLetterQueue(queue_url()).send([one.due])
    assert tell(aws) == 1
    DeadLetterQueue(queue_url()).send([one.due])
    assert tell(aws) == 0
    assert not owed()


def test_more_than_can_be_counted_in_time_is_said_to_be_more(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alerting, "COUNTED", 3)
    registered(a_partner())
    fail(*(failed(n, NOON - n) for n in range(4)))
    assert aws.invoke(app.handler, "DeadLetterQueue") == {"batchItemFailures": []}
    assert aws.alerts()[0]["subject"] == "Herald: more than 3 failed for partner 3528"


def test_a_change_of_the_partner_does_not_make_an_owed_alert_forgotten(aws: Aws, clock: time_machine.Traveller) -> None:
    registered(before := a_partner())
    fail(failed(1, NOON))
    assert tell(aws) == 1
    fail(failed(2, NOON))
    assert tell(aws) == 0
    partners().save(before, suspend(before, "alice", "asked for it", NOON))
    assert owed()
    clock.shift(60 * 60)
    poll()
    assert tell(aws) == 1


def test_a_dead_letter_reads_back_as_it_was_written() -> None:
    one = failed(1, NOON - MINUTE)
    assert DeadLetterMessage.parse(letter(one)) == DeadLetterMessage(3528, one.id, one.turn)
    assert DeadLetterMessage.parse('{"partnerId":3528}') == DeadLetterMessage(3528)
