"""The metrics of a submission."""

from collections.abc import Mapping
from http import HTTPStatus

from herald.runtime.metric_names import Metric
from herald.runtime.metrics import record

REFUSED = {
    HTTPStatus.BAD_REQUEST: Metric.REFUSED_INVALID,
    HTTPStatus.FORBIDDEN: Metric.REFUSED_ROLE,
    HTTPStatus.NOT_FOUND: Metric.REFUSED_UNKNOWN_PARTNER,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: Metric.REFUSED_TOO_LARGE,
    HTTPStatus.INTERNAL_SERVER_ERROR: Metric.NOT_STORED,
    HTTPStatus.SERVICE_UNAVAILABLE: Metric.NOT_STORED,
}
REFUSED_INBOUND = {
    **REFUSED,
    HTTPStatus.UNAUTHORIZED: Metric.REFUSED_UNPROVED,
    HTTPStatus.NOT_FOUND: Metric.REFUSED_UNKNOWN_SOURCE,
}


def measure_response(status: int) -> None:
    """Counts the reason, if a publisher's submission was not accepted."""
    _measure(status, REFUSED)


def measure_inbound_response(status: int) -> None:
    """Likewise of a source's sender."""
    _measure(status, REFUSED_INBOUND)


def _measure(status: int, reasons: Mapping[HTTPStatus, Metric]) -> None:
    if status in reasons:
        record(reasons[HTTPStatus(status)])
