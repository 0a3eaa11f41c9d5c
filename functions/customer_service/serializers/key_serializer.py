"""The JSON form of a key in responses. It never holds the key itself."""

from customer_service.schemas.responses import KeyResponse
from herald.domain.api_key import IssuedKey
from herald.domain.clock import iso


def key_response(one: IssuedKey) -> KeyResponse:
    """What is known of the key: neither the key itself nor its whole hash."""
    end = one.revoked
    return {
        "id": one.key_id,
        "role": one.key.role,
        "name": one.key.name,
        "partnerId": one.key.partner_id,
        "partnerIds": [*one.key.partner_ids] or None,
        "createdAt": None if one.created_at is None else iso(one.created_at),
        "createdBy": one.created_by,
        "reason": one.reason,
        "expiresAt": None if one.expires_at is None else iso(one.expires_at),
        "lastUsedOn": one.last_used_on,
        "revoked": {"at": iso(end.at), "by": end.by, "reason": end.reason} if end else None,
    }
