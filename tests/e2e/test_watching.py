"""A stack with a canary: what it measures, and how it is watched."""

import json
from typing import Any

import pytest

from herald.domain.clock import now
from herald.runtime.metric_names import Metric
from tools.cloudwatch.measurements import Measurements
from tools.cloudwatch.template_body import dashboards
from tools.common.waiting import wait_until
from tools.dashboards.stack_logs import events_of, names_of, read_logs
from tools.local_engine.engine import Engine
from tools.local_stack.deploying import deploy
from tools.local_stack.stack import Stack

NUMBER = "900001"


@pytest.fixture(scope="module")
def watched(engine: Engine) -> Stack:
    return deploy(engine, "herald-watched", {"CanaryPartnerId": NUMBER, "FirstAttempt": "AtOnce"})


def invoke(engine: Engine, stack: Stack, function: str, event: Any = None) -> Any:
    answer = engine.client("lambda").invoke(FunctionName=stack.functions[function], Payload=json.dumps(event or {}))
    assert "FunctionError" not in answer, answer["Payload"].read()
    return json.loads(answer["Payload"].read())


def measured(engine: Engine, stack: Stack) -> Measurements:
    found = Measurements()
    read_logs(engine, stack, found)
    return found


def values(engine: Engine, stack: Stack) -> dict[str, list[float]]:
    """What the functions have emitted for this stack, by metric."""
    ours = {metric.title for metric in Metric}
    dimensions = frozenset({("service", stack.stack_name)})
    return {
        metric.name: [value for _, value in those]
        for metric, those in measured(engine, stack).values.items()
        if metric.name in ours and metric.dimensions == dimensions
    }


def test_a_canary_flies_through_the_deployed_stack_and_its_arrival_is_measured(engine: Engine, watched: Stack) -> None:
    event = engine.client("scheduler").get_schedule(Name=f"{watched.stack_name}-canary")["Target"]["Input"]
    assert invoke(engine, watched, "CanaryFunction", json.loads(event))["flies"]
    found = wait_until(
        lambda: values(engine, watched), lambda seen: {"CanaryArrived", "Delivered", "Accepted"} <= seen.keys()
    )
    assert found["CanaryArrived"] == found["Delivered"] == found["Accepted"] == [1]
    assert found["CanaryLatency"][0] < 60


def test_the_dashboards_are_there_and_name_what_the_stack_has(engine: Engine, watched: Stack) -> None:
    cloudwatch, bodies = engine.client("cloudwatch"), dashboards(names_of(engine, watched))
    for name, expected in bodies.items():
        kind = name.removesuffix("Dashboard").lower()
        found = cloudwatch.get_dashboard(DashboardName=f"{watched.stack_name}-{kind}")["DashboardBody"]
        assert without_arns(json.loads(found)) == without_arns(expected)


def without_arns(body: dict[str, Any]) -> list[dict[str, Any]]:
    """A picture shows the alarms' names in the template, CloudWatch asks for their ARNs."""
    return [widget for widget in body["widgets"] if widget["type"] != "alarm"]


def test_the_silence_alarm_of_the_stack_is_the_one_of_the_template(engine: Engine, watched: Stack) -> None:
    names = names_of(engine, watched)
    deployed = engine.client("cloudwatch").describe_alarms(AlarmNames=[names["NoPollAlarm"]])["MetricAlarms"]
    [found] = deployed
    assert found["Dimensions"] == [{"Name": "FunctionName", "Value": watched.functions["DispatcherFunction"]}]
    assert (found["Period"], found["EvaluationPeriods"], found["TreatMissingData"]) == (60, 15, "breaching")


def test_a_log_of_more_events_than_a_search_gives_is_read_whole(engine: Engine) -> None:
    logs, wanted = engine.client("logs"), []
    logs.create_log_group(logGroupName="long")
    for stream in ("a", "b"):
        logs.create_log_stream(logGroupName="long", logStreamName=stream)
        for part in range(2):
            events = [{"timestamp": now() + n, "message": f"{stream} {part} {n}"} for n in range(4_000)]
            logs.put_log_events(logGroupName="long", logStreamName=stream, logEvents=events)
            wanted += [str(event["message"]) for event in events]
    assert sorted(event["message"] for event in events_of(logs, "long")) == sorted(wanted)
