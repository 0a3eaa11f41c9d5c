"""The steps of a poll that only measure. One that fails does not fail the poll."""

from collections.abc import Callable, Mapping

from herald.runtime.logging import logger
from herald.runtime.metric_names import Metric
from herald.runtime.metrics import record


def measure(measurements: Mapping[str, Callable[[], None]]) -> None:
    """Runs all of them. One that fails is logged and counted in `MeasurementFailed`; the others still run."""
    failed = [name for name, measurement in measurements.items() if not _succeeds(name, measurement)]
    record(Metric.MEASUREMENT_FAILED, int(bool(failed)))


def _succeeds(name: str, measurement: Callable[[], None]) -> bool:
    try:
        measurement()
    except Exception:  # noqa: BLE001 - whatever it is, it must not fail the poll; logged here
        logger.exception("measurement failed", extra={"measurement": name})
        return False
    return True
