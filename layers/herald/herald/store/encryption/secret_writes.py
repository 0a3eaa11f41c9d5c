"""The writes that store a partner's secrets, for one transaction with the partner."""

from collections.abc import Iterator

from herald.domain.partner import Partner
from herald.store.encryption.kms import at_once
from herald.store.encryption.secret_table import EncryptedSecret, SecretName, SecretTable, header_secret
from herald.store.transaction import Delete, Put

type _Text = tuple[str, str, int | None]  # a secret's name, the secret, and until when (ms) it is valid


def secret_writes(table: SecretTable, before: Partner | None, after: Partner) -> list[Put | Delete]:
    """The writes that store what `after` has in clear, and remove what `before` had and `after` has not.

    None where its secrets are stored already. After a rotation the replaced secret is stored beside the present one,
    until it does not sign any more. Raises `SecretsUnavailable` and `TableUnavailable`.
    """
    partner_id = after.partner_id
    texts = [*_signing(before, after), *_headers(after)]
    encrypted = at_once(lambda one: EncryptedSecret(table.encrypt(partner_id, one[1]), one[2]), texts)
    secrets = {name: secret for (name, _, _), secret in zip(texts, encrypted, strict=True)}
    copied = _copied(table, before, after)
    if copied is not None:
        secrets[SecretName.SIGNING_BEFORE] = copied
    puts = [table.put(partner_id, name, secret) for name, secret in secrets.items()]
    return [*puts, *(table.delete(partner_id, name) for name in _removed_headers(before, after))]


def _signing(before: Partner | None, after: Partner) -> Iterator[_Text]:
    if after.secret is not None:
        yield SecretName.SIGNING, after.secret, None
        if after.previous_secret is not None and _both_sign(before, after):
            yield SecretName.SIGNING_BEFORE, after.previous_secret, after.previous_secret_until


def _headers(after: Partner) -> Iterator[_Text]:
    return ((header_secret(name), value, None) for name, value in after.headers.items() if value is not None)


def _copied(table: SecretTable, before: Partner | None, after: Partner) -> EncryptedSecret | None:
    """The replaced secret, where it is stored already: as it is, because it stays encrypted for this partner."""
    if after.secret is None or after.previous_secret is not None or not _both_sign(before, after):
        return None
    stored = table.of_partner(after.partner_id).get(SecretName.SIGNING)
    return EncryptedSecret(stored.encrypted, after.previous_secret_until) if stored else None


def _both_sign(before: Partner | None, after: Partner) -> bool:
    """Whether the secret before the present one is still valid."""
    until = after.previous_secret_until
    return before is not None and until is not None and until > after.history[-1].at


def _removed_headers(before: Partner | None, after: Partner) -> list[str]:
    had = {header_secret(name) for name in before.headers} if before else set()
    return sorted(had - {header_secret(name) for name in after.headers})
