"""The story of one notification: what is told to whom, every attempt, what comes next, and what can be decided."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from console.pages.notifications.attempts import rounds_of
from console.pages.notifications.decisions import decisions_of, left_over
from console.pages.notifications.disclosure import Disclosure, disclosure_for, payload_of
from console.pages.notifications.history import history_of, newest_change
from console.pages.notifications.payload import facts_of, payload_view
from console.pages.notifications.upcoming import upcoming_of
from console.rendering.forms import GENERAL, RefusedForm
from console.rendering.links import address
from console.rendering.page import render, translate
from console.rendering.text import shown, word
from console.security.session import Session
from herald.domain.ladder import Ladder
from herald.domain.notification_id import NotificationId
from herald.languages.words import STATES

if TYPE_CHECKING:
    from customer_service.schemas.notifications import Notification
    from customer_service.schemas.partners import Partner

PATH: Final = "/console/notifications"
_REASON: Final = 1_500  # bytes on the page
_LEFT_OUT: Final = ("more", "more_codes", "more_fields")  # how many are not shown
_TYPED: Final = 500  # characters of a reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What the page shows beside the notification, as it is at `now` (ms since the epoch)."""

    now: int
    partner: "Partner | None"  # None: it is not in the registry any more
    ladder: Ladder  # the partner's own, or the one of the stack
    next_case: NotificationId | None = None  # the next one to decide about, after something was decided


def story_path(notification_id: str) -> str:
    """The address of the page."""
    return f"{PATH}/{quote(notification_id, safe='')}"


def story_page(
    session: Session,
    one: "Notification",
    around: Around,
    *,
    whole: bool = False,
    refused: RefusedForm | None = None,
    notice: str | None = None,
) -> str:
    """The page. `whole`: nothing is cut. `refused` is a form of it that was refused, `notice` says what was done."""
    path = story_path(one["id"])
    disclosure = disclosure_for(session, payload_of(one["payload"]), whole=whole)
    details = _details(one, disclosure)
    refused_for_all = refused is not None and GENERAL in refused.problems
    return render(
        "story.html",
        path,
        session,
        notice=notice,
        one={**_heading(one, disclosure), "path": path},
        partner=_partner(one, around.partner),
        upcoming=upcoming_of(one, around.ladder, around.now, around.partner),
        decisions=decisions_of(one, path, refused, around.partner),
        left_over=_left_over(one, refused),
        newest=newest_change(one, disclosure) if refused_for_all else None,
        next_case=_next_case(around.next_case),
        **details,
        whole_href=address(path, show="whole") if _is_cut(details) else "",
    )


def _details(one: "Notification", disclosure: Disclosure) -> dict[str, Any]:
    return {
        "facts": facts_of(one, disclosure),
        "rounds": rounds_of(one, disclosure),
        "history": history_of(one, disclosure),
        "payload": payload_view(one, disclosure),
    }


def _is_cut(shown_of: Any) -> bool:  # noqa: ANN401 - texts, numbers, and lists and dicts of them
    """Whether a text was cut, or some of a list were left out."""
    match shown_of:
        case str():
            return shown_of.endswith("…")
        case dict():
            return any(map(_is_cut, shown_of.values())) or any(shown_of.get(name) for name in _LEFT_OUT)
        case list():
            return any(map(_is_cut, shown_of))
    return False


def _heading(one: "Notification", disclosure: Disclosure) -> dict[str, Any]:
    return {
        "id": one["id"],
        "order": shown(one["orderId"]),
        "source": one.get("source", ""),
        "state": one["state"],
        "state_word": word(STATES, one["state"]),
        "turn": one["turn"],
        "accepted_at": one["acceptedAt"],
        "since": one.get("since", ""),
        "reason": disclosure.quotation(one.get("reason", ""), _REASON),
        "older_attempts": one["olderAttempts"],
        "deletion_href": "" if "deletedAt" in one else f"{story_path(one['id'])}/delete-order",
        "order_href": address("/console/search", q=one["orderId"], partnerId=one["partnerId"]),
    }


def _partner(one: "Notification", partner: "Partner | None") -> dict[str, Any]:
    number = one["partnerId"]
    return {
        "number": number,
        "name": shown(partner["name"]) if partner else translate("not in the registry"),
        "href": f"/console/partners/{number}",
        "failed_href": f"/console/failed/{number}",
    }


def _left_over(one: "Notification", refused: RefusedForm | None) -> dict[str, str] | None:
    """The refused form that stands nowhere on the page: its problem, and what was typed."""
    kept = left_over(one, refused)
    if kept is None:
        return None
    return {"problem": "; ".join(kept.problems.values()), "typed": shown(kept.typed.get("reason"), _TYPED)}


def _next_case(one: NotificationId | None) -> dict[str, str] | None:
    return {"href": story_path(str(one)), "order": shown(one.order_id)} if one else None
