"""Identifies the caller by the API key. Each function checks itself what the caller's role may do."""

import re
from functools import cache
from typing import Any

from herald.domain.clock import now
from herald.runtime.logging import logger
from herald.runtime.settings import get_settings
from herald.store.canary_table import CanaryTable
from herald.store.key_table import Key, KeyTable, Role

_BEARER = re.compile(r"bearer +([\x21-\x7e]+) *", re.IGNORECASE)


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """A simple response of an HTTP API. When the table cannot be read it raises, and API Gateway responds with 500."""
    text = bearer(event)
    key = (keys().find(text) or canary_key(text)) if text else None
    logger.info("identified", extra={"role": key.role.value if key else None, "name_of_key": key.name if key else None})
    return {"isAuthorized": key is not None, "context": context_of(key) if key else {}}


def bearer(event: dict[str, Any]) -> str | None:
    """The key in `Authorization: Bearer <key>`, or None when the header is not of that form or is there twice.

    API Gateway converts header names to lower case; `sam local start-api` passes them as the client wrote them.
    """
    sent = [text for name, text in (event.get("headers") or {}).items() if name.lower() == "authorization"]
    form = _BEARER.fullmatch(sent[0]) if len(sent) == 1 else None
    return form[1] if form else None


def canary_key(text: str) -> Key | None:
    """A publisher's key if the canary has stored this text. The canary's table has no other role."""
    settings = get_settings()
    if settings.canary_partner_id is None or not CanaryTable(settings.canary_table).admits(text, now()):
        return None
    return Key(role=Role.PUBLISHER, name="canary")


def context_of(key: Key) -> dict[str, Any]:
    """The authorizer context, which API Gateway passes to the functions."""
    caller = {"role": key.role.value, "name": key.name}
    return {**caller, "partnerId": key.partner_id} if key.partner_id else caller


@cache
def keys() -> KeyTable:
    """The keys of this stack."""
    return KeyTable(get_settings().key_table)
