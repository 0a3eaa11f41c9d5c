"""The list of the sources: senders with an inbound address of their own."""

from typing import TYPE_CHECKING, Any, Final

from console.rendering.bounded import shown_within
from console.rendering.links import address
from console.rendering.page import render, translate
from console.rendering.text import word
from console.security.session import Session
from herald.languages.words import SOURCE_STATES

if TYPE_CHECKING:
    from customer_service.schemas.sources.responses import Source, Sources

PATH: Final = "/console/sources"
# Bytes on the page, of each source.
_NAME: Final = 400
_DEMANDS: Final = 600


def source_list_page(session: Session, page: "Sources") -> str:
    """The page."""
    next_href = address(PATH, cursor=page["cursor"]) if page["cursor"] else ""
    return render("sources.html", PATH, session, rows=[_row(one) for one in page["items"]], next_href=next_href)


def _row(one: "Source") -> dict[str, Any]:
    return {
        "href": f"{PATH}/{one['id']}",
        "id": one["id"],
        "name": shown_within(one["name"], _NAME),
        "partnerId": one["partnerId"],
        "state": one["state"],
        "state_word": word(SOURCE_STATES, one["state"]),
        "demands": [shown_within(text, _DEMANDS) for text in demands_of(one)],
    }


def demands_of(one: "Source") -> list[str]:
    """What a request must have besides the token, each in one line; empty where that is nothing."""
    return [
        *([translate("a signature by Standard Webhooks")] if one["signed"] else []),
        *([translate("an address in {cidrs}", cidrs=", ".join(one["cidrs"]))] if one["cidrs"] else []),
        *(
            [translate("the header {name} (its value is not shown)", name=one["headerName"])]
            if one["headerName"]
            else []
        ),
    ]
