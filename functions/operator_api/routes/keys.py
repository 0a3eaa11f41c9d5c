"""The API keys: who has one, what it allows, when it was last used; new ones, and the revocation of one."""

import re
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from herald.domain.api_key import IssuedKey, Key, Role, new_key
from herald.domain.clock import DAY, iso, now
from herald.languages.message import Message
from herald.store.key_table import KeyConflict, key_name_flaw
from operator_api.authorization import key_id_of_caller, name_of_caller
from operator_api.dependencies import keys, partners
from operator_api.errors import ApiRefusal
from operator_api.lists.pagination import Limit, fitting
from operator_api.partner_access import not_registered
from operator_api.routes.metadata import Tag, errors
from operator_api.schemas.requests import NewKey, Why
from operator_api.schemas.responses import KeyPageResponse, KeyResponse, NewKeyResponse
from operator_api.serializers import key_response

router = APIGatewayHttpRouter()  # type: ignore[no-untyped-call] # Powertools leaves its type out
_EPOCH = datetime.fromtimestamp(0, UTC)
_KEY_ID = re.compile(r"[0-9a-f]{16}")
_CURSOR = r"^(0|[1-9][0-9]{0,14})-[0-9a-f]{16}\z"  # when the last key of the page before was made (ms), and its id
_LONGEST_LIFE = 3650 * DAY


@router.get("/keys", tags=[Tag.KEYS], responses=errors(400))
def list_keys(
    limit: Limit = 100,
    cursor: Annotated[str | None, Query(pattern=_CURSOR)] = None,
) -> KeyPageResponse:
    """List the keys.

    A page at a time, the newest first; revoked and expired ones for a year. Never the keys themselves.
    """
    left = sorted((one for one in keys().all() if cursor is None or _place(one) > _place_at(cursor)), key=_place)
    items = fitting(key_response(one) for one in left[:limit])
    return {"items": items, "cursor": _cursor(left[len(items) - 1]) if len(items) < len(left) else None}


@router.post("/keys", tags=[Tag.KEYS], responses=errors(400, 404))
def create(request: NewKey) -> tuple[NewKeyResponse, int]:
    """Make a key.

    It is shown in this answer and never again. A partner's key needs `partnerId`; a publisher's key may be bound to
    partners by `partnerIds`.
    """
    moment, text = now(), new_key(Role(request.role))
    issued = keys().add(
        text,
        _holder(request),
        moment,
        by=name_of_caller(router),
        reason=request.reason,
        expires_at=_end(request.expires_at, moment),
    )
    return {**key_response(issued), "key": text}, HTTPStatus.CREATED


@router.post("/keys/<key_id>/revoke", tags=[Tag.KEYS], responses=errors(400, 404, 409))
def revoke(key_id: str, request: Why) -> KeyResponse:
    """Revoke a key.

    It is refused within 60 seconds, for which the gateway caches keys. The key of the request itself cannot be revoked
    with it.
    """
    found = keys().by_id(key_id) if _KEY_ID.fullmatch(key_id) else None
    if found is None:
        raise _not_there(key_id)
    if key_id == key_id_of_caller(router):
        raise ApiRefusal(
            HTTPStatus.CONFLICT, Message("this is the key that you use: make another one, and revoke this with it")
        )
    try:
        return key_response(keys().revoke(found, name_of_caller(router), request.reason, now()))
    except KeyConflict as conflict:
        raise _revoked_already(key_id, conflict.current) from None


def _holder(request: NewKey) -> Key:
    """Whose key it will be. Raises `ApiRefusal`: 400, and 404 for a partner that is not in the registry."""
    if flaw := _flaw(request):
        raise ApiRefusal(HTTPStatus.BAD_REQUEST, flaw)
    bound = tuple(sorted(set(request.partner_ids or ())))
    for partner_id in (request.partner_id, *bound):
        if partner_id is not None and partners().get(partner_id) is None:
            raise not_registered(partner_id)
    return Key(role=Role(request.role), name=request.name, partner_id=request.partner_id, partner_ids=bound)


def _flaw(request: NewKey) -> Message | None:
    """What is wrong with the name, or does not go with the role; None if nothing is."""
    role = Role(request.role)
    if flaw := key_name_flaw(request.name):
        return Message("`name`: {flaw}", flaw=flaw)
    if (role is Role.PARTNER) != (request.partner_id is not None):
        return Message("`partnerId` and the role `partner` go together: give both or neither")
    if request.partner_ids is not None and role is not Role.PUBLISHER:
        return Message("`partnerIds` is for the role `publisher` only: leave it out")
    return None


def _end(requested: datetime | None, moment: int) -> int | None:
    if requested is None:
        return None
    end = (requested - _EPOCH) // timedelta(milliseconds=1)
    if not moment < end <= moment + _LONGEST_LIFE:
        raise ApiRefusal(
            HTTPStatus.BAD_REQUEST,
            Message(
                "`expiresAt` must lie in the future, ten years ahead at most: leave it out for a key without an end"
            ),
        )
    return end


def _place(one: IssuedKey) -> tuple[int, str]:
    """Sorts the newest first; a key of which it is not known when it was made stands last."""
    return -(one.created_at or 0), one.key_id


def _place_at(cursor: str) -> tuple[int, str]:
    created_at, _, key_id = cursor.partition("-")
    return -int(created_at), key_id


def _cursor(one: IssuedKey) -> str:
    return f"{one.created_at or 0}-{one.key_id}"


def _not_there(key_id: str) -> ApiRefusal:
    return ApiRefusal(HTTPStatus.NOT_FOUND, Message("there is no key `{id}`", id=key_id[:64]))


def _revoked_already(key_id: str, current: IssuedKey | None) -> ApiRefusal:
    if current is None or current.revoked is None:
        return _not_there(key_id)
    end = current.revoked
    return ApiRefusal(
        HTTPStatus.CONFLICT,
        Message("{by} revoked it already, at {at:moment}: {reason}", by=end.by, at=iso(end.at), reason=end.reason),
    )
