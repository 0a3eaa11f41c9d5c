"""New secrets of a partner: the one that signs its notifications, and its query key. Each is shown once."""

from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from customer_service.registry.credentials import new_query_key, new_signing_secret
from customer_service.registry.encryption import encrypt_secrets
from customer_service.schemas.requests import Approval, Why
from customer_service.schemas.responses import EncryptedResponse, PartnerWithQueryKeyResponse, PartnerWithSecretResponse
from operator_api.authorization import name_of_caller
from operator_api.routes.metadata import PartnerId, Tag, errors

router = APIGatewayHttpRouter()  # type: ignore[no-untyped-call] # Powertools leaves its type out


@router.post("/partners/<partner_id>/rotate-secret", tags=[Tag.REGISTRY], responses=errors(400, 404, 409))
def rotate_secret_of(partner_id: PartnerId, request: Approval) -> PartnerWithSecretResponse:
    """Make a new secret.

    It is shown in this answer and never again. For 24 hours the previous one signs as well. Another rotation in that
    time is refused, or with `force` ends the oldest one at once.
    """
    return new_signing_secret(partner_id, request, name_of_caller(router))


@router.post("/partners/<partner_id>/rotate-key", tags=[Tag.REGISTRY], responses=errors(400, 404, 409))
def rotate_key_of(partner_id: PartnerId, request: Why) -> PartnerWithQueryKeyResponse:
    """Make a new query key.

    It is shown in this answer and never again. Every other query key of the partner is revoked, whoever made it, and
    refused within 60 seconds, for which the gateway caches keys.
    """
    return new_query_key(partner_id, request, name_of_caller(router))


@router.post("/partners/encrypt", tags=[Tag.REGISTRY], responses=errors(400))
def encrypt(request: Why) -> EncryptedResponse:
    """Encrypt the secrets of partners that an older version stored in clear.

    Once after an update from such a version; a partner that somebody changes is encrypted by that change. One request
    encrypts as many as it has time for, and `left` says how many it has not. Repeating it changes nothing.
    """
    return encrypt_secrets(request, name_of_caller(router))
