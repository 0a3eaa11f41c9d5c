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


@pytest.mark.parametrize("event", sorted(EVENTS.glob("dispatcher_*.json")), ids=lambda path: path.stem)
def test_an_event_of_the_folder_events_polls(aws: Aws, event: Path) -> None:
    stands(a_notification(1))
    answer = dispatcher.handler(json.loads(event.read_text()), Context())
    assert (answer["ran"], answer["new"]) == (True, 1)
    assert len(aws.messages("DeliveryQueue")) == 1
