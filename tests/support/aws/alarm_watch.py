"""A stack under watch: what its functions emit and what AWS would measure of them, and which alarms ring by that."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import override

import pytest

from herald.domain.clock import now
from tests.support.docs.template import ALWAYS, FUNCTION, QUEUE
from tools.cloudwatch.alarm import alarms
from tools.cloudwatch.log_lines import read
from tools.cloudwatch.measurements import Measurements, Metric

QUICK = 100  # ms: what an invocation takes, unless a test says otherwise


class Names(dict[str, str]):
    """Every name, which tells what it stands for; the stack is `herald`, as in the functions' environment."""

    @override
    def __contains__(self, name: object) -> bool:
        return True

    def __missing__(self, name: str) -> str:
        return "herald" if name == "AWS::StackName" else f"<{name}>"


NAMES = Names()
ALARMS = alarms(NAMES)


@dataclass
class Watch:
    """Everything that was measured up to now, by the test's clock."""

    printed: pytest.CaptureFixture[str]
    measured: Measurements = field(default_factory=Measurements)
    canary: bool = False  # whether the stack has one

    def run(self, function: str, act: Callable[[], object], *, duration: int = QUICK) -> None:
        """An invocation of the function, which succeeds; Lambda counts it."""
        act()
        self.collect()
        self.count("AWS/Lambda", "Invocations", {"FunctionName": f"<{function}>"}, 1)
        self.count("AWS/Lambda", "Errors", {"FunctionName": f"<{function}>"}, 0)
        self.count("AWS/Lambda", "Throttles", {"FunctionName": f"<{function}>"}, 0)
        self.count("AWS/Lambda", "Duration", {"FunctionName": f"<{function}>"}, duration)

    def collect(self) -> None:
        """What has been emitted since the last time."""
        for line in self.printed.readouterr().out.splitlines():
            read(line, now(), "", self.measured)

    def count(self, namespace: str, name: str, dimensions: dict[str, str], value: float) -> None:
        """What AWS itself measures."""
        self.measured.add(Metric(namespace, name, frozenset(dimensions.items())), now(), [value])

    def idle(self) -> None:
        """What AWS measures of everything that did nothing wrong just now: no errors, empty queues, no 5xx."""
        for function in FUNCTION:
            if function != "DispatcherFunction":  # whose invocations are polls
                self.run(function, lambda: None)
        for queue in QUEUE:
            dimensions = {"QueueName": f"<{queue}.QueueName>"}
            self.count("AWS/SQS", "ApproximateNumberOfMessagesVisible", dimensions, 0)
        self.count("AWS/ApiGateway", "5xx", {"ApiId": "<HttpApi>"}, 0)

    def ringing(self) -> set[str]:
        """The alarms that ring now."""
        there = {name: alarm for name, alarm in ALARMS.items() if self.canary or name in ALWAYS}
        return {name for name, alarm in there.items() if alarm.rings(self.measured, now())}
