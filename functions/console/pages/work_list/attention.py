"""What is failed or held of one partner: the list, and the decisions about what is selected of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from console.pages.notifications.disclosure import codes_of, disclosure_for, payload_of
from console.pages.notifications.story import story_path
from console.pages.work_list.actions import actions_of, nothing_of
from console.pages.work_list.selection import FIELD, NAME, value_of
from console.rendering.forms import RefusedForm, form_view
from console.rendering.links import address
from console.rendering.page import render, translate
from console.rendering.text import shown, word
from console.security.session import Session
from herald.languages.catalogue import N_
from herald.languages.words import STATES

if TYPE_CHECKING:
    from customer_service.schemas.notifications import Notification, Work

PATH: Final = "/console/failed"
_TABS: Final = {"failed": N_("Failed"), "held": N_("Held")}  # by state
_CODE, _REASON = 120, 400  # bytes: of a page of the most notifications less than 60 KB


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerWork:
    """What is failed or held of one partner: a page of it, and how many there are in both states."""

    partner_id: int
    name: str
    state: str  # of those on the page: `failed` or `held`
    cursor: str  # of the page; empty for the first one
    page: "Work"
    counts: Mapping[str, int]  # by state

    @property
    def path(self) -> str:
        """Where its forms are sent."""
        return f"{PATH}/{self.partner_id}"


def attention_page(
    session: Session,
    work: PartnerWork,
    *,
    refused: RefusedForm | None = None,
    outcome: Mapping[str, Any] | None = None,
    notice: str | None = None,
) -> str:
    """The page. `refused` is its form, sent and refused; `outcome` is what `outcome_view` says of the selected."""
    here = address(work.path, state=_state_of(work), cursor=work.cursor)
    selected = set(refused.typed.all(FIELD)) if refused else set()
    return render(
        "attention.html",
        here,
        session,
        notice=notice,
        work={"state": work.state, "cursor": work.cursor, "path": work.path, "number": work.partner_id},
        name=shown(work.name),
        state_word=word(STATES, work.state),
        count=work.counts[work.state],
        tabs=[_tab(work, state) for state in ("failed", "held")],
        rows=[_row(one, session, selected) for one in work.page["items"]],
        next_href=_next(work),
        all_href=address(f"{work.path}/all", state=_state_of(work)),
        all_text=translate("Decide about all {count:,} at once", count=work.counts[work.state]),
        nothing=nothing_of(work.state),
        actions=actions_of(work.state),
        form=form_view(NAME, refused),
        count_template=translate("{count} selected", count="{count}"),
        outcome=outcome,
    )


def _state_of(work: PartnerWork) -> str:
    """The state for an address, where it is not the one that is shown without it."""
    return work.state if work.state == "held" else ""


def _tab(work: PartnerWork, state: str) -> dict[str, Any]:
    return {
        "text": f"{translate(_TABS[state])} ({work.counts[state]:,})",
        "href": address(work.path, state="held" if state == "held" else ""),
        "current": state == work.state,
    }


def _next(work: PartnerWork) -> str:
    following = work.page["cursor"]
    return address(work.path, state=_state_of(work), cursor=following) if following else ""


def _row(one: "Notification", session: Session, selected: set[str]) -> dict[str, Any]:
    payload, value = payload_of(one["payload"]), value_of(one["id"], one["turn"])
    codes, disclosure = [*codes_of(payload)], disclosure_for(session, payload)
    return {
        "value": value,
        "checked": value in selected,
        "href": story_path(one["id"]),
        "order": shown(one["orderId"]),
        "code": disclosure.code(codes[0], _CODE) if codes else "",
        "more_codes": len(codes) - 1,
        "since": one.get("since", ""),
        "reason": disclosure.quotation(one.get("reason", ""), _REASON),
        "attempts": one["olderAttempts"] + len(one["attempts"]),
    }
