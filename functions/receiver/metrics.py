"""What a submission adds to the metrics."""

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


def measure_answer(status: int) -> None:
    """Why it was not accepted, where it was not."""
    if status in REFUSED:
        record(REFUSED[HTTPStatus(status)])
