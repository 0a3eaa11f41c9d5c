"""Identifies the caller by the API key. Each function checks itself what the caller's role may do."""

import re
from functools import cache
from typing import Any

from herald.domain.api_key import IssuedKey, Key, Role, day_of
from herald.domain.clock import now
from herald.runtime.logging import logger
from herald.runtime.settings import get_settings
from herald.store.canary_table import CanaryTable
from herald.store.key_table import KeyTable

_BEARER = re.compile(r"bearer +([\x21-\x7e]+) *", re.IGNORECASE)


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """A simple response of an HTTP API. When the table cannot be read it raises, and API Gateway responds with 500."""
    moment, text = now(), bearer(event)
    stored = keys().find(text) if text else None
    context = context_of(stored, moment) if stored else canary_context(text, moment) if text else {}
    logger.info(
        "identified",
        extra={"role": context.get("role"), "name_of_key": context.get("name"), **refusal_of(stored, moment)},
    )
    if stored and context:
        note_use(stored, moment)
    return {"isAuthorized": bool(context), "context": context}


def bearer(event: dict[str, Any]) -> str | None:
    """The key in `Authorization: Bearer <key>`, or None when the header is not of that form or is there twice.

    API Gateway converts header names to lower case; `sam local start-api` passes them as the client wrote them.
    """
    sent = [text for name, text in (event.get("headers") or {}).items() if name.lower() == "authorization"]
    form = _BEARER.fullmatch(sent[0]) if len(sent) == 1 else None
    return form[1] if form else None


def context_of(stored: IssuedKey, moment: int) -> dict[str, Any]:
    """The authorizer context, which API Gateway passes to the functions; empty for a revoked or expired key.

    `partnerIds` is one text (`3528,3529`): the context of every kind of API may have texts.
    """
    if not stored.is_valid(moment):
        return {}
    key = stored.key
    context: dict[str, Any] = {**caller(key), "keyId": stored.key_id}
    if key.partner_id:
        context["partnerId"] = key.partner_id
    if key.partner_ids:
        context["partnerIds"] = ",".join(map(str, key.partner_ids))
    return context


def canary_context(text: str, moment: int) -> dict[str, Any]:
    """A publisher's context if the canary has stored this text. The canary's table has no other role."""
    settings = get_settings()
    if settings.canary_partner_id is None or not CanaryTable(settings.canary_table).admits(text, moment):
        return {}
    return caller(Key(role=Role.PUBLISHER, name="canary"))


def caller(key: Key) -> dict[str, Any]:
    """What every context has."""
    return {"role": key.role.value, "name": key.name}


def refusal_of(stored: IssuedKey | None, moment: int) -> dict[str, str]:
    """For the log line: which key was used after its end, so that a leaked key is seen when somebody tries it."""
    if stored is None or stored.is_valid(moment):
        return {}
    return {"refused": "revoked" if stored.revoked else "expired", "key_id": stored.key_id}


def note_use(stored: IssuedKey, moment: int) -> None:
    """Notes the day of the key's last use: one write a key and day. The request does not depend on it."""
    if stored.last_used_on is not None and stored.last_used_on >= day_of(moment):
        return
    try:
        keys().note_use(stored, moment)
    except Exception:  # noqa: BLE001 - logged; the key is valid, whatever became of this note
        logger.warning("last use not noted", extra={"key_id": stored.key_id}, exc_info=True)


@cache
def keys() -> KeyTable:
    """The keys of this stack."""
    return KeyTable(get_settings().key_table)
