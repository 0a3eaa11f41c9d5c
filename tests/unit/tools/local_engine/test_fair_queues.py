"""The engine's standard queues are fair: a group that uses the consumers does not keep the others waiting."""

from time import time
from typing import Any

import pytest
from ministack.services import sqs  # type: ignore[import-untyped] # it ships no types

from tools.local_engine.ministack.fair_queues import IN_FLIGHT, RECENT, Usage, receive_fairly

NOW = 1_000.0


def message(group: str | None, *, since: float | None = None, hidden_until: float = 0) -> dict[str, Any]:
    """One that waits, or one that a consumer has had `since` then."""
    one: dict[str, Any] = {"group_id": group, "visible_at": hidden_until or (NOW + 60 if since is not None else NOW)}
    return one if since is None else {**one, "group_since": since}


def order(usage: Usage, messages: list[dict[str, Any]], now: float = NOW) -> list[str]:
    """The groups of those that wait, as they would be received."""
    return [one["group_id"] for one in usage.in_order(messages, now) if one["visible_at"] <= now]


def test_without_a_noisy_group_the_order_is_that_of_sending() -> None:
    waiting = [message(group) for group in "abab"]
    assert order(Usage(), waiting) == ["a", "b", "a", "b"]


def test_a_group_that_holds_the_consumers_for_long_comes_last() -> None:
    working = [message("slow", since=NOW - 9), message("quick", since=NOW - 0.01)]
    waiting = [message("slow"), message("quick"), message("slow"), message(None)]
    assert order(Usage(), [*working, *waiting]) == ["quick", None, "slow", "slow"]


def test_time_that_is_over_counts_for_a_minute() -> None:
    usage = Usage()
    usage.end(message("slow", since=NOW - 10), NOW)
    for _ in range(10):
        usage.end(message("quick", since=NOW - 0.01), NOW)
    waiting = [message("slow"), message("quick")]
    assert order(usage, waiting) == ["quick", "slow"]
    assert order(usage, waiting, NOW + RECENT + 1) == ["slow", "quick"]


def test_a_group_with_many_messages_in_flight_comes_last_however_short_they_take() -> None:
    working = [message("many", since=NOW)] * IN_FLIGHT
    waiting = [message("many"), message("few")]
    assert order(Usage(), [*working, *waiting]) == ["few", "many"]
    assert order(Usage(), [*working[1:], *waiting]) == ["many", "few"]


def test_of_two_noisy_groups_the_one_with_fewer_messages_in_flight_comes_first() -> None:
    working = [message("a", since=NOW - 5), message("a", since=NOW - 5), message("b", since=NOW - 5)]
    assert order(Usage(), [*working, message("a"), message("b")]) == ["b", "a"]


def test_the_engine_receives_in_this_order_and_keeps_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("_collect_msgs", "_delete_messages_for_esm"):
        monkeypatch.setattr(sqs, name, getattr(sqs, name))
    receive_fairly()
    queue: dict[str, Any] = {"is_fifo": False, "messages": [sent("slow", 1), sent("slow", 2), sent("quick", 3)]}
    queue["messages"][0]["visible_at"] += 60
    queue["messages"][0]["group_since"] = queue["messages"][0]["sent_at"] - 9
    received = sqs._collect_msgs(queue, 1, 30)
    assert [one["id"] for one in received] == ["3"]
    assert [one["id"] for one in queue["messages"]] == ["1", "2", "3"]


def test_a_message_that_is_sent_meanwhile_stays_in_the_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    queue: dict[str, Any] = {"is_fifo": False, "messages": [sent("slow", 1), sent("quick", 2)]}
    queue["messages"][0]["visible_at"] += 60
    queue["messages"][0]["group_since"] = queue["messages"][0]["sent_at"] - 9

    def collect(_: object, most: int, __: int) -> list[dict[str, Any]]:
        queue["messages"].append(sent("quick", 3))  # by another thread
        return queue["messages"][:most]  # type: ignore[no-any-return] # messages, as above

    monkeypatch.setattr(sqs, "_collect_msgs", collect)
    monkeypatch.setattr(sqs, "_delete_messages_for_esm", sqs._delete_messages_for_esm)
    receive_fairly()
    sqs._collect_msgs(queue, 1, 30)
    assert [one["id"] for one in queue["messages"]] == ["1", "2", "3"]


def sent(group: str, number: int) -> dict[str, Any]:
    """A message as the engine keeps it, sent now."""

    return {"id": str(number), "group_id": group, "sent_at": time(), "visible_at": time(), "receive_count": 0}
