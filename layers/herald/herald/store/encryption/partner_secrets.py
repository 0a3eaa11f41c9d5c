"""The secrets of a partner, decrypted and kept for a short time: those that sign, and the values of its headers."""

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from threading import Lock

from herald.domain.clock import SECOND
from herald.domain.partner import Partner
from herald.store.encryption.kms import at_once
from herald.store.encryption.secret_table import EncryptedSecret, SecretName, SecretTable, header_secret

KEPT_FOR = 30 * SECOND  # in memory; as long as a partner is kept (partner_table.CACHED_FOR)
MAX_KEPT = 1_000  # partners

type _Signing = tuple[tuple[str, int | None], ...]  # each secret, and until when (ms) it is valid


class SecretMissing(LookupError):
    """SecretTable lacks a secret that the partner should have. The partner may have changed since it was read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecryptedSecrets:
    """The secrets of one version of a partner."""

    version: int
    signs: _Signing = field(repr=False)  # the present one first
    headers: Mapping[str, str] = field(repr=False)  # the partner's own, with their values

    def signing(self, now: int) -> tuple[str, ...]:
        """The secrets to sign with, the present one first; two for a day after a rotation."""
        return tuple(secret for secret, until in self.signs if until is None or now < until)

    @property
    def every(self) -> tuple[str, ...]:
        """All of them, with one that does not sign any more: no answer that repeats one is kept with it."""
        return (*(secret for secret, _ in self.signs), *self.headers.values())


class PartnerSecrets:
    """Reads the secrets. An instance keeps those of the partners read last; threads may share it.

    Without `headers` it decrypts only what signs.
    """

    def __init__(self, table: SecretTable, *, headers: bool = True) -> None:
        self._table = table
        self._with_headers = headers
        self._kept: OrderedDict[tuple[int, int], tuple[int, DecryptedSecrets]] = OrderedDict()
        self._lock = Lock()

    def of(self, partner: Partner, now: int) -> DecryptedSecrets:
        """The partner's secrets; what an older version stored in clear comes from the partner itself.

        Raises `SecretsUnavailable` or `TableUnavailable` where they cannot be read now, and `SecretMissing`.
        """
        key = (partner.partner_id, partner.version)  # every change of a secret changes the version
        with self._lock:
            read_at, secrets = self._kept.get(key, (0, None))
        if secrets is None or now - read_at >= KEPT_FOR:
            secrets = self._read(partner, now)
            self._keep(key, now, secrets)
        return secrets

    def _read(self, partner: Partner, now: int) -> DecryptedSecrets:
        names = [*_signing_names(partner), *(header_secret(name) for name in self._encrypted_headers(partner))]
        stored = self._table.of_partner(partner.partner_id) if names else {}
        valid = {name: stored[name] for name in names if name in stored and _is_valid(stored[name], now)}
        if missing := [name for name in names if name not in valid and name != SecretName.SIGNING_BEFORE]:
            raise SecretMissing(f"partner {partner.partner_id}: SecretTable lacks {', '.join(missing)}")
        texts = at_once(lambda one: self._table.decrypt(partner.partner_id, one), list(valid.values()))
        decrypted = dict(zip(valid, texts, strict=True))
        signs = tuple((decrypted[name], valid[name].until) for name in SecretName if name in valid)
        return DecryptedSecrets(
            version=partner.version,
            signs=signs or tuple(_signing_in_clear(partner)),
            headers={
                name: decrypted[header_secret(name)] if value is None else value
                for name, value in self._headers(partner).items()
            },
        )

    def _headers(self, partner: Partner) -> Mapping[str, str | None]:
        return partner.headers if self._with_headers else {}

    def _encrypted_headers(self, partner: Partner) -> list[str]:
        return [name for name, value in self._headers(partner).items() if value is None]

    def _keep(self, key: tuple[int, int], now: int, secrets: DecryptedSecrets) -> None:
        with self._lock:
            self._kept[key] = (now, secrets)
            self._kept.move_to_end(key)
            if len(self._kept) > MAX_KEPT:
                self._kept.popitem(last=False)


def _signing_names(partner: Partner) -> list[SecretName]:
    """The present one first."""
    return list(SecretName) if partner.secret is None else []


def _signing_in_clear(partner: Partner) -> Iterator[tuple[str, int | None]]:
    if partner.secret is not None:
        yield partner.secret, None
    if partner.previous_secret is not None:
        yield partner.previous_secret, partner.previous_secret_until or 0


def _is_valid(secret: EncryptedSecret, now: int) -> bool:
    return secret.until is None or now < secret.until
