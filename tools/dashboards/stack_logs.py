"""What the functions of a stack on the local engine have logged, and what the template's references stand for there."""

from tools.dashboards.log_lines import read
from tools.dashboards.measurements import Measurements
from tools.local_engine import Engine, Stack
from tools.local_engine.stack import resources


def read_logs(engine: Engine, stack: Stack, measured: Measurements) -> dict[str, list[str]]:
    """Measures what all functions have logged up to now; gives their lines by the function's logical id."""
    logs, lines = engine.client("logs"), dict[str, list[str]]()
    for logical, function in stack.functions.items():
        group = f"/herald/{stack.stack_name}/{_hyphenated(logical.removesuffix('Function'))}"
        pages = logs.get_paginator("filter_log_events").paginate(logGroupName=group)
        lines[logical] = []
        for event in (event for page in pages for event in page["events"]):
            lines[logical].append(event["message"])
            read(event["message"], event["timestamp"], function, measured)
    return lines


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
