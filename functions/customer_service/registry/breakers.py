"""What a person does about a partner's breaker. `by` is the person's name, for the partner's history."""

from typing import Final

from customer_service.dependencies import delivery_queue, job_queue, partners
from customer_service.registry.partner_access import decide, find
from customer_service.schemas.requests import Why
from customer_service.schemas.responses import PartnerResponse
from customer_service.serializers.partner_serializer import partner_response
from herald.domain.breakers.breaker import Reserved
from herald.domain.breakers.partner_breaker import ask_for_probe, close_breaker_by
from herald.domain.clock import now
from herald.domain.notification import Due
from herald.messaging.sqs import QueueUnavailable
from herald.runtime.logging import logger

RECOVERY_DELAY: Final = 2  # s: what is held back until it closes stands in the due index by then


def probe_partner(partner_id: int, request: Why, by: str) -> PartnerResponse:
    """The next probe is due now, and is sent where a notification for it is known; otherwise the next poll sends one.

    Raises `ReviewRefused` where the breaker is not open, and `PartnerConflict`.
    """
    before = find(partner_id)
    after = ask_for_probe(before, by, request.reason, now())
    partners().save(before, after)
    for one in after.breaker.reserve[:1]:
        _send_probe(one)
    return partner_response(after)


def close_partner_breaker(partner_id: int, request: Why, by: str) -> PartnerResponse:
    """Attempts are made again, and what waits is brought forward. Raises `ReviewRefused` and `PartnerConflict`."""
    response = decide(partner_id, lambda before: close_breaker_by(before, by, request.reason, now()))
    try:
        job_queue().send_recovery(partner_id, RECOVERY_DELAY)
    except QueueUnavailable:  # the next poll sends it
        logger.warning("recovery not sent", extra={"partner_id": partner_id}, exc_info=True)
    return response


def _send_probe(one: Reserved) -> None:
    try:
        delivery_queue().send([Due(one.id, one.turn, now())], now(), asked=True)
    except QueueUnavailable:  # the next poll sends one
        logger.warning("probe not sent", extra={"notification": str(one.id)}, exc_info=True)
