"""The beginning of a canary's way: a submission to our own API, by a publisher's key of our own."""

import json
from dataclasses import dataclass
from typing import Any, Protocol

from canary_partner import CanaryPartner

from herald.attempt import Outcome
from herald.clock import now
from herald.key_table import Key, KeyTable, Role, derived_key, hash_of
from herald.partner import Partner
from herald.telemetry import logger

ORDER = "canary-"  # and the moment of its submission, in ms since the epoch
_PURPOSE = "publisher key of the canary"


class CanaryRefused(Exception):
    """Our own API did not accept it. The text says why."""


class Poster(Protocol):
    """What makes the POST; `herald.postman.Postman` outside of tests."""

    async def post(self, url: str, body: bytes, headers: dict[str, str]) -> Outcome:
        """One bounded POST; whatever comes of it is an outcome."""


@dataclass(frozen=True, slots=True)
class CanaryFlight:
    """What it takes to let one fly."""

    canary: CanaryPartner
    keys: KeyTable
    poster: Poster

    async def start(self, api_url: str) -> dict[str, Any]:
        """Submits one. Raises `CanaryRefused`: Lambda tries again, and whoever watches its errors is told."""
        partner = self.canary.ensure(f"{api_url}/canary")
        if not partner.may_receive:
            logger.warning("the canary is suspended", extra={"partner_id": partner.partner_id})
            return {"flies": False}
        order_id = f"{ORDER}{now()}"
        body = notification(partner.partner_id, order_id)
        outcome = await self.poster.post(
            f"{api_url}/notifications", body, {"authorization": f"Bearer {self._key(partner)}"}
        )
        if not outcome.delivered:
            raise CanaryRefused(outcome.reason)
        logger.info("canary", extra={"partner_id": partner.partner_id, "order_id": order_id})
        return {"flies": True, "orderId": order_id}

    def _key(self, partner: Partner) -> str:
        """Derived from the partner's secret, so that there is nothing else to keep; known to the API from here on."""
        key = derived_key(partner.secret, _PURPOSE)
        if self.keys.find(key) is None:
            self.keys.add(key, Key(role=Role.PUBLISHER, name="canary"), now())
        if partner.previous_secret is not None:
            self._withdraw(derived_key(partner.previous_secret, _PURPOSE))
        return key

    def _withdraw(self, key: str) -> None:
        if self.keys.find(key) is not None:
            self.keys.withdraw(hash_of(key))


def notification(partner_id: int, order_id: str) -> bytes:
    """The bytes of an ordinary `snNotify` (DESIGN, section 1), in which no code is redeemed."""
    order = {"orderId": order_id, "LHOrderId": order_id, "orderStatus": 9, "orderQuantity": 1, "usedQuantity": 0}
    content = {"code": 10000, "describe": "canary", "partnerId": partner_id, "method": "snNotify", "body": order}
    return json.dumps(content, separators=(",", ":")).encode()
