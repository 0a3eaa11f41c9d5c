"""`POST /notifications/batch`: a result for each notification, in order. One that is refused refuses no other."""

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from herald.contract.batch import split
from herald.contract.envelope import Envelope, parse_envelope
from herald.domain.clock import SECOND, now
from herald.domain.notification import Notification
from herald.domain.notification_id import NotificationId
from herald.languages.current import localized
from herald.runtime.caller import Caller, require_partner
from herald.runtime.http_response import RETRY_AFTER, HttpResponse, error_body, json_response, language_headers
from herald.runtime.logging import logger
from herald.runtime.metric_names import Metric
from herald.runtime.metrics import record
from receiver.acceptance import require_known, require_publisher
from submission.body import text_with_replacements
from submission.failures import NOT_STORED, Failure, failure_of
from submission.metrics import measure_response
from submission.storing import send, store

AT_ONCE: Final = 16  # puts; more threads would only wait for this function's share of a processor
# No call begins later than this after the first one. The longest call takes 7 s, and one message to the queue as much:
# together less than the function's 25 s. What is not stored by then is not acknowledged.
BEGIN_WITHIN: Final = 10 * SECOND


@dataclass(frozen=True, slots=True)
class Stored:
    """It is stored. `to_send`: the notification, where its first message has to be sent."""

    id: NotificationId
    to_send: Notification | None = None


type Result = Stored | Failure


def accept_batch(event: dict[str, Any], caller: Caller) -> HttpResponse:
    """Reads the batch and stores what can be stored. Raises what concerns the batch as a whole."""
    require_publisher(caller)
    # What is not UTF-8 refuses the one notification that it stands in: a U+FFFD is refused in each.
    read = [_read(part, caller) for part in split(text_with_replacements(event))]
    results = _store_all(read)
    to_send = {one.id: one.to_send for one in results if isinstance(one, Stored) and one.to_send}
    if to_send:
        send(to_send.values())
    _measure(results)
    _log(results, caller)
    return _response(results)


def _read(text: str, caller: Caller) -> Envelope | Failure:
    try:
        envelope = parse_envelope(text)
        require_partner(caller, envelope.id.partner_id)
    except Exception as error:  # noqa: BLE001 - a fault in one notification refuses no other
        return failure_of(error)
    return envelope


def _store_all(read: Sequence[Envelope | Failure]) -> list[Result]:
    """Stores each notification once, the first where several are the same; the others have its result."""
    first: dict[NotificationId, Envelope] = {}
    for one in read:
        if isinstance(one, Envelope):
            first.setdefault(one.id, one)
    results = dict(zip(first, _store_side_by_side(list(first.values())), strict=True))
    return [results[one.id] if isinstance(one, Envelope) else one for one in read]


def _store_side_by_side(envelopes: Sequence[Envelope]) -> list[Result]:
    begin_until = now() + BEGIN_WITHIN
    partner_ids = list({one.id.partner_id for one in envelopes})
    with ThreadPoolExecutor(AT_ONCE) as threads:
        looked_up = threads.map(lambda partner_id: _look_up(partner_id, begin_until), partner_ids)
        failures = dict(zip(partner_ids, looked_up, strict=True))
        return list(threads.map(lambda one: failures[one.id.partner_id] or _store(one, begin_until), envelopes))


def _look_up(partner_id: int, begin_until: int) -> Failure | None:
    """The failure of each notification for this partner, None when the registry has it."""
    if now() > begin_until:
        return NOT_STORED
    try:
        require_known(partner_id)
    except Exception as error:  # noqa: BLE001 - as in `_read`
        return failure_of(error)
    return None


def _store(envelope: Envelope, begin_until: int) -> Result:
    if now() > begin_until:
        return NOT_STORED
    try:
        return Stored(envelope.id, store(envelope))
    except Exception as error:  # noqa: BLE001 - as in `_read`
        return failure_of(error)


def _measure(results: Sequence[Result]) -> None:
    """Counts each notification as the single route does; `store` has counted what is stored, each id once."""
    stored = [one.id for one in results if isinstance(one, Stored)]
    if again := len(stored) - len(set(stored)):
        record(Metric.DUPLICATES, again)
    for one in results:
        if isinstance(one, Failure):
            measure_response(one.status)


def _log(results: Sequence[Result], caller: Caller) -> None:
    failed = Counter(str(one.status.value) for one in results if isinstance(one, Failure))
    stored = [str(one.id) for one in results if isinstance(one, Stored)]
    extra = {"status": HTTPStatus.OK, "notifications": stored, "failed": failed, "publisher": caller.get("name")}
    logger.info("batch", extra=extra)


def _response(results: Sequence[Result]) -> HttpResponse:
    unavailable = any(isinstance(one, Failure) and one.status is HTTPStatus.SERVICE_UNAVAILABLE for one in results)
    headers = {**language_headers(), **({"retry-after": RETRY_AFTER} if unavailable else {})}
    return json_response(HTTPStatus.OK, {"results": [_content(one) for one in results]}, headers)


def _content(result: Result) -> dict[str, Any]:
    if isinstance(result, Stored):
        return {"status": HTTPStatus.OK.value, "describe": "success", "id": str(result.id)}
    return {"status": result.status.value, **error_body(result.status, localized(result.message))}
