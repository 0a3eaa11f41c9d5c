"""The list of the partners, with a search by name or number."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from console.pages.partners.health import HEALTHY, PartnerHealth
from console.rendering.links import address
from console.rendering.page import render
from console.rendering.text import shown, word
from console.security.session import Session
from herald.languages.words import REVIEW_STATES

if TYPE_CHECKING:
    from operator_api.schemas.partners import Partner, Partners

PATH: Final = "/console/partners"
_MAX_ADDRESS: Final = 80  # characters in the list


def partner_list_page(
    session: Session,
    page: "Partners",
    health: Mapping[int, PartnerHealth],
    *,
    name: str = "",
) -> str:
    """The page. `name` is what was searched for; a partner that is not in `health` has nothing failed or held."""
    rows = [_row(one, health.get(one["partnerId"], HEALTHY)) for one in page["items"]]
    next_href = address(PATH, name=name, cursor=page["cursor"]) if page["cursor"] else ""
    return render("partners.html", PATH, session, rows=rows, name=name, shown_name=shown(name), next_href=next_href)


def _row(one: "Partner", health: PartnerHealth) -> dict[str, Any]:
    return {
        "href": f"{PATH}/{one['partnerId']}",
        "failed_href": f"/console/failed/{one['partnerId']}",
        "number": one["partnerId"],
        "name": shown(one["name"]),
        "state": one["state"],
        "state_word": word(REVIEW_STATES, one["state"]),
        "url": shown(one["url"] or "", _MAX_ADDRESS),
        "is_proposed": one["proposedUrl"] is not None,
        "health": health,
    }
