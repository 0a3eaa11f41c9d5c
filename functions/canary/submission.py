"""The beginning of a canary's way: a submission to our own API, by a publisher's key of our own."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from canary.partner import CanaryPartner
from herald.domain import canary
from herald.domain.clock import now
from herald.runtime.logging import logger
from herald.store.canary_table import CanaryTable
from herald.store.key_table import new_key
from herald.webhook.client import Poster


class CanaryRefused(Exception):
    """Our own API did not accept it. The text says why."""


@dataclass(frozen=True, slots=True)
class CanarySubmission:
    """What it takes to let one fly."""

    canary: CanaryPartner
    entries: CanaryTable
    poster: Poster

    async def start(self, api_url: str) -> dict[str, Any]:
        """Submits one. Raises `CanaryRefused`: Lambda tries again, and whoever watches its errors is told."""
        partner = self.canary.ensure(f"{api_url}/canary")
        if not partner.may_receive:
            logger.warning("the canary is suspended", extra={"partner_id": partner.partner_id})
            return {"flies": False}
        order_id = canary.order_id(now())
        body = notification(partner.partner_id, order_id)
        self.entries.note_sent(order_id, now())  # before the POST: it may arrive before that is answered
        with self._key() as key:
            outcome = await self.poster.post(f"{api_url}/notifications", body, {"authorization": f"Bearer {key}"})
        if not outcome.delivered:
            raise CanaryRefused(outcome.reason)
        logger.info("canary", extra={"partner_id": partner.partner_id, "order_id": order_id})
        return {"flies": True, "orderId": order_id}

    @contextmanager
    def _key(self) -> Iterator[str]:
        """A publisher's key for this flight alone: with nothing to keep, there is nothing to steal.

        It stands in CanaryTable, where no key is more than a publisher's. One that a flight left behind ends by itself.
        """
        key = new_key()
        self.entries.admit(key, now())
        try:
            yield key
        finally:
            self.entries.withdraw(key)


def notification(partner_id: int, order_id: str) -> bytes:
    """The bytes of an ordinary `snNotify` (DESIGN, section 1), in which no code is redeemed."""
    order = {"orderId": order_id, "LHOrderId": order_id, "orderStatus": 9, "orderQuantity": 1, "usedQuantity": 0}
    content = {"code": 10000, "describe": "canary", "partnerId": partner_id, "method": "snNotify", "body": order}
    return json.dumps(content, separators=(",", ":")).encode()
