"""The API keys: the list, the form for a new one, and the revocation of one."""

from typing import TYPE_CHECKING, Any, Final

from console.rendering.bounded import shown_within
from console.rendering.forms import RefusedForm, form_view
from console.rendering.links import address
from console.rendering.page import render, translate
from console.rendering.text import shown, word
from console.security.session import Session
from herald.domain.clock import iso
from herald.languages.catalogue import N_

if TYPE_CHECKING:
    from customer_service.schemas.keys import Key, Keys

PATH: Final = "/console/keys"
ROLES: Final = {
    "publisher": N_("publisher"),
    "operator": N_("operator"),
    "viewer": N_("viewer"),
    "partner": N_("partner"),
}
_STATES: Final = {"valid": N_("valid"), "expired": N_("expired"), "revoked": N_("revoked")}
_MEANINGS: Final = {
    "publisher": N_("submits notifications"),
    "operator": N_("customer service: reads and decides"),
    "viewer": N_("reads what an operator reads, and changes nothing"),
    "partner": N_("a partner's server: queries its own orders"),
}
_CONSEQUENCES: Final = {
    "publisher": N_("The system that uses it submits nothing more until it has another key."),
    "operator": N_("Whoever uses it is signed out of the console and refused by the API and the command line."),
    "viewer": N_("Whoever uses it is signed out of the console and refused by the API and the command line."),
    "partner": N_("The partner can query no order until it has another key. Notifications reach it as before."),
}
_PARTNERS_SHOWN: Final = 8  # of the up to 100 of one key
_SENTENCE: Final = 500
# Bytes on the page. All reasons together have so many, so that those of a short list are shown whole.
_REASONS: Final = 12 * 1024
_FEW: Final = 2  # keys, whose reasons have the largest share
_NAME: Final = 300  # 60 characters
_WHO: Final = 120
_REASON: Final = 2_500  # of the key that is asked about: 500 characters


def key_list_page(
    session: Session,
    page: "Keys",
    now: int,
    *,
    revoking: "Key | None" = None,
    refused: RefusedForm | None = None,
    notice: str | None = None,
) -> str:
    """The page at `now` (ms since the epoch). `revoking` is the key of `?revoke=<id>`, about which it asks first."""
    return render(
        "keys.html",
        PATH,
        session,
        notice=notice,
        rows=_rows(page["items"], session, now),
        next_href=address(PATH, cursor=page["cursor"]) if page["cursor"] else "",
        revoking=_revoking(revoking, session, now) if revoking else None,
        revoke=form_view("revoke", refused),
        left_over=shown(refused.typed.get("reason"), _SENTENCE) if refused else "",
        form=form_view("make", refused),
        roles=[(role, translate(text), translate(_MEANINGS[role])) for role, text in ROLES.items()],
    )


def _rows(those: "list[Key]", session: Session, now: int) -> list[dict[str, Any]]:
    share = _REASONS // (2 * max(_FEW, len(those)))
    return [_row(one, session, now, share) for one in those]


def _row(one: "Key", session: Session, now: int, reason: int) -> dict[str, Any]:
    """A key for the page, each of its two reasons in so many bytes."""
    state = _state(one, now)
    return {
        **one,
        "name": shown_within(one["name"], _NAME),
        "role_word": word(ROLES, one["role"]),
        "state": state,
        "state_word": translate(_STATES[state]),
        "partners": _partners(one),
        "createdBy": shown_within(one["createdBy"] or "", _WHO),
        "reason": shown_within(one["reason"] or "", reason),
        "end": _end(one, reason),
        "is_own": session.key_hash.startswith(one["id"]),
        "revoke_href": address(PATH, revoke=one["id"]) + "#revoke",
    }


def _state(one: "Key", now: int) -> str:
    if one["revoked"] is not None:
        return "revoked"
    return "expired" if one["expiresAt"] is not None and one["expiresAt"] <= iso(now) else "valid"


def _partners(one: "Key") -> dict[str, Any]:
    bound = [one["partnerId"]] if one["partnerId"] is not None else one["partnerIds"] or []
    return {"shown": bound[:_PARTNERS_SHOWN], "more": len(bound[_PARTNERS_SHOWN:])}


def _end(one: "Key", reason: int) -> dict[str, str] | None:
    end = one["revoked"]
    if end is None:
        return None
    return {"at": end["at"], "by": shown_within(end["by"], _WHO), "reason": shown_within(end["reason"], reason)}


def _revoking(one: "Key", session: Session, now: int) -> dict[str, Any]:
    return {
        **_row(one, session, now, _REASON),
        "action": f"{PATH}/{one['id']}/revoke",
        "consequence": translate(_CONSEQUENCES[one["role"]]) if one["role"] in _CONSEQUENCES else "",
    }
