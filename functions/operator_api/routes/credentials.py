"""New secrets of a partner: the one that signs its notifications, and its query key. Each is shown once."""

from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from herald.contract.signature import new_secret
from herald.domain.clock import now
from herald.domain.partner import rotate_query_key, rotate_secret
from herald.store.key_table import MAX_NAME, Key, Role, hash_of, new_key
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

    It is shown in this answer and never again. The previous one stops working within 5 minutes, for which the
    gateway caches keys.
    """
    before, query_key = find(partner_id), new_key()
    after = rotate_query_key(before, hash_of(query_key), name_of_caller(router), request.reason, now())
    keys().add(query_key, Key(role=Role.PARTNER, name=before.name[:MAX_NAME], partner_id=partner_id), now())
    try:
        partners().save(before, after)
    except PartnerConflict:
        keys().withdraw(hash_of(query_key))  # it has not been shown
        raise
    # Also the key before the previous one: the last rotation may have been cut off before it withdrew that.
    for old in before.query_keys:
        keys().withdraw(old)
    return {**partner_response(after), "queryKey": query_key}
