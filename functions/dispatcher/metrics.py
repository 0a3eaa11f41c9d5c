"""The metrics of a poll."""

from collections.abc import Mapping

from dispatcher.plan import StepName
from dispatcher.run_window import PollProgress
from herald.domain.clock import SECOND
from herald.runtime.metric_names import Metric
from herald.runtime.metrics import record

_COUNTED = {
    StepName.PARKED: Metric.DISPATCHED,
    StepName.NEW: Metric.DISPATCHED,
    StepName.RESCUED: Metric.RESCUED,
    StepName.RELEASED: Metric.RELEASED,
}
_MAY_STAY_UNFINISHED = {StepName.RELEASED}  # limited to a rate, so they may need several polls


def measure_poll(done: Mapping[StepName, PollProgress], duration: int) -> None:
    """What each step sent, how long the poll took (ms), and whether it had the time for everything that is due."""
    for step, metric in _COUNTED.items():
        record(metric, done[step].sent if step in done else 0)
    record(Metric.POLL_DURATION, duration / SECOND)
    cut_short = {step for step, progress in done.items() if not progress.finished}
    record(Metric.POLL_CUT_SHORT, int(bool(cut_short - _MAY_STAY_UNFINISHED)))
