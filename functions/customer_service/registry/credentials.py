"""New secrets of a partner: the one that signs its notifications, and its query key.

Each is in the result this once. `by` is the name of the person who decides.
"""

from contextlib import suppress

from customer_service.dependencies import keys, partners
from customer_service.registry.partner_access import decide, find
from customer_service.schemas.requests import Approval, Why
from customer_service.schemas.responses import PartnerWithQueryKeyResponse, PartnerWithSecretResponse
from customer_service.serializers.partner_serializer import partner_response
from herald.contract.signature import new_secret
from herald.domain.api_key import IssuedKey, Key, Role, new_key
from herald.domain.clock import now
from herald.domain.partner import require_registered
from herald.domain.review.credentials import rotate_query_key, rotate_secret
from herald.store.key_table import MAX_NAME, KeyConflict
from herald.store.partner_table import PartnerConflict


def new_signing_secret(partner_id: int, request: Approval, by: str) -> PartnerWithSecretResponse:
    """A new secret; for 24 hours the one before signs as well. Raises `ReviewRefused` and `PartnerConflict`."""
    secret = new_secret()
    after = decide(
        partner_id, lambda before: rotate_secret(before, secret, by, request.reason, now(), force=request.force)
    )
    return {**after, "secret": secret}


def new_query_key(partner_id: int, request: Why, by: str) -> PartnerWithQueryKeyResponse:
    """A new query key; every other one of the partner is revoked. Raises `PartnerConflict`."""
    before, query_key = find(partner_id), new_key(Role.PARTNER)
    require_registered(before)
    holder = Key(role=Role.PARTNER, name=before.name[:MAX_NAME], partner_id=partner_id)
    # First the new key, then the list of the others, then the partner under the condition of its version: of two
    # rotations at once one is refused, and one that follows finds the key of the one before it. The next rotation
    # revokes what one that was cut off has left.
    issued = keys().add(query_key, holder, now(), by=by, reason=request.reason)
    others = [one for one in keys().of_partner(partner_id) if one.key_hash != issued.key_hash]
    try:
        after = rotate_query_key(before, issued.key_hash, by, request.reason, now())
        partners().save(before, after)
    except PartnerConflict:
        _revoke([issued], by, "it was never shown: the partner was changed during the rotation")
        raise
    _revoke(others, by, f"rotated: {request.reason}")
    return {**partner_response(after), "queryKey": query_key}


def _revoke(those: list[IssuedKey], by: str, reason: str) -> None:
    for one in those:
        with suppress(KeyConflict):  # somebody else has revoked it
            keys().revoke(one, by, reason, now())
