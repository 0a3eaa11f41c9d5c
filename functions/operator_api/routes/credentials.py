"""New secrets: one to verify what a partner is told, one to query orders with. Each is shown once."""

from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from herald.contract.signature import new_secret
from herald.domain.clock import now
from herald.domain.partner import rotate_query_key, rotate_secret
from herald.store.key_table import MAX_NAME, Key, Role, hash_of, new_key
from herald.store.partner_table import PartnerConflict
from operator_api.authorization import name_of_caller
from operator_api.dependencies import keys, partners
from operator_api.partner_access import PartnerId, decide, find
from operator_api.schemas.requests import Approval, Why
from operator_api.serializers import Json, partner_view

router = APIGatewayHttpRouter()  # type: ignore[no-untyped-call] # Powertools leaves its type out


@router.post("/partners/<partner_id>/rotate-secret")
def rotate_secret_of(partner_id: PartnerId, wish: Approval) -> Json:
    """A new `secret`, shown now and never again. For 24 hours the one before it signs as well."""
    secret = new_secret()
    after = decide(
        router,
        partner_id,
        lambda before, by: rotate_secret(before, secret, by, wish.reason, now(), force=wish.force),
    )
    return {**after, "secret": secret}


@router.post("/partners/<partner_id>/rotate-key")
def rotate_key_of(partner_id: PartnerId, wish: Why) -> Json:
    """A new `queryKey`, shown now and never again. The one before it stops; the gateway may know it for 5 minutes."""
    before, query_key = find(partner_id), new_key()
    after = rotate_query_key(before, hash_of(query_key), name_of_caller(router), wish.reason, now())
    keys().add(query_key, Key(role=Role.PARTNER, name=before.name[:MAX_NAME], partner_id=partner_id), now())
    try:
        partners().save(before, after)
    except PartnerConflict:
        keys().withdraw(hash_of(query_key))  # nobody has seen it
        raise
    # The one before it too, whose withdrawal may have been cut off last time.
    for old in before.query_keys:
        keys().withdraw(old)
    return {**partner_view(after), "queryKey": query_key}
