"""One invocation in a process of its own, which stops dead where a test says: no clean-up, no answer, as a crash is.

    python -m tests.support.aws.crash_process <function> <now, s> [before|after <operation> <nth>] < event

Prints the function's answer; ends with `STOPPED` where it stopped.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from importlib import import_module
from typing import Any, NamedTuple

import time_machine

from herald.domain.clock import now
from tests.support.aws.aws_stack import Context
from tests.support.paths import ROOT

STOPPED = 86
_EVENTS = {"before": "before-send", "after": "after-call"}


class Point(NamedTuple):
    """Where the process stops: before its n-th call of this operation leaves it, or after AWS answered it."""

    when: str
    operation: str
    nth: int = 1


def invoke(function: str, event: dict[str, Any], environment: Mapping[str, str], stop: Point | None) -> Any:
    """The answer of one invocation, at the moment that the caller's clock shows; None when it stopped at `stop`."""
    ended = subprocess.run(
        [sys.executable, "-m", __name__, function, str(now() / 1000), *map(str, stop or ())],
        input=json.dumps(event),
        env={"PATH": os.environ["PATH"], "PYTHONPATH": f"{ROOT}:{ROOT}/functions:{ROOT}/layers/herald", **environment},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == (STOPPED if stop else 0), ended.stderr
    return json.loads(ended.stdout.splitlines()[-1]) if stop is None else None


def main(function: str, moment: str, *point: str) -> None:
    """The process."""
    with time_machine.travel(float(moment)):
        app = import_module(f"{function}.app")
        if point:
            stop_at(Point(point[0], point[1], int(point[2])))
        answer = app.handler(json.load(sys.stdin), Context(function_name=function))
    sys.stdout.write("\n" + json.dumps(answer) + "\n")


def stop_at(point: Point) -> None:
    """Whatever client calls the operation: the process is gone at its n-th call."""
    left = point.nth
    from herald.messaging import alert_topic, sqs  # noqa: PLC0415 - after the function's own imports
    from herald.store import dynamodb  # noqa: PLC0415 - after the function's own imports

    def count_down(**_: Any) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os._exit(STOPPED)

    for client in (dynamodb.client(), sqs.client(), alert_topic.client()):
        service = client.meta.service_model.service_id.hyphenize()
        client.meta.events.register(f"{_EVENTS[point.when]}.{service}.{point.operation}", count_down)


if __name__ == "__main__":
    main(*sys.argv[1:])
