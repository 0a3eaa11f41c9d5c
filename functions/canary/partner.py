"""The internal partner that canary notifications are for. Its endpoint is a route of Herald's own API."""

from dataclasses import dataclass

from herald.contract.signature import new_secret
from herald.domain.canary import NAME, is_canary
from herald.domain.clock import now
from herald.domain.notification import HERALD
from herald.domain.partner import Partner, ReviewState, register, update_partner
from herald.domain.review.address_review import approve
from herald.store.partner_table import PartnerTable

_OURS = "an address of our own API"


class NotTheCanary(Exception):
    """The number belongs to a partner that is not the canary. That partner is not changed."""


@dataclass(frozen=True, slots=True)
class CanaryPartner:
    """The partner of that number in the registry."""

    partners: PartnerTable
    partner_id: int

    def ensure(self, url: str) -> Partner:
        """The partner with this URL: it is created, or its URL is updated, where necessary. Raises `NotTheCanary`."""
        current = self.partners.get(self.partner_id)
        if current is None:
            created = self._new(url)
            return created if self.partners.add(created) else self.ensure(url)
        if not is_canary(current):
            raise NotTheCanary(
                f"partner {self.partner_id} is “{current.name}” and not “{NAME}”: give CanaryPartnerId a number that "
                "no partner has, or the partner its name again if somebody renamed it"
            )
        if current.url == url or current.state is ReviewState.SUSPENDED:
            return current
        updated = _approved(update_partner(current, {"proposed_url": url}, HERALD, _OURS, now()))
        self.partners.save(current, updated)
        return updated

    def _new(self, url: str) -> Partner:
        partner = Partner(
            partner_id=self.partner_id,
            name=NAME,
            contact="whoever is on duty",
            state=ReviewState.PENDING,
            secret=new_secret(),
            proposed_url=url,
        )
        return _approved(register(partner, HERALD, now()))


def _approved(partner: Partner) -> Partner:
    return approve(partner, HERALD, _OURS, now(), force=True)
