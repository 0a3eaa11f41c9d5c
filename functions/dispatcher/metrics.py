"""What a poll adds to the metrics."""

from collections.abc import Mapping

from dispatcher.run_window import PollProgress
from herald.domain.clock import SECOND
from herald.runtime.metric_names import Metric
from herald.runtime.metrics import record

_COUNTED = {
    "parked": Metric.DISPATCHED,
    "new": Metric.DISPATCHED,
    "rescued": Metric.RESCUED,
    "released": Metric.RELEASED,
}
_IN_THEIR_OWN_TIME = {"released"}  # a few a second, for as many polls as it takes


def measure_poll(came_to: Mapping[str, PollProgress], duration: int) -> None:
    """What each step sent, how long the poll took (ms), and whether its time sufficed for all that is due."""
    for step, metric in _COUNTED.items():
        record(metric, came_to[step].sent if step in came_to else 0)
    record(Metric.POLL_DURATION, duration / SECOND)
    cut_short = {step for step, progress in came_to.items() if not progress.finished}
    record(Metric.POLL_CUT_SHORT, int(bool(cut_short - _IN_THEIR_OWN_TIME)))
