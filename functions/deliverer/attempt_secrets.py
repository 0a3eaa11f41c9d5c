"""The partner's secrets for one attempt, read before its claim."""

from dataclasses import dataclass
from typing import Protocol

from herald.domain.clock import now
from herald.domain.partner import Partner
from herald.store.dynamodb import TableUnavailable
from herald.store.encryption.partner_secrets import DecryptedSecrets, SecretMissing


class PartnerReader(Protocol):
    """The partners: `herald.store.partner_table.PartnerTable`."""

    def get(self, partner_id: int, /) -> Partner | None:
        """The partner as it is stored, or None."""

    def get_cached(self, partner_id: int, now: int, /) -> Partner | None:
        """The partner as it was stored a short time ago, or None."""

    def get_and_cache(self, partner_id: int, now: int, /) -> Partner | None:
        """The partner as it is stored, which `get_cached` gives from then on."""


class SecretReader(Protocol):
    """The partners' secrets: `herald.store.encryption.partner_secrets.PartnerSecrets`."""

    def of(self, partner: Partner, now: int, /) -> DecryptedSecrets:
        """The partner's secrets. Raises `TableUnavailable` where they cannot be read now, and `SecretMissing`."""


@dataclass(frozen=True, slots=True)
class AttemptSecrets:
    """Reads the secrets of one partner for one attempt."""

    partners: PartnerReader
    secrets: SecretReader

    def before_claim(self, partner_id: int) -> DecryptedSecrets | None:
        """Raises `TableUnavailable` while KMS or a table fails: then nothing is claimed, and no attempt is counted.

        None where none are needed, or where reading them fails for another reason: it fails again after the claim, by
        which repeated failures are counted.
        """
        try:
            return self._read(self.partners.get_cached(partner_id, now()))
        except SecretMissing:  # a header may have been removed since the partner was read
            return self._read_again(partner_id)
        except TableUnavailable:
            raise
        except Exception:  # noqa: BLE001 - see above
            return None

    def _read_again(self, partner_id: int) -> DecryptedSecrets | None:
        try:
            return self._read(self.partners.get_and_cache(partner_id, now()))
        except SecretMissing:
            return None

    def _read(self, partner: Partner | None) -> DecryptedSecrets | None:
        return self.secrets.of(partner, now()) if partner is not None and partner.may_receive else None
