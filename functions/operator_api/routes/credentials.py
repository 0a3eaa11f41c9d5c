"""New secrets of a partner: the one that signs its notifications, and its query key. Each is shown once."""

from contextlib import suppress

from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from herald.contract.signature import new_secret
from herald.domain.api_key import IssuedKey, Key, Role, new_key
from herald.domain.clock import now
from herald.domain.partner import rotate_query_key, rotate_secret
from herald.store.key_table import MAX_NAME, KeyConflict
from herald.store.partner_table import PartnerConflict
from operator_api.authorization import name_of_caller
from operator_api.dependencies import keys, partners
from operator_api.partner_access import PartnerId, decide, find
from operator_api.routes.metadata import Tag, errors
from operator_api.schemas.requests import Approval, Why
from operator_api.schemas.responses import PartnerWithQueryKeyResponse, PartnerWithSecretResponse
from operator_api.serializers import partner_response

router = APIGatewayHttpRouter()  # type: ignore[no-untyped-call] # Powertools leaves its type out


@router.post("/partners/<partner_id>/rotate-secret", tags=[Tag.REGISTRY], responses=errors(400, 404, 409))
def rotate_secret_of(partner_id: PartnerId, request: Approval) -> PartnerWithSecretResponse:
    """Make a new secret.

    It is shown in this answer and never again. For 24 hours the previous one signs as well. Another rotation in that
    time is refused, or with `force` ends the oldest one at once.
    """
    secret = new_secret()
    after = decide(
        router,
        partner_id,
        lambda before, by: rotate_secret(before, secret, by, request.reason, now(), force=request.force),
    )
    return {**after, "secret": secret}


@router.post("/partners/<partner_id>/rotate-key", tags=[Tag.REGISTRY], responses=errors(400, 404, 409))
def rotate_key_of(partner_id: PartnerId, request: Why) -> PartnerWithQueryKeyResponse:
    """Make a new query key.

    It is shown in this answer and never again. Every other query key of the partner is revoked, whoever made it, and
    refused within 60 seconds, for which the gateway caches keys.
    """
    before, by, query_key = find(partner_id), name_of_caller(router), new_key(Role.PARTNER)
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
