"""Encrypts the secrets of partners that an older version stored in clear."""

from contextlib import suppress
from typing import Final

from customer_service.dependencies import partners
from customer_service.schemas.requests import Why
from customer_service.schemas.responses import EncryptedResponse
from herald.domain.clock import SECOND, now
from herald.domain.partner import Partner
from herald.domain.review.credentials import encrypt_secret
from herald.store.partner_table import PartnerConflict

# One request does what fits into this time (ms): API Gateway waits 30 s, and one partner takes 15 s at most.
_TIME: Final = 10 * SECOND
_MOST: Final = 200  # partners in one request


def encrypt_secrets(request: Why, by: str) -> EncryptedResponse:
    """Encrypts as many as one request has time for; the result says how many are left. Raises `SecretsUnavailable`."""
    ends_at = now() + _TIME
    encrypted, left = 0, 0
    for one in partners().all():
        if not one.has_secrets_in_clear or not one.is_registered:
            continue
        if encrypted < _MOST and now() < ends_at and _encrypted(one, by, request.reason):
            encrypted += 1
        else:
            left += 1
    return {"encrypted": encrypted, "left": left}


def _encrypted(one: Partner, by: str, reason: str) -> bool:
    """Whether its secrets are encrypted now; False where somebody changed the partner meanwhile."""
    with suppress(PartnerConflict):
        partners().save(one, encrypt_secret(one, by, reason, now()))
        return True
    return False
