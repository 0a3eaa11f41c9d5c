"""The API keys: who has one, what it allows, when it was last used; new ones, and the revocation of one.

`by` is the name of the person who decides.
"""

import re
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Final

from customer_service.dependencies import keys, partners
from customer_service.lists.pagination import fitting
from customer_service.refusals import ApiRefusal
from customer_service.registry.partner_access import not_registered
from customer_service.schemas.requests import NewKey, Why
from customer_service.schemas.responses import KeyPageResponse, KeyResponse, NewKeyResponse
from customer_service.serializers.key_serializer import key_response
from herald.domain.api_key import IssuedKey, Key, Role, new_key
from herald.domain.clock import DAY, iso, now
from herald.languages.message import Message
from herald.store.indexes.page_token import MalformedCursor
from herald.store.key_table import KeyConflict, key_name_flaw

# A page token: when the last key of the page before was made (ms), and its id.
_PLACE: Final = r"(0|[1-9][0-9]{0,14})-[0-9a-f]{16}"
CURSOR: Final = rf"^{_PLACE}\z"
_EPOCH: Final = datetime.fromtimestamp(0, UTC)
_KEY_ID: Final = re.compile(r"[0-9a-f]{16}")
_LONGEST_LIFE: Final = 3650 * DAY


def key_page(limit: int, cursor: str | None) -> KeyPageResponse:
    """A page of keys, the newest first; revoked and expired ones for a year. Raises `MalformedCursor`."""
    if cursor is not None and not re.fullmatch(_PLACE, cursor):
        raise MalformedCursor
    left = sorted((one for one in keys().all() if cursor is None or _place(one) > _place_at(cursor)), key=_place)
    items = fitting(key_response(one) for one in left[:limit])
    return {"items": items, "cursor": _cursor(left[len(items) - 1]) if len(items) < len(left) else None}


def create_key(request: NewKey, by: str) -> NewKeyResponse:
    """A new key, in the result this once. Raises `ApiRefusal`: 400, 404."""
    moment, text = now(), new_key(Role(request.role))
    issued = keys().add(
        text,
        _holder(request),
        moment,
        by=by,
        reason=request.reason,
        expires_at=_end(request.expires_at, moment),
    )
    return {**key_response(issued), "key": text}


def find_key(key_id: str) -> KeyResponse:
    """The key with this id. Raises `ApiRefusal`: 404."""
    return key_response(_find(key_id))


def revoke_key(key_id: str, request: Why, by: str, own_id: str | None) -> KeyResponse:
    """Revokes a key, but not the one with which the request is made. Raises `ApiRefusal`: 404, 409."""
    found = _find(key_id)
    if key_id == own_id:
        raise ApiRefusal(
            HTTPStatus.CONFLICT, Message("this is the key that you use: make another one, and revoke this with it")
        )
    try:
        return key_response(keys().revoke(found, by, request.reason, now()))
    except KeyConflict as conflict:
        raise _revoked_already(key_id, conflict.current) from None


def _find(key_id: str) -> IssuedKey:
    found = keys().by_id(key_id) if _KEY_ID.fullmatch(key_id) else None
    if found is None:
        raise _not_there(key_id)
    return found


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
