"""The function fails or runs twice: no alert is lost."""

from typing import Any

import pytest
import time_machine

from dead_letter import app
from herald.domain.clock import now
from herald.domain.lists.attention import AttentionSummary
from herald.domain.notification import Lane
from herald.domain.partner import Partner
from herald.messaging.alert_topic import AlertTopic
from herald.store.indexes.attention_index import AttentionIndex
from herald.store.notification_table import NotificationTable
from herald.store.partner_attributes.alert_throttle import AlertThrottle
from tests.support.aws.aws_stack import Aws, Context, sqs_event
from tests.support.factories import NOON, a_partner, an_id
from tests.support.functions.alerts import VISIBILITY, fail, letter, owed, queue_url, tell
from tests.support.functions.dispatcher import current, failed, poll, registered, stands


def breaks(*_: object, **__: object) -> None:
    raise ConnectionError


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
