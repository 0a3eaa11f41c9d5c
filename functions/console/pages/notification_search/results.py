"""The table of what a search found."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from console.pages.notifications.disclosure import codes_of, disclosure_for, payload_of
from console.pages.notifications.payload import event_of
from console.pages.notifications.story import story_path
from console.rendering.bounded import shown_within
from console.rendering.page import translate
from console.rendering.text import shown, word
from console.security.session import Session
from herald.languages.words import STATES, VERDICTS

if TYPE_CHECKING:
    from customer_service.schemas.notifications import Notification

_CODE: Final = 80  # bytes on the page
_NAME: Final = 60


def rows_of(session: Session, items: Iterable["Notification"], names: Mapping[int, str]) -> list[dict[str, Any]]:
    """A row for each notification, with a link to its story."""
    return [_row(session, one, names) for one in items]


def _row(session: Session, one: "Notification", names: Mapping[int, str]) -> dict[str, Any]:
    payload = payload_of(one["payload"])
    codes, disclosure = [*codes_of(payload)], disclosure_for(session, payload)
    return {
        "href": story_path(one["id"]),
        "order": shown(one["orderId"]),
        "partner": one["partnerId"],
        "partner_name": shown_within(names.get(one["partnerId"], ""), _NAME),
        "code": disclosure.code(codes[0], _CODE) if codes else "",
        "more_codes": len(codes) - 1 if codes else 0,
        "event": event_of(one["method"], disclosure),
        "state": one["state"],
        "state_word": word(STATES, one["state"]),
        "accepted_at": one["acceptedAt"],
        "verdict": word(VERDICTS, one["attempts"][-1]["verdict"]) if one["attempts"] else translate("none yet"),
        "attempts": one["olderAttempts"] + len(one["attempts"]),
    }
