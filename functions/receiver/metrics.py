"""The metrics of a submission."""

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


def measure_response(status: int) -> None:
    """Counts the reason, if it was not accepted."""
    if status in REFUSED:
        record(REFUSED[HTTPStatus(status)])
