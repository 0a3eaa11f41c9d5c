"""What `make invoke` makes of an event file before its function sees it."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tools.local_engine.containers import EVENTS, function_of, is_missing, localized
from tools.local_engine.errors import LocalEngineError
from tools.local_stack.stack import Stack

INSIDE = "http://host.docker.internal:4567/api"
STACK = Stack(
    api_url="", engine_url="", region="", functions={"ReceiverFunction": "r"}, queues={}, tables={}, topics={}, keys={}
)


def test_an_event_is_for_the_function_that_its_name_begins_with() -> None:
    assert function_of(EVENTS / "dead_letter_failed.json") == "DeadLetterFunction"
    with pytest.raises(LocalEngineError, match="for no function"):
        function_of(EVENTS / "nobody.json")


def test_an_event_is_left_out_where_the_stack_does_without_its_function() -> None:
    event = EVENTS / "canary_schedule.json"
    assert is_missing(STACK, event)
    assert not is_missing(replace(STACK, functions={"CanaryFunction": "c"}), event)


def test_an_event_that_names_the_api_names_the_local_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tools.local_engine.containers.LOCAL", tmp_path)
    event = EVENTS / "canary_schedule.json"
    local = localized(event, INSIDE)
    assert json.loads(local.read_text()) == {**json.loads(event.read_text()), "apiUrl": INSIDE}
    assert tmp_path in local.parents


def test_any_other_event_stays_as_it_is() -> None:
    event = EVENTS / "receiver_sn_notify.json"
    assert localized(event, INSIDE) == event
