"""The dispatcher's files in events/."""

import json
from pathlib import Path

import pytest

from dispatcher import app as dispatcher
from tests.support.aws.aws_stack import Aws, Context
from tests.support.factories import a_notification
from tests.support.functions.dispatcher import (
    stands,
)
from tests.support.paths import EVENTS

SHARE = EVENTS / "dispatcher_share.json"
POLLS = sorted(set(EVENTS.glob("dispatcher_*.json")) - {SHARE})


@pytest.mark.parametrize("event", POLLS, ids=lambda path: path.stem)
def test_an_event_of_the_folder_events_polls(aws: Aws, event: Path) -> None:
    stands(a_notification(1))
    answer = dispatcher.handler(json.loads(event.read_text()), Context())
    assert (answer["ran"], answer["new"]) == (True, 1)
    assert len(aws.messages("DeliveryQueue")) == 1


def test_the_share_of_the_folder_events_is_one_of_a_poll_that_is_long_over(aws: Aws) -> None:
    stands(a_notification(1))
    answer = dispatcher.handler(json.loads(SHARE.read_text()), Context())
    assert answer == {"sent": 0, "finished": False}
    assert aws.messages("DeliveryQueue") == []
