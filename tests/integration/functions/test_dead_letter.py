"""People hear of what failed: one alert a partner an hour, and none is lost, whatever goes wrong."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from dead_letter import alerting, app
from herald.domain.attention import AttentionEntry, AttentionSummary
from herald.domain.clock import HOUR, MINUTE, SECOND, now
from herald.domain.notification import Lane, Notification, close, redrive
from herald.domain.partner import Partner, suspend
from herald.domain.transitions import Action
from herald.messaging.alert_topic import AlertTopic
from herald.messaging.dead_letter_queue import DeadLetterMessage, DeadLetterQueue
from herald.runtime.settings import get_settings
from herald.store.alert_throttle import AlertThrottle
from herald.store.indexes.attention_index import AttentionIndex
from herald.store.notification_table import NotificationTable
from tests.support.aws.aws_stack import Aws, Context, sqs_event
from tests.support.factories import NOON, a_partner, an_id
from tests.support.functions.dispatcher import current, failed, notifications, partners, poll, registered, stands
from tests.support.paths import EVENTS

VISIBILITY = 182  # s: then a message that was not deleted is visible again


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON / SECOND, tick=False) as traveller:
        yield traveller


def fail(*those: Notification) -> None:
    """They fail now, and the deliverer sends their dead letters."""
    stands(*those)
    DeadLetterQueue(queue_url()).send(one.due for one in those)


def queue_url() -> str:
    return str(get_settings().dead_letter_queue_url)


def tell(aws: Aws) -> int:
    """How many alerts the function publishes of what is in its queue now."""
    before = len(aws.alerts())
    aws.drain(app.handler, "DeadLetterQueue")
    return len(aws.alerts()) - before


def letter(one: Notification) -> str:
    return json.dumps({"id": str(one.id), "turn": one.turn})


def breaks(*_: object, **__: object) -> None:
    raise ConnectionError


def owed() -> bool:
    partner = partners().get(3528)
    assert partner is not None
    return partner.alert_pending_at is not None


def test_an_alert_says_who_how_many_since_when_why_and_what_to_do(aws: Aws) -> None:
    registered(a_partner(name="Müller Reisen 旅行"))
    fail(
        failed(1, NOON - HOUR, reason="no answer within 10 s"),
        failed(2, NOON, reason="no answer within 10 s"),
        failed(3, NOON, reason="HTTP 500"),
    )
    assert tell(aws) == 1
    alert = aws.alerts()[0]
    assert alert["subject"] == "Herald: 3 failed for partner 3528"
    assert alert["message"].splitlines()[:3] == [
        "3 notifications to Müller Reisen 旅行 (partner 3528) failed: the ladder is exhausted.",
        "The oldest failed at 2026-11-23T11:00:00.000Z.",
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


def settle_by_hand(one: Notification) -> None:
    before = current(one.id)
    notifications().save(before, close(before, Action.RESOLVE, "alice", "by telephone", now(), 90))


def test_a_failure_after_the_hour_is_told_at_once(aws: Aws, clock: time_machine.Traveller) -> None:
    registered(a_partner())
    fail(failed(1, now()))
    assert tell(aws) == 1
    clock.shift(60 * 60)
    fail(failed(2, now()))
    assert tell(aws) == 1


def test_a_crash_after_the_alert_and_before_it_is_noted_costs_a_second_alert(
    aws: Aws, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    registered(a_partner())
    fail(failed(1, NOON))
    with monkeypatch.context() as patch:
        patch.setattr(AlertThrottle, "complete", breaks)
        assert tell(aws) == 1
    clock.shift(VISIBILITY)
    assert tell(aws) == 1
    assert not owed()


@pytest.mark.parametrize(
    ("noun", "step"),
    [
        (NotificationTable, "get"),
        (AlertThrottle, "record_failure"),
        (NotificationTable, "save"),
        (AlertThrottle, "acquire"),
        (AttentionIndex, "summary"),
        (AlertTopic, "publish"),
        (AlertThrottle, "complete"),
    ],
)
@pytest.mark.parametrize("message", ["comes back", "is lost"])
def test_wherever_it_breaks_off_people_are_told(
    aws: Aws, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch, noun: type, step: str, message: str
) -> None:
    registered(a_partner())
    fail(failed(1, NOON))
    with monkeypatch.context() as patch:
        patch.setattr(noun, step, breaks)
        tell(aws)
    if message == "is lost":
        aws.sqs.purge_queue(QueueUrl=queue_url())
        clock.shift(5 * 60)
        poll()
    clock.shift(VISIBILITY)
    assert tell(aws) == 1
    assert not owed()
    assert current(an_id(1)).lane is None


def test_an_index_that_does_not_show_the_failure_yet_is_asked_again(
    aws: Aws, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    registered(a_partner())
    fail(failed(1, NOON))
    with monkeypatch.context() as patch:
        patch.setattr(AttentionIndex, "entries", lambda *_, **__: iter(()))
        answer = aws.invoke(app.handler, "DeadLetterQueue")
    assert answer is not None
    assert len(answer["batchItemFailures"]) == 1
    assert aws.alerts() == []
    assert owed()
    clock.shift(VISIBILITY)
    assert tell(aws) == 1


def test_an_index_that_is_behind_for_as_long_as_it_likes_makes_no_alert_forgotten(
    aws: Aws, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    registered(a_partner())
    fail(failed(1, NOON))
    with monkeypatch.context() as patch:
        patch.setattr(AttentionIndex, "entries", lambda *_, **__: iter(()))
        for _ in range(5):
            assert tell(aws) == 0
            clock.shift(VISIBILITY)
    assert owed()
    assert tell(aws) == 1


def test_an_index_that_shows_only_older_failures_is_asked_again(
    aws: Aws, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    registered(a_partner())
    fail(failed(1, NOON))
    older = AttentionEntry(an_id(9), 2, NOON - HOUR, "HTTP 500")
    with monkeypatch.context() as patch:
        patch.setattr(AttentionIndex, "entries", lambda *_, **__: iter([older]))
        assert tell(aws) == 0
    clock.shift(VISIBILITY)
    assert tell(aws) == 1


def test_an_older_failure_that_is_told_of_last_does_not_hide_that_the_index_is_behind(
    aws: Aws, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    registered(a_partner())
    fail(older := failed(1, NOON - HOUR))
    stands(newer := failed(2, NOON))
    shown = AttentionEntry(older.id, older.turn, NOON - HOUR, "HTTP 500")
    with monkeypatch.context() as patch:
        patch.setattr(AttentionIndex, "entries", lambda *_, **__: iter([shown]))
        answer = app.handler(sqs_event(letter(newer), letter(older)), Context())
    assert len(answer["batchItemFailures"]) == 2
    assert aws.alerts() == []
    clock.shift(VISIBILITY)
    assert tell(aws) == 1
    assert aws.alerts()[0]["subject"] == "Herald: 2 failed for partner 3528"


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


def test_two_invocations_at_once_publish_one_alert(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    def publish(self: AlertTopic, partner: Partner, summary: AttentionSummary) -> None:
        monkeypatch.setattr(AlertTopic, "publish", really)
        answers.append(aws.invoke(app.handler, "DeadLetterQueue", 1))
        really(self, partner, summary)

    registered(a_partner())
    fail(failed(1, NOON), failed(2, NOON))
    really, answers = AlertTopic.publish, list[Any]()
    monkeypatch.setattr(AlertTopic, "publish", publish)
    aws.invoke(app.handler, "DeadLetterQueue", 1)
    assert answers == [{"batchItemFailures": []}]
    assert len(aws.alerts()) == 1
    assert owed()  # the second came too late for this alert


@pytest.mark.parametrize("skew", [0, -5], ids=["one clock", "the other machine's clock is behind"])
def test_what_fails_while_an_alert_is_on_its_way_is_told_at_the_end_of_the_hour(
    aws: Aws, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch, skew: int
) -> None:
    def publish(self: AlertTopic, partner: Partner, summary: AttentionSummary) -> None:
        clock.shift(skew)
        stands(later := failed(2, now()))
        assert app.handler(sqs_event(letter(later)), Context()) == {"batchItemFailures": []}
        clock.shift(-skew)
        really(self, partner, summary)

    registered(a_partner())
    fail(failed(1, NOON))
    really = AlertTopic.publish
    with monkeypatch.context() as patch:
        patch.setattr(AlertTopic, "publish", publish)
        assert tell(aws) == 1
    assert aws.alerts()[0]["subject"] == "Herald: 1 failed for partner 3528"
    clock.shift(60 * 60)
    poll()
    assert tell(aws) == 1
    assert aws.alerts()[1]["subject"] == "Herald: 2 failed for partner 3528"


def test_a_record_that_cannot_be_read_comes_back_alone(aws: Aws) -> None:
    registered(a_partner())
    stands(one := failed(1, NOON))
    answer = app.handler(sqs_event("hello", letter(one), '{"id":"x","turn":1}', queue="DeadLetterQueue"), Context())
    assert [failure["itemIdentifier"] for failure in answer["batchItemFailures"]] == ["message-0", "message-2"]
    assert len(aws.alerts()) == 1


def test_a_partner_whose_alert_fails_keeps_no_other_alert_back(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    def publish(self: AlertTopic, partner: Partner, summary: AttentionSummary) -> None:
        if partner.partner_id == 1:
            raise ConnectionError
        really(self, partner, summary)

    registered(a_partner(1), a_partner(2))
    stands(first := failed(1, NOON, partner_id=1), second := failed(2, NOON, partner_id=2))
    really = AlertTopic.publish
    monkeypatch.setattr(AlertTopic, "publish", publish)
    answer = app.handler(sqs_event(letter(first), letter(second)), Context())
    assert [failure["itemIdentifier"] for failure in answer["batchItemFailures"]] == ["message-0"]
    assert [alert["subject"] for alert in aws.alerts()] == ["Herald: 1 failed for partner 2"]


def test_a_failure_of_a_partner_that_is_not_in_the_registry_stays_in_the_due_index(
    aws: Aws, caplog: pytest.LogCaptureFixture
) -> None:
    fail(failed(1, NOON))
    assert tell(aws) == 0
    assert current(an_id(1)).lane is Lane.ALERT
    assert "not in the registry" in caplog.text


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


@pytest.mark.parametrize(
    ("event", "failures", "alerts"),
    [("dead_letter_failed", 0, 1), ("dead_letter_reminder", 0, 1), ("dead_letter_not_ours", 1, 0)],
)
def test_an_event_of_the_folder_events_runs(aws: Aws, event: str, failures: int, alerts: int) -> None:
    registered(a_partner())
    stands(failed(1, NOON))
    if event == "dead_letter_reminder":
        assert AlertThrottle("PartnerTable").record_failure(an_id(1), NOON)
    answer = app.handler(json.loads((EVENTS / f"{event}.json").read_text()), Context())
    assert (len(answer["batchItemFailures"]), len(aws.alerts())) == (failures, alerts)


def test_every_event_of_the_folder_has_its_test() -> None:
    assert {path.stem for path in EVENTS.glob("dead_letter_*.json")} == {
        "dead_letter_failed",
        "dead_letter_reminder",
        "dead_letter_not_ours",
    }


def test_a_dead_letter_reads_back_as_it_was_written() -> None:
    one = failed(1, NOON - MINUTE)
    assert DeadLetterMessage.parse(letter(one)) == DeadLetterMessage(3528, one.id, one.turn)
    assert DeadLetterMessage.parse('{"partnerId":3528}') == DeadLetterMessage(3528)
