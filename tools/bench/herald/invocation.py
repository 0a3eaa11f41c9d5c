"""Invocations of a handler, as Lambda's runtime makes them: from the event's JSON to the response's."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from tools.bench.herald.stopwatch import Stopwatch

type Handler = Callable[[dict[str, Any], "Context"], Any]


@dataclass
class Context:
    """What Lambda says about an invocation."""

    function_name: str = "herald"
    memory_limit_in_mb: int = 512
    invoked_function_arn: str = "arn:aws:lambda:us-east-1:123456789012:function:herald"
    aws_request_id: str = "00000000-0000-4000-8000-000000000001"
    remaining: int = 300_000  # ms

    def get_remaining_time_in_millis(self) -> int:
        """The time that is left, always the same."""
        return self.remaining


class WrongResult(Exception):
    """A function did not do what is measured."""


class Function:
    """A function: its handler, and what its first invocation took."""

    def __init__(self, package: str, is_right: Callable[[Any], bool]) -> None:
        self._is_right = is_right
        self._handler: Handler = import_module(f"{package}.app").handler
        self.first: Stopwatch | None = None

    def invoke(self, event: str) -> Any:  # noqa: ANN401 - the response, which is JSON
        """One invocation. Raises `WrongResult`."""
        with Stopwatch() as one:
            result = self._handler(json.loads(event), Context())
            json.dumps(result)
        self.first = self.first or one
        if not self._is_right(result):
            raise WrongResult(f"{result}"[:500])
        return result

    def invoke_all(self, events: Iterable[str]) -> Stopwatch:
        """One invocation after the other. Raises `WrongResult`."""
        with Stopwatch() as all_of_them:
            for event in events:
                self.invoke(event)
        return all_of_them

    def figures(self, measured: Stopwatch, count: int) -> dict[str, float]:
        """The result of a task: what `count` things took, and the first invocation; in seconds."""
        first = self.first or measured
        return {
            "count": count,
            "cpu": measured.cpu,
            "wall": measured.wall,
            "firstCpu": first.cpu,
            "firstWall": first.wall,
        }
