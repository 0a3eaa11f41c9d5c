"""The dead-letter function's files in events/."""

import json

import pytest

from dead_letter import app
from herald.store.partner_attributes.alert_throttle import AlertThrottle
from tests.support.aws.aws_stack import Aws, Context
from tests.support.factories import NOON, a_partner, an_id
from tests.support.functions.dispatcher import failed, registered, stands
from tests.support.paths import EVENTS


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
