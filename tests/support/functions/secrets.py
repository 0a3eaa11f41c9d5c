"""The partners' secrets as the functions decrypt them, and as they stand in the table."""

from os import environ

from herald.store.encryption.partner_secrets import DecryptedSecrets, PartnerSecrets
from herald.store.encryption.secret_table import SecretTable
from herald.store.partner_table import PartnerTable


def secret_table() -> SecretTable:
    return SecretTable("SecretTable", environ["SECRET_KEY"])


def signing_secrets(partner_id: int, at: int) -> tuple[str, ...]:
    """What signs for the partner at this moment, the present secret first."""
    return decrypted(partner_id, at).signing(at)


def header_values(partner_id: int, at: int) -> dict[str, str]:
    """The partner's own headers as they are sent at this moment."""
    return dict(decrypted(partner_id, at).headers)


def decrypted(partner_id: int, at: int) -> DecryptedSecrets:
    """All secrets of the partner at this moment."""
    partner = PartnerTable("PartnerTable").get(partner_id)
    assert partner is not None
    return PartnerSecrets(secret_table()).of(partner, at)
