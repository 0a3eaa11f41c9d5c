"""What there is to draw."""

from dataclasses import dataclass

from tools.cloudwatch.insights import Table
from tools.cloudwatch.measurements import Measurements


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderInput:
    """The measurements, the period of their points (ms), the log widgets' answers by title, the alarms that ring."""

    measured: Measurements
    period: int
    tables: dict[str, Table]
    ringing: frozenset[str]
