"""The steps of a poll that only look. What has been sent is sent: one that fails does not fail the poll."""

from collections.abc import Callable, Mapping

from herald.runtime.logging import logger
from herald.runtime.metric_names import Metric
from herald.runtime.metrics import record


def measure(looks: Mapping[str, Callable[[], None]]) -> None:
    """Each of them. One that fails is logged, keeps no other from running, and counts in `MeasurementFailed`."""
    failed = [name for name, look in looks.items() if not _succeeds(name, look)]
    record(Metric.MEASUREMENT_FAILED, int(bool(failed)))


def _succeeds(name: str, look: Callable[[], None]) -> bool:
    try:
        look()
    except Exception:  # noqa: BLE001 - whatever it is, it must not fail the poll; logged here
        logger.exception("measurement failed", extra={"measurement": name})
        return False
    return True
