"""An attempt that is to be made now, with what was read for it."""

from dataclasses import dataclass

from deliverer.breakers.breaker_gate import Permit
from herald.domain.notification import Notification
from herald.domain.partner import Partner
from herald.store.encryption.partner_secrets import DecryptedSecrets


@dataclass(frozen=True, slots=True)
class BegunAttempt:
    """A claimed notification. Without a partner no POST is made: it was claimed too often."""

    permit: Permit
    claim_id: str
    claimed: Notification
    partner: Partner | None = None
    secrets: DecryptedSecrets | None = None  # None where they are to be read after the claim
    asked: bool = False  # a person asked for it, by its message
