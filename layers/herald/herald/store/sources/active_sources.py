"""The sources that may submit now, with their secrets decrypted; kept for a short time."""

from dataclasses import dataclass

from herald.domain.clock import SECOND
from herald.domain.sources.source import Source, is_token_of
from herald.domain.sources.token import source_id_of
from herald.store.encryption import kms
from herald.store.encryption.source_secrets import decrypt_for_source
from herald.store.sources.source_table import SourceTable

KEPT_FOR = 30 * SECOND  # in memory: so long a suspended source or a replaced token may still be accepted
MAX_KEPT = 1_000  # sources


@dataclass(frozen=True, slots=True)
class ActiveSource:
    """A source whose token a request had, and what its sender's requests must have besides."""

    source: Source
    webhook_secret: str | None
    header_value: str | None


class ActiveSources:
    """Finds the source of a token. An instance keeps what it read; `key` is the ARN of the KMS key."""

    def __init__(self, table: SourceTable, key: str) -> None:
        self._table = table
        self._key = key
        self._kept: dict[str, tuple[int, ActiveSource]] = {}

    def find(self, token: str, now: int) -> ActiveSource | None:
        """The active source with this token; None for a suspended one and for a token that no source has.

        Both take one read, and nothing of them is kept. Raises `TableUnavailable` and `SecretsUnavailable`.
        """
        source_id = source_id_of(token)
        read_at, kept = self._kept.get(source_id, (0, None))
        if kept is not None and now - read_at < KEPT_FOR and is_token_of(kept.source, token, now):
            return kept
        source = self._table.get_for_request(source_id)
        is_its_own = is_token_of(source, token, now)
        if source is None or not source.is_active:
            self._kept.pop(source_id, None)
            return None
        # A wrong token leaves in memory what was read for the right one: who guesses causes no decryption.
        return self._keep(self._decrypt(source), now) if is_its_own else None

    def _decrypt(self, source: Source) -> ActiveSource:
        """Both secrets at the same time, so that a sender waits for one call to KMS."""
        demanded = [source.proof.webhook_secret, source.proof.header_value]
        stored = [one for one in demanded if one is not None]
        clear = iter(kms.at_once(lambda one: decrypt_for_source(self._key, source.source_id, one), stored))
        webhook_secret, header_value = (None if one is None else next(clear) for one in demanded)
        return ActiveSource(source, webhook_secret, header_value)

    def _keep(self, found: ActiveSource, now: int) -> ActiveSource:
        if len(self._kept) >= MAX_KEPT:
            self._kept.clear()
        self._kept[found.source.source_id] = now, found
        return found
