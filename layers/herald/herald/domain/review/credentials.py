"""New secrets and query keys of a partner. Pure; moments are ms since the epoch."""

from typing import Any

from herald.domain.clock import DAY, iso
from herald.domain.partner import Partner, ReviewRefused, change_partner
from herald.languages.message import Message

SECRET_OVERLAP = DAY  # for which both secrets sign after a rotation


def rotate_secret(before: Partner, secret: str, by: str, reason: str, now: int, *, force: bool = False) -> Partner:
    """A new secret; the present one stays valid for a day. Raises `ReviewRefused` while an older one is still valid.

    `force` ends the older one now, for example because it leaked.
    """
    until = before.previous_secret_until or 0
    if now < until and not force:
        raise ReviewRefused(
            Message(
                "the secret before the present one still signs until {until:moment}: rotate after that, or say "
                "`force`, which ends it now",
                until=iso(until),
            )
        )
    overlap: dict[str, Any] = {"previous_secret": before.secret, "previous_secret_until": now + SECRET_OVERLAP}
    action = "rotate secret by force" if now < until else "rotate secret"
    return change_partner(before, by, action, reason, now, secret=secret, **overlap)


def encrypt_secret(before: Partner, by: str, reason: str, now: int) -> Partner:
    """Changes nothing but the history: whoever saves the partner stores its secrets encrypted."""
    return change_partner(before, by, "encrypt secret", reason, now)


def rotate_query_key(before: Partner, key_hash: str, by: str, reason: str, now: int) -> Partner:
    """A new query key. The hash of the previous one is kept, so that its withdrawal can be retried."""
    return change_partner(before, by, "rotate query key", reason, now, query_keys=(key_hash, *before.query_keys[:1]))
