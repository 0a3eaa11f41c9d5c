"""Submits a canary notification to Herald's own API, with a temporary publisher's key."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from canary.partner import CanaryPartner
from herald.domain import canary
from herald.domain.api_key import Role, new_key
from herald.domain.clock import now
from herald.runtime.logging import logger
from herald.store.canary_table import CanaryTable
from herald.webhook.client import Poster


class CanaryRefused(Exception):
    """Herald's API did not accept it. The message contains the reason."""


@dataclass(frozen=True, slots=True)
class CanarySubmission:
    """Submits canary notifications."""

    canary: CanaryPartner
    entries: CanaryTable
    poster: Poster

    async def start(self, api_url: str) -> dict[str, Any]:
        """Submits one. Raises `CanaryRefused`: then Lambda retries, and the function's error metric counts it."""
        partner = self.canary.ensure(f"{api_url}/canary")
        if not partner.may_receive:
            logger.warning("the canary is suspended", extra={"partner_id": partner.partner_id})
            return {"flies": False}
        order_id = canary.order_id(now())
        body = notification(partner.partner_id, order_id)
        self.entries.note_sent(order_id, now())  # before the POST: the notification may arrive before its response
        with self._key() as key:
            outcome = await self.poster.post(f"{api_url}/notifications", body, {"authorization": f"Bearer {key}"})
        if not outcome.delivered:
            raise CanaryRefused(str(outcome.reason))
        logger.info("canary", extra={"partner_id": partner.partner_id, "order_id": order_id})
        return {"flies": True, "orderId": order_id}

    @contextmanager
    def _key(self) -> Iterator[str]:
        """A publisher's key for this submission only, so that no long-lived key can be stolen.

        It is stored in CanaryTable, which holds only publishers' keys. A key that a crash leaves there expires.
        """
        key = new_key(Role.PUBLISHER)
        self.entries.admit(key, now())
        try:
            yield key
        finally:
            self.entries.withdraw(key)


def notification(partner_id: int, order_id: str) -> bytes:
    """The bytes of an ordinary `snNotify` in which no code is redeemed.

    Its form: docs/architecture.md, "Rules of the partner manual".
    """
    order = {"orderId": order_id, "LHOrderId": order_id, "orderStatus": 9, "orderQuantity": 1, "usedQuantity": 0}
    content = {"code": 10000, "describe": "canary", "partnerId": partner_id, "method": "snNotify", "body": order}
    return json.dumps(content, separators=(",", ":")).encode()
