"""The list of the partners, with a search by name or number."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from console.pages.partners.sections.breaker import is_spared
from console.pages.partners.sections.health import HEALTHY
from console.rendering.bounded import shown_within
from console.rendering.links import address
from console.rendering.page import render
from console.rendering.text import shown, word
from console.security.session import Session
from herald.languages.words import REVIEW_STATES

if TYPE_CHECKING:
    from customer_service.schemas.partners import Partner, PartnerHealth, Partners

PATH: Final = "/console/partners"
# Bytes on the page. All names together have so many, so that those of a short list are shown whole.
_ADDRESS: Final = 80
_NAMES: Final = 16 * 1024
_FEW: Final = 16  # partners, whose names have the largest share


def partner_list_page(
    session: Session,
    page: "Partners",
    health: Mapping[int, "PartnerHealth"],
    *,
    name: str = "",
) -> str:
    """The page. `name` is what was searched for; a partner that is not in `health` has nothing failed or held."""
    share = _NAMES // max(_FEW, len(page["items"]))
    rows = [_row(one, health.get(one["partnerId"], HEALTHY), share) for one in page["items"]]
    next_href = address(PATH, name=name, cursor=page["cursor"]) if page["cursor"] else ""
    return render("partners.html", PATH, session, rows=rows, name=name, shown_name=shown(name), next_href=next_href)


def _row(one: "Partner", health: "PartnerHealth", share: int) -> dict[str, Any]:
    return {
        "href": f"{PATH}/{one['partnerId']}",
        "failed_href": f"/console/failed/{one['partnerId']}",
        "number": one["partnerId"],
        "name": shown_within(one["name"], share),
        "state": one["state"],
        "state_word": word(REVIEW_STATES, one["state"]),
        "url": shown_within(one["url"] or "", _ADDRESS),
        "is_proposed": one["proposedUrl"] is not None,
        "health": health,
        "is_spared": is_spared(one),
        "is_recovering": one["breaker"]["state"] == "recovering",
    }
