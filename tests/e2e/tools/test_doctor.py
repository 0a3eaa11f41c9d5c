"""`herald doctor` on a stack that is ok, and on one whose schedule is disabled."""

from collections.abc import Iterator
from typing import Any

import pytest

from herald.domain.clock import MINUTE, now
from tests.support.e2e.stack_client import Herald, StackClient
from tools.cloudwatch.alarm import alarms
from tools.cloudwatch.measurements import Measurements
from tools.dashboards.stack_logs import names_of, read_logs


@pytest.fixture
def own_environment(monkeypatch: pytest.MonkeyPatch, stack_client: StackClient) -> None:
    """The doctor asks with the credentials of its environment, and a session of its own."""
    for name, value in stack_client.engine.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("boto3.DEFAULT_SESSION", None)
    stack_client.poll()


@pytest.fixture
def stopped_schedule(stack_client: StackClient) -> Iterator[str]:
    """The schedule of the polls, switched off meanwhile."""
    name = f"{stack_client.stack.stack_name}-dispatch"
    switch(stack_client, name, "DISABLED")
    yield name
    switch(stack_client, name, "ENABLED")


def switch(stack_client: StackClient, name: str, state: str) -> None:
    scheduler = stack_client.engine.client("scheduler")
    kept = ("ScheduleExpression", "FlexibleTimeWindow", "Target")
    found = scheduler.get_schedule(Name=name)
    scheduler.update_schedule(Name=name, State=state, **{one: found[one] for one in kept})


def failed(answer: Any) -> list[str]:
    return [finding["seen"] for finding in answer["findings"] if finding["health"] == "ill"]


@pytest.mark.usefixtures("own_environment")
def test_a_stack_that_is_well_is_said_to_be_well(herald: Herald) -> None:
    answer = herald("doctor")
    assert failed(answer) == []
    found = {finding["what"]: finding["health"] for finding in answer["findings"] if finding["what"] != "people"}
    assert found == dict.fromkeys(
        ("API", "keys", "functions", "consumers", "schedule", "polls", "backlog", "queues", "alarms", "jobs"), "well"
    )


@pytest.mark.usefixtures("own_environment")
def test_a_schedule_that_somebody_stopped_is_named_with_what_to_do(herald: Herald, stopped_schedule: str) -> None:
    answer = herald("doctor", code=1)
    assert failed(answer) == [f"{stopped_schedule} is disabled: no poll will run, nothing new is sent"]


@pytest.mark.usefixtures("own_environment", "stopped_schedule")
def test_polls_keep_the_alarm_for_silence_quiet_for_a_quarter_of_an_hour_and_not_for_longer(
    stack_client: StackClient,
) -> None:
    silence = alarms(names_of(stack_client.engine, stack_client.stack))["NoPollAlarm"]
    polled = Measurements()
    read_logs(stack_client.engine, stack_client.stack, polled)
    assert [silence.rings(polled, now() + minutes * MINUTE) for minutes in (0, 14, 18)] == [False, False, True]
    unpolled = {metric: those for metric, those in polled.values.items() if metric != silence.metric}
    assert silence.rings(Measurements(unpolled), now())


@pytest.mark.usefixtures("own_environment")
def test_a_message_in_a_poison_queue_is_named(herald: Herald, stack_client: StackClient) -> None:
    sqs, url = stack_client.engine.client("sqs"), stack_client.stack.queues["JobPoisonQueue"]
    sqs.send_message(QueueUrl=url, MessageBody="not ours")
    try:
        assert failed(herald("doctor", code=1)) == ["JobPoisonQueue holds 1 message"]
    finally:
        sqs.purge_queue(QueueUrl=url)
