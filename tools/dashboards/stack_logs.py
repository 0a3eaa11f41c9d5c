"""What the functions of a stack on the local engine have logged, and what the template's references stand for there."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tools.cloudwatch.log_lines import read
from tools.cloudwatch.measurements import Measurements
from tools.local_engine.engine import Engine
from tools.local_stack.stack import Stack, resources

if TYPE_CHECKING:
    from mypy_boto3_logs import CloudWatchLogsClient
    from mypy_boto3_logs.type_defs import OutputLogEventTypeDef


def read_logs(engine: Engine, stack: Stack, measured: Measurements) -> dict[str, list[str]]:
    """Measures what all functions have logged up to now; gives their lines by the function's logical id."""
    logs, lines = engine.client("logs"), dict[str, list[str]]()
    for logical, function in stack.functions.items():
        group = f"/herald/{stack.stack_name}/{_hyphenated(logical.removesuffix('Function'))}"
        lines[logical] = []
        for event in events_of(logs, group):
            lines[logical].append(event["message"])
            read(event["message"], event["timestamp"], function, measured)
    return lines


def events_of(logs: "CloudWatchLogsClient", group: str) -> Iterator["OutputLogEventTypeDef"]:
    """Every event of the group, stream by stream: the engine's search over all of them ends after 10,000."""
    streams = logs.get_paginator("describe_log_streams").paginate(logGroupName=group)
    for stream in (stream["logStreamName"] for page in streams for stream in page["logStreams"]):
        token: dict[str, str] = {}
        while True:
            response = logs.get_log_events(logGroupName=group, logStreamName=stream, startFromHead=True, **token)  # type: ignore[arg-type] # a token is a string
            yield from response["events"]
            if token == {"nextToken": response["nextForwardToken"]}:
                break
            token = {"nextToken": response["nextForwardToken"]}


def _hyphenated(name: str) -> str:
    return "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("-")


def names_of(engine: Engine, stack: Stack) -> dict[str, str]:
    """As CloudFormation resolves `${Logical}` and the attributes that the dashboards ask for."""
    physical = {one["LogicalResourceId"]: one["PhysicalResourceId"] for one in resources(engine, stack.stack_name)}
    queues = {f"{name}.QueueName": url.rpartition("/")[2] for name, url in stack.queues.items()}
    own = {
        "AWS::Region": stack.region,
        "AWS::StackName": stack.stack_name,
        "AWS::AccountId": "000000000000",
        "AWS::Partition": "aws",
        "Stage": "local",
    }
    alarms = {f"{name}.Arn": name for name in physical if name.endswith("Alarm")}  # a picture shows the template's name
    return {**physical, **queues, **alarms, **own}
