"""Two stacks: the platform's delivers to that of a partner, which delivers to a system of its own."""

from dataclasses import dataclass
from typing import Any

from tools.common.api_client import ApiClient

type Json = dict[str, Any]

SOURCE = "The platform"
_REASON = "both ends run Herald"


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoEnds:
    """The operators' APIs of both stacks, and the numbers in their registries. Every method raises `CliError`."""

    platform: ApiClient
    partner: ApiClient
    partner_id: int  # of the partner, at the platform
    shop_id: int  # of its own system, the shop system, at the partner

    def register_shop(self, name: str, url: str) -> str:
        """Enters the shop system in the partner's registry. The secret with which the partner's stack signs."""
        wish = {"partnerId": self.shop_id, "name": name, "url": url}
        return str(self.partner.create_partner(wish)["secret"])

    def approve_shop(self) -> Json:
        """Tests the shop system's address and approves it. The attempt of the test."""
        return _approve(self.partner, self.shop_id)

    def connect(self, name: str, **limits: int) -> str:
        """Gives the platform an inbound address of the partner's stack; only what the platform signs is accepted there.

        The partner is entered at the platform with that address and these limits, such as `concurrency=4`. The id of
        the source that has the address.
        """
        source = self.partner.sources.create({"name": SOURCE, "partnerId": self.shop_id, "reason": _REASON})
        wish = {"partnerId": self.partner_id, "name": name, "url": self.partner.url + source["path"]}
        secret = self.platform.create_partner(wish)["secret"]
        self.partner.sources.change(source["id"], {"webhookSecret": secret, "reason": _REASON})
        if limits:
            self.platform.change_partner(self.partner_id, {**limits, "reason": _REASON})
        return str(source["id"])

    def approve_partner(self) -> Json:
        """Tests the inbound address and approves it. The attempt of the test."""
        return _approve(self.platform, self.partner_id)

    def received_by_partner(self, order_id: str) -> list[Json]:
        """What the partner's stack stored of an order for the shop system, in the order of arrival."""
        items: list[Json] = self.partner.notifications(partnerId=self.shop_id, orderId=order_id)["items"]
        return items


def _approve(operator: ApiClient, partner_id: int) -> Json:
    attempt = operator.act_on_partner(partner_id, "test", {"which": "proposed"})
    operator.act_on_partner(partner_id, "approve", {"reason": "the test passed"})
    return attempt
