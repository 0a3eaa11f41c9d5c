"""The internal partner to which canaries fly: it registers itself, with an address of our own API."""

from dataclasses import dataclass

from herald.contract.signature import new_secret
from herald.domain.canary import NAME, is_canary
from herald.domain.clock import now
from herald.domain.notification import HERALD
from herald.domain.partner import Partner, ReviewState, approve, register, update_partner
from herald.store.partner_table import PartnerTable

_OURS = "an address of our own API"


class NotTheCanary(Exception):
    """The number belongs to a partner that is not ours, which stays untouched."""


@dataclass(frozen=True, slots=True)
class CanaryPartner:
    """The partner of that number in the registry."""

    partners: PartnerTable
    partner_id: int

    def ensure(self, url: str) -> Partner:
        """The partner, created or given this address where it has another one. Raises `NotTheCanary`."""
        stands = self.partners.get(self.partner_id)
        if stands is None:
            created = self._new(url)
            return created if self.partners.add(created) else self.ensure(url)
        if not is_canary(stands):
            raise NotTheCanary(
                f"partner {self.partner_id} is “{stands.name}” and not “{NAME}”: give CanaryPartnerId a number that no "
                "partner has, or the partner its name again if somebody renamed it"
            )
        if stands.url == url or stands.state is ReviewState.SUSPENDED:
            return stands
        moved = _approved(update_partner(stands, {"proposed_url": url}, HERALD, _OURS, now()))
        self.partners.save(stands, moved)
        return moved

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
