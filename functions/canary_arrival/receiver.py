"""What the endpoint of the canary's partner does with a notification."""

import json
from base64 import b64decode
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from herald.contract.signature import is_signed
from herald.domain.canary import is_canary, submitted_at
from herald.domain.clock import SECOND, now
from herald.languages.message import Message
from herald.runtime.http_response import HttpResponse, error_response, text_response
from herald.runtime.logging import logger
from herald.runtime.metric_names import Metric
from herald.runtime.metrics import record
from herald.store.canary_table import CanaryTable
from herald.store.encryption.partner_secrets import PartnerSecrets
from herald.store.partner_table import PartnerTable


@dataclass(frozen=True, slots=True)
class CanaryReceiver:
    """The endpoint of the partner with this number."""

    partners: PartnerTable
    secrets: PartnerSecrets
    entries: CanaryTable
    partner_id: int

    def receive(self, event: dict[str, Any]) -> HttpResponse:
        """Responds `success` to what Herald has signed for this partner, and 401 to anything else.

        An arrival is recorded only for an order that the canary submitted less than an hour ago.
        """
        body = body_of(event)
        if not self._is_signed(event.get("headers") or {}, body):
            message = Message("not signed with the secret of Herald's canary")
            return error_response(HTTPStatus.UNAUTHORIZED, message)
        order = str(json.loads(body)["body"].get("orderId"))
        since = submitted_at(order)
        if since is not None and self.entries.was_sent(order, now()):  # any other was submitted by a publisher
            _record_arrival(order, max(0, now() - since) / SECOND)
        return text_response("success", {})

    def _is_signed(self, headers: dict[str, str], body: bytes) -> bool:
        partner = self.partners.get_cached(self.partner_id, now())
        if partner is None or not is_canary(partner):
            return False
        return is_signed(self.secrets.of(partner, now()).signing(now()), headers, body, now())


def body_of(event: dict[str, Any]) -> bytes:
    """The bytes of the request body."""
    text = event.get("body") or ""
    return b64decode(text) if event.get("isBase64Encoded") else text.encode()


def _record_arrival(order: str, latency: float) -> None:
    record(Metric.CANARY_ARRIVED)
    record(Metric.CANARY_LATENCY, latency)
    logger.info("canary arrived", extra={"order_id": order, "latency_s": latency})
