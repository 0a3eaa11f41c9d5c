"""What a poll adds to the metrics."""

from collections.abc import Mapping

from progress import Progress

from herald.clock import SECOND
from herald.meter import note
from herald.metric import Metric

_COUNTED = {
    "parked": Metric.DISPATCHED,
    "new": Metric.DISPATCHED,
    "rescued": Metric.RESCUED,
    "released": Metric.RELEASED,
}


def measure_poll(sent: Mapping[str, int], total: Progress, duration: int) -> None:
    """What each step sent, how long the poll took (ms), and whether its time sufficed."""
    for step, metric in _COUNTED.items():
        note(metric, sent.get(step, 0))
    note(Metric.POLL_DURATION, duration / SECOND)
    note(Metric.POLL_CUT_SHORT, int(not total.finished))
