"""The API keys: who has one, what it allows, when it was last used; new ones, and the revocation of one."""

from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from customer_service.keys import CURSOR, create_key, key_page, revoke_key
from customer_service.lists.pagination import Limit
from customer_service.schemas.requests import NewKey, Why
from customer_service.schemas.responses import KeyPageResponse, KeyResponse, NewKeyResponse
from operator_api.authorization import key_id_of_caller, name_of_caller
from operator_api.routes.metadata import Tag, errors

router = APIGatewayHttpRouter()  # type: ignore[no-untyped-call] # Powertools leaves its type out


@router.get("/keys", tags=[Tag.KEYS], responses=errors(400))
def list_keys(
    limit: Limit = 100,
    cursor: Annotated[str | None, Query(pattern=CURSOR)] = None,
) -> KeyPageResponse:
    """List the keys.

    A page at a time, the newest first; revoked and expired ones for a year. Never the keys themselves.
    """
    return key_page(limit, cursor)


@router.post("/keys", tags=[Tag.KEYS], responses=errors(400, 404))
def create(request: NewKey) -> tuple[NewKeyResponse, int]:
    """Make a key.

    It is shown in this answer and never again. A partner's key needs `partnerId`; a publisher's key may be bound to
    partners by `partnerIds`.
    """
    return create_key(request, name_of_caller(router)), HTTPStatus.CREATED


@router.post("/keys/<key_id>/revoke", tags=[Tag.KEYS], responses=errors(400, 404, 409))
def revoke(key_id: str, request: Why) -> KeyResponse:
    """Revoke a key.

    It is refused within 60 seconds, for which the gateway caches keys. The key of the request itself cannot be revoked
    with it.
    """
    return revoke_key(key_id, request, name_of_caller(router), key_id_of_caller(router))
