"""What is decided about a source: its registration, changes of it, a new token, and whether it may submit.

`by` is the name of the person who decides; it stands in the source's history.
"""

import re
from http import HTTPStatus
from typing import Any, Final

from customer_service.dependencies import sources
from customer_service.lists.pagination import fitting
from customer_service.refusals import ApiRefusal
from customer_service.registry.partner_access import find
from customer_service.schemas.responses import SourcePageResponse, SourceResponse, SourceWithTokenResponse
from customer_service.schemas.sources.requests import NewSource, SourceAmendment, TokenRotation
from customer_service.sources.proof import changed_proof
from customer_service.sources.source_serializer import source_response, with_token
from herald.domain.clock import now
from herald.domain.partner import require_registered
from herald.domain.sources.changes import register_source, resume_source, rotate_token, suspend_source, update_source
from herald.domain.sources.source import Proof, Source, SourceState
from herald.domain.sources.token import hash_of_token, new_source_id, new_token
from herald.languages.message import Message
from herald.store.indexes.page_token import MalformedCursor

# A page token: when the last source of the page before was registered (ms), and its id.
_PLACE: Final = r"(0|[1-9][0-9]{0,14})-[0-9a-f]{16}"
CURSOR: Final = rf"^{_PLACE}\z"
_SOURCE_ID: Final = re.compile(r"[0-9a-f]{16}")


def source_page(limit: int, cursor: str | None) -> SourcePageResponse:
    """A page of sources, the newest first. Raises `MalformedCursor`."""
    if cursor is not None and not re.fullmatch(_PLACE, cursor):
        raise MalformedCursor
    left = sorted((one for one in sources().all() if cursor is None or _place(one) > _place_at(cursor)), key=_place)
    items = fitting(source_response(one) for one in left[:limit])
    return {"items": items, "cursor": _cursor(left[len(items) - 1]) if len(items) < len(left) else None}


def find_source(source_id: str) -> Source:
    """The source with this id. Raises `ApiRefusal`: 404."""
    found = sources().get(source_id) if _SOURCE_ID.fullmatch(source_id) else None
    if found is None:
        raise _no_source(source_id)
    return found


def create_source(request: NewSource, by: str) -> SourceWithTokenResponse:
    """A new source with its token, which is in the result this once.

    Raises `ApiRefusal` (400, 404) and `PartnerDeleted`.
    """
    require_registered(find(request.partner_id))
    source_id = new_source_id()
    token = new_token(source_id)
    new = Source(
        source_id=source_id,
        name=request.name,
        partner_id=request.partner_id,
        state=SourceState.ACTIVE,
        token_hash=hash_of_token(token),
        proof=changed_proof(Proof(), request, source_id),
    )
    source = register_source(new, by, request.reason, now())
    sources().add(source)
    return with_token(source, token)


def change_source(source_id: str, request: SourceAmendment, by: str) -> SourceResponse:
    """Changes what the request sets. Raises `ApiRefusal` (400, 404) and `SourceConflict`."""
    before = find_source(source_id)
    changes = _changes(before, request)
    if not changes:
        message = Message("nothing to change: give `name`, `webhookSecret`, `cidrs` or `header`")
        raise ApiRefusal(HTTPStatus.BAD_REQUEST, message)
    return _saved(before, update_source(before, changes, by, request.reason, now()))


def new_source_token(source_id: str, request: TokenRotation, by: str) -> SourceWithTokenResponse:
    """A new token; for 24 hours the one before is accepted as well. Raises `SourceRefused` and `SourceConflict`."""
    before, token = find_source(source_id), new_token(source_id)
    after = rotate_token(before, hash_of_token(token), by, request.reason, now(), force=request.force)
    sources().save(before, after)
    return with_token(after, token)


def suspend(source_id: str, reason: str, by: str) -> SourceResponse:
    """Nothing more is accepted from it. Raises `SourceRefused` and `SourceConflict`."""
    before = find_source(source_id)
    return _saved(before, suspend_source(before, by, reason, now()))


def resume(source_id: str, reason: str, by: str) -> SourceResponse:
    """It may submit again. Raises `ApiRefusal` (404), `PartnerDeleted`, `SourceRefused` and `SourceConflict`."""
    before = find_source(source_id)
    require_registered(find(before.partner_id))
    return _saved(before, resume_source(before, by, reason, now()))


def _no_source(source_id: str) -> ApiRefusal:
    """404. It repeats nothing but an id: people may have put a whole token there, which stands in no answer."""
    if _SOURCE_ID.fullmatch(source_id):
        return ApiRefusal(HTTPStatus.NOT_FOUND, Message("there is no source `{id}`", id=source_id))
    return ApiRefusal(HTTPStatus.NOT_FOUND, Message("there is no such source: an id has 16 characters, 0-9 and a-f"))


def _saved(before: Source, after: Source) -> SourceResponse:
    sources().save(before, after)
    return source_response(after)


def _changes(before: Source, request: SourceAmendment) -> dict[str, Any]:
    """The attributes of `Source` that the request sets."""
    given = request.model_fields_set
    changes: dict[str, Any] = {"name": request.name} if "name" in given else {}
    if given & {"webhook_secret", "cidrs", "header"}:
        changes["proof"] = changed_proof(before.proof, request, before.source_id)
    return changes


def _place(one: Source) -> tuple[int, str]:
    """Sorts the newest first."""
    return -one.created_at, one.source_id


def _place_at(cursor: str) -> tuple[int, str]:
    created_at, _, source_id = cursor.partition("-")
    return -int(created_at), source_id


def _cursor(one: Source) -> str:
    return f"{one.created_at}-{one.source_id}"
