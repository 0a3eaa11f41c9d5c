"""The attention index is behind the table: the message comes back, and no alert is forgotten."""

import pytest
import time_machine

from dead_letter import app
from herald.domain.clock import HOUR
from herald.domain.lists.attention import AttentionEntry
from herald.languages.reason import Reason
from herald.store.indexes.attention_index import AttentionIndex
from tests.support.aws.aws_stack import Aws, Context, sqs_event
from tests.support.factories import NOON, a_partner, an_id
from tests.support.functions.alerts import VISIBILITY, fail, letter, owed, tell
from tests.support.functions.dispatcher import failed, registered, stands


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
    older = AttentionEntry(an_id(9), 2, NOON - HOUR, Reason("bad_status.500", {"status": 500}))
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
    shown = AttentionEntry(older.id, older.turn, NOON - HOUR, Reason("bad_status.500", {"status": 500}))
    with monkeypatch.context() as patch:
        patch.setattr(AttentionIndex, "entries", lambda *_, **__: iter([shown]))
        answer = app.handler(sqs_event(letter(newer), letter(older)), Context())
    assert len(answer["batchItemFailures"]) == 2
    assert aws.alerts() == []
    clock.shift(VISIBILITY)
    assert tell(aws) == 1
    assert aws.alerts()[0]["subject"] == "Herald: 2 failed for partner 3528"
