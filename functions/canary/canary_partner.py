"""The internal partner to which canaries fly: it registers itself, with an address of our own API."""

from dataclasses import dataclass

from herald.clock import now
from herald.notification import HERALD
from herald.partner import Partner, ReviewState, amend, approve, register
from herald.partner_table import PartnerTable
from herald.signature import new_secret

NAME = "Herald's canary"
_OURS = "an address of our own API"


class NotTheCanary(Exception):
    """The number belongs to a partner that is not ours, which stays untouched."""


@dataclass(frozen=True, slots=True)
class CanaryPartner:
    """The partner of that number in the registry."""

    partners: PartnerTable
    partner_id: int

    def get(self) -> Partner | None:
        """As it stands, at most 30 s ago. Raises `NotTheCanary`."""
        return self._ours(self.partners.get_cached(self.partner_id, now()))

    def ensure(self, url: str) -> Partner:
        """The partner, created or given this address where it has another one. Raises `NotTheCanary`."""
        stands = self._ours(self.partners.get(self.partner_id))
        if stands is None:
            created = self._new(url)
            return created if self.partners.add(created) else self.ensure(url)
        if stands.url == url or stands.state is ReviewState.SUSPENDED:
            return stands
        moved = _approved(amend(stands, {"proposed_url": url}, HERALD, _OURS, now()))
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

    def _ours(self, partner: Partner | None) -> Partner | None:
        if partner is not None and partner.name != NAME:
            raise NotTheCanary(
                f"partner {self.partner_id} is {partner.name}: give CanaryPartnerId a number that no partner has"
            )
        return partner


def _approved(partner: Partner) -> Partner:
    return approve(partner, HERALD, _OURS, now(), force=True)
