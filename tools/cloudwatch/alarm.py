"""The template's alarms, and whether they ring, by CloudWatch's rules ("Using Amazon CloudWatch alarms")."""

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from herald.domain.clock import SECOND
from tools.cloudwatch.measurements import Measurements, Metric, statistic
from tools.cloudwatch.template_body import Names, resolved
from tools.local_stack.template import load_template

ALARM = "AWS::CloudWatch::Alarm"
# CloudWatch looks at more periods than it evaluates, in case the newest have no values yet, and does not say how many;
# in the examples of "Configuring how CloudWatch alarms treat missing data" these are five for three.
_FURTHER = 2
_COMPARISONS: Mapping[str, Callable[[float, float], bool]] = {
    "GreaterThanOrEqualToThreshold": operator.ge,
    "GreaterThanThreshold": operator.gt,
    "LessThanThreshold": operator.lt,
    "LessThanOrEqualToThreshold": operator.le,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """In alarm where in `needed` of the last `periods` (each of `period` ms) the statistic breaches."""

    metric: Metric
    stat: str
    period: int
    periods: int
    needed: int
    threshold: float
    comparison: str
    missing: str  # how a period without any value counts: `breaching` or `notBreaching`
    least: float = 0  # of so many values a percentile is told; of fewer, nothing is (CloudWatch keeps the state it had)

    def rings(self, measured: Measurements, at: int) -> bool:
        """Whether it is in alarm at that moment (ms since the epoch).

        A period without values counts as `missing` says, but only where the evaluation range has too few with values.
        """
        values = measured.values.get(self.metric, [])
        known = [
            self._breaches(found)
            for number in range(self.periods + _FURTHER)
            if (found := self._within(values, at - number * self.period))
        ][: self.periods]
        filled = self.periods - len(known) if self.missing == "breaching" else 0
        return sum(known) + filled >= self.needed

    def _within(self, values: list[tuple[int, float]], until: int) -> list[float]:
        return [value for moment, value in values if until - self.period <= moment < until]

    def _breaches(self, values: list[float]) -> bool:
        if len(values) < self.least:
            return False
        return _COMPARISONS[self.comparison](statistic(self.stat, values), self.threshold)


def alarms(names: Names) -> dict[str, Alarm]:
    """The template's alarms by logical id, those under a condition where `names` (as for the dashboards) has them."""
    resources = load_template()["Resources"]
    there = {
        name: one["Properties"]
        for name, one in resources.items()
        if one["Type"] == ALARM and ("Condition" not in one or name in names)
    }
    return {name: _alarm(resolved(_watching(properties), names)) for name, properties in there.items()}


def _watching(properties: Mapping[str, Any]) -> dict[str, Any]:
    """What it watches; what it says and to whom does not matter here."""
    told = {"AlarmDescription", "AlarmActions", "OKActions"}
    return {name: value for name, value in properties.items() if name not in told}


def _alarm(properties: Mapping[str, Any]) -> Alarm:
    dimensions = frozenset((one["Name"], one["Value"]) for one in properties["Dimensions"])
    return Alarm(
        metric=Metric(properties["Namespace"], properties["MetricName"], dimensions),
        stat=properties.get("Statistic") or properties["ExtendedStatistic"],
        period=properties["Period"] * SECOND,
        periods=properties["EvaluationPeriods"],
        needed=properties.get("DatapointsToAlarm", properties["EvaluationPeriods"]),
        threshold=properties["Threshold"],
        comparison=properties["ComparisonOperator"],
        missing=properties["TreatMissingData"],
        least=_least(properties) if properties.get("EvaluateLowSampleCountPercentile") == "ignore" else 0,
    )


def _least(properties: Mapping[str, Any]) -> float:
    """How many values a percentile needs ("Percentile-based alarms and low data samples")."""
    share = float(properties["ExtendedStatistic"][1:]) / 100
    return 10 / min(share, 1 - share)
