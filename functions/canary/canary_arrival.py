"""The end of a canary's way: what the internal partner's server does with a notification."""

import json
from base64 import b64decode
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from canary_flight import ORDER
from canary_partner import CanaryPartner

from herald.clock import SECOND, now
from herald.http_answer import HttpAnswer, answer_error, answer_text
from herald.meter import note
from herald.metric import Metric
from herald.signature import is_signed
from herald.telemetry import logger


@dataclass(frozen=True, slots=True)
class CanaryArrival:
    """The server of this partner."""

    canary: CanaryPartner

    def receive(self, event: dict[str, Any]) -> HttpAnswer:
        """`success` to what Herald has signed for this partner, of which a canary's arrival is noted; 401 otherwise."""
        body = body_of(event)
        partner = self.canary.get()
        if partner is None or not is_signed(partner.signing_secrets(now()), event.get("headers") or {}, body, now()):
            return answer_error(HTTPStatus.UNAUTHORIZED, "not signed with the secret of Herald's canary")
        order_id = json.loads(body).get("body", {}).get("orderId", "")
        if order_id.startswith(ORDER):
            _note_arrival(order_id, int(order_id.removeprefix(ORDER)))
        return answer_text("success", {})


def body_of(event: dict[str, Any]) -> bytes:
    """The bytes as they came."""
    text = event.get("body") or ""
    return b64decode(text) if event.get("isBase64Encoded") else text.encode()


def _note_arrival(order_id: str, submitted_at: int) -> None:
    latency = (now() - submitted_at) / SECOND
    note(Metric.CANARY_ARRIVED)
    note(Metric.CANARY_LATENCY, latency)
    logger.info("canary arrived", extra={"order_id": order_id, "latency_s": latency})
