"""Every event of a log group is read once, although a search ends after some."""

from collections.abc import Iterator
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.dashboards import stack_logs
from tools.dashboards.stack_logs import TooManyAtOnce, events_of

MOST = 4  # events of one search


class Logs:
    """Searches as the engine does: the earliest events from a moment on, of all streams, as many as are asked for."""

    def __init__(self, events: list[tuple[str, int, str]]) -> None:
        self.events = [
            {"logStreamName": stream, "timestamp": moment, "message": message} for stream, moment, message in events
        ]

    def filter_log_events(self, *, logGroupName: str, startTime: int, limit: int) -> dict[str, Any]:  # noqa: N803, ARG002 - boto3's
        found = [event for event in self.events if event["timestamp"] >= startTime]  # type: ignore[operator] # a number
        return {"events": sorted(found, key=lambda event: cast("int", event["timestamp"]))[:limit]}


def read(logs: Logs) -> list[tuple[str, int, str]]:
    events = events_of(cast("Any", logs), "group")
    return [(event["logStreamName"], event["timestamp"], event["message"]) for event in events]


@pytest.fixture(autouse=True, scope="module")
def few() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stack_logs, "_OF_ONE_SEARCH", MOST)
        yield


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 6), st.sampled_from("xy"))))
def test_each_event_is_read_as_often_as_it_is_there(events: list[tuple[str, int, str]]) -> None:
    logs = Logs([one for one in events if sum(other[1] == one[1] for other in events) < MOST])
    assert sorted(read(logs)) == sorted((e["logStreamName"], e["timestamp"], e["message"]) for e in logs.events)


def test_more_at_one_moment_than_a_search_gives_are_an_error() -> None:
    with pytest.raises(TooManyAtOnce, match="log group group has 4 events or more at 3"):
        read(Logs([("a", 3, str(number)) for number in range(MOST + 1)]))
