"""What the functions of a stack on the local engine have logged, and what the template's references stand for there."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from tools.cloudwatch.log_lines import read
from tools.cloudwatch.measurements import Measurements
from tools.local_engine.engine import Engine
from tools.local_stack.stack import Stack, resources

if TYPE_CHECKING:
    from mypy_boto3_logs import CloudWatchLogsClient
    from mypy_boto3_logs.type_defs import FilteredLogEventTypeDef


_OF_ONE_SEARCH: Final = 10_000

type _Event = tuple[str, int, str]  # stream, moment (ms), message


class TooManyAtOnce(Exception):
    """More events have the same moment than a search gives."""


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


def events_of(logs: "CloudWatchLogsClient", group: str) -> Iterator["FilteredLogEventTypeDef"]:
    """Every event of the group in the order of time.

    The engine's search ends after `_OF_ONE_SEARCH` events and gives no token, so the next one begins at the last moment
    of the one before. To read stream by stream takes two requests for each process that a function ever had.
    """
    since, known = 0, Counter[_Event]()
    while True:
        found = logs.filter_log_events(logGroupName=group, startTime=since, limit=_OF_ONE_SEARCH)["events"]
        yield from _without(found, known)
        if len(found) < _OF_ONE_SEARCH:
            return
        if found[-1]["timestamp"] == since:
            raise TooManyAtOnce(f"log group {group} has {_OF_ONE_SEARCH:,} events or more at {since}")
        since = found[-1]["timestamp"]
        known = Counter(_what(event) for event in found if event["timestamp"] == since)


def _without(found: Iterable["FilteredLogEventTypeDef"], known: Counter[_Event]) -> Iterator["FilteredLogEventTypeDef"]:
    """Those that are not known, each as often as it is there: the engine does not name all events."""
    left = known.copy()
    for event in found:
        if left[_what(event)]:
            left[_what(event)] -= 1
        else:
            yield event


def _what(event: "FilteredLogEventTypeDef") -> _Event:
    return event["logStreamName"], event["timestamp"], event["message"]


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
